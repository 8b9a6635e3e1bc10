package io.dexklines.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the tools that come in the job's jar, as somebody with a cluster runs them. */
public final class JobJar {

    private JobJar() {}

    /**
     * Runs a main class of the jar in a JVM of its own, which writes to this one's terminal, and
     * waits for it.
     *
     * @param folder for the settings of its logger
     * @return its exit status
     */
    public static int run(ProjectHome home, Path folder, String mainClass, List<String> arguments)
            throws IOException, InterruptedException {
        if (!Files.exists(home.jobJar()) || !Files.exists(home.flinkClassPath())) {
            throw new StartException("there is no " + home.jobJar() + ": build the project first");
        }
        Path loggerSettings = JavaCommand.copyResource("server-log4j2.properties", folder);
        List<String> words =
                new ArrayList<>(JavaCommand.words(JavaCommand.SMALL, loggerSettings, mainClass));
        words.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(words).inheritIO();
        process.environment()
                .put(
                        "CLASSPATH",
                        home.jobJar()
                                + File.pathSeparator
                                + Files.readString(home.flinkClassPath()).strip());
        return process.start().waitFor();
    }
}
