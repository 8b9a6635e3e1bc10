package io.dexklines.job.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * A command that prints the newest checkpoint or savepoint of any job, so that a job without high
 * availability can go on after its JobManager ended. It reads Flink's configuration, as a process
 * of Flink does: the folder in {@code FLINK_CONF_DIR}, and file systems such as {@code s3://} from
 * the plugins in {@code FLINK_PLUGINS_DIR}.
 */
public final class NewestRestorePoint {

    /** What precedes the result. The line has nothing else if there is no restore point. */
    private static final String RESULT = "newest restore point: ";

    private static final int DONE = 0;
    private static final int INVALID_ARGUMENTS = 2;
    private static final int FAILED = 4;

    private NewestRestorePoint() {}

    /**
     * Exits with 0 if all folders could be read, with 2 if no folder is configured, and with 4 if
     * one of them cannot be read.
     *
     * @param args the arguments of {@code standalone-job.sh}, of which those of the form {@code
     *     -Dkey=value} replace keys of the configuration
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        Configuration flink;
        Set<String> folders;
        try {
            flink = GlobalConfiguration.loadConfiguration(dynamicProperties(args));
            folders = folders(flink);
        } catch (IllegalArgumentException | IllegalConfigurationException e) {
            System.err.println("klines: " + e.getMessage());
            return INVALID_ARGUMENTS;
        }
        List<RestorePoint> all = new ArrayList<>();
        try {
            FileSystem.initialize(flink, PluginUtils.createPluginManagerFromRootFolder(flink));
            for (String folder : folders) {
                all.addAll(RestorePoints.in(new Path(folder)));
            }
        } catch (IOException | RuntimeException e) {
            // clients of object stores throw both, with the reason in a cause
            System.err.println("klines: cannot look for checkpoints and savepoints: " + e);
            e.printStackTrace();
            return FAILED;
        }
        System.out.println(RESULT + RestorePoint.newest(all).map(RestorePoint::uri).orElse(""));
        return DONE;
    }

    private static Set<String> folders(Configuration flink) {
        Set<String> folders = new LinkedHashSet<>();
        flink.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).ifPresent(folders::add);
        flink.getOptional(CheckpointingOptions.SAVEPOINT_DIRECTORY).ifPresent(folders::add);
        if (folders.isEmpty()) {
            throw new IllegalArgumentException(
                    "Flink's configuration has no %s, where checkpoints are: set it"
                            .formatted(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()));
        }
        return folders;
    }

    /** Returns the properties before the arguments of the job, which follow {@code --}. */
    private static Configuration dynamicProperties(String[] args) {
        Configuration properties = new Configuration();
        for (int index = 0; index < args.length && !args[index].equals("--"); index++) {
            String property = "";
            if (args[index].equals("-D") && index + 1 < args.length) {
                property = args[++index];
            } else if (args[index].startsWith("-D")) {
                property = args[index].substring("-D".length());
            }
            int equals = property.indexOf('=');
            if (equals > 0) {
                properties.setString(property.substring(0, equals), property.substring(equals + 1));
            }
        }
        return properties;
    }
}
