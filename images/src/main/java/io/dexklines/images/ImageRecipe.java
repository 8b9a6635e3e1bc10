package io.dexklines.images;

import java.util.List;

/**
 * What an image has besides its base.
 *
 * @param name without tag, such as {@code klines-relay}
 * @param title in plain words, for a label
 * @param module the folder of the module whose jar the image runs
 * @param jarFolder absolute folder of the jar in the image
 * @param onFlink whether the base is an image of Flink instead of one of Java
 * @param user numeric user and group, {@code uid:gid}, never root
 * @param entrypoint the command; empty for that of the base
 * @param ports TCP ports on which the program listens by default
 */
record ImageRecipe(
        String name,
        String title,
        String module,
        String jarFolder,
        boolean onFlink,
        String user,
        List<String> entrypoint,
        List<Integer> ports) {

    /** The user {@code flink} of Flink's own images. */
    private static final String FLINK_USER = "9999:9999";

    private static final String USER = "10001:10001";

    private static final String PROGRAMS = "/opt/klines";

    /** Flink's own images read jobs from here in application mode. */
    private static final String FLINK_JOBS = "/opt/flink/usrlib";

    /** Returns the recipes of all images. */
    static List<ImageRecipe> all() {
        return List.of(
                new ImageRecipe(
                        "klines-job",
                        "dex-klines: the job on Flink",
                        "job",
                        FLINK_JOBS,
                        true,
                        FLINK_USER,
                        // Flink's script starts a JobManager or a TaskManager
                        List.of(),
                        // RPC, REST API and metrics
                        List.of(6123, 8081, 9249)),
                program("relay", "the relay, history API and chart", List.of(8080, 8090)),
                program("schema", "migration of the tables in MySQL", List.of()),
                program("access", "certificates of Flink and its web UI", List.of(8081)));
    }

    private static ImageRecipe program(String module, String title, List<Integer> ports) {
        String jar = "klines-" + module;
        return new ImageRecipe(
                jar,
                "dex-klines: " + title,
                module,
                PROGRAMS,
                false,
                USER,
                List.of("java", "-XX:MaxRAMPercentage=60", "-jar", PROGRAMS + "/" + jar + ".jar"),
                ports);
    }

    /** Returns the jar, relative to the project. */
    String jar() {
        return "%s/target/%s.jar".formatted(module, name);
    }

    /** Returns the bill of materials of the jar, relative to the project. */
    String bill() {
        return "%s/target/%s.cdx.json".formatted(module, name);
    }
}
