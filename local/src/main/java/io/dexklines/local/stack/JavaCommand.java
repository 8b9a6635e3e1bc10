package io.dexklines.local.stack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command lines of the JVMs of a stack. */
public final class JavaCommand {

    /** Options that shorten the start of processes that end soon or do little. */
    static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final String SERVER_LOGGER = "server-log4j2.properties";

    private JavaCommand() {}

    /**
     * Returns the command line up to the main class, without the class path. That is too long for a
     * command line and belongs in the environment variable {@code CLASSPATH}.
     */
    static List<String> words(List<String> jvmOptions, Path loggerSettings, String mainClass) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmOptions);
        words.add("-Djava.net.preferIPv4Stack=true");
        words.add("-Duser.timezone=UTC");
        words.add("-Dlog4j2.configurationFile=" + loggerSettings);
        // the name that Flink's processes read
        words.add("-Dlog4j.configurationFile=" + loggerSettings);
        words.add(mainClass);
        return words;
    }

    /** Returns the command for a process with the class path of this JVM. */
    static ServerProcess.Command onOwnClassPath(
            String name, Path folder, List<String> jvmOptions, String mainClass) {
        String classPath = ownClassPath(mainClass);
        SharedClasses shared = SharedClasses.of(mainClass, classPath, List.of());
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(shared.options());
        return new ServerProcess.Command(name, folder)
                .environment("CLASSPATH", classPath)
                .words(words(options, copyResource(SERVER_LOGGER, folder), mainClass))
                .sharedClasses(shared);
    }

    /** Returns the class path of this JVM, without its folders if the main class is in a jar. */
    private static String ownClassPath(String mainClass) {
        String all = System.getProperty("java.class.path");
        URL found = ClassLoader.getSystemResource(mainClass.replace('.', '/') + ".class");
        if (found == null || !found.getProtocol().equals("jar")) {
            return all;
        }
        return Stream.of(all.split(File.pathSeparator))
                .filter(entry -> !Files.isDirectory(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Runs a main class of the job's jar in a process that shares this terminal, and waits for it.
     * If this JVM is told to end, the process is too.
     *
     * @param folder the folder for the logger settings
     * @return the exit status
     */
    public static int runFromJobJar(
            ProjectHome home, Path folder, String mainClass, List<String> arguments)
            throws IOException, InterruptedException {
        if (!Files.exists(home.jobJar()) || !Files.exists(home.flinkClassPath())) {
            throw new StackException(home.jobJar() + " is missing: run `klines build`");
        }
        List<String> words = words(SMALL, copyResource(SERVER_LOGGER, folder), mainClass);
        words.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(words).inheritIO();
        String flink = Files.readString(home.flinkClassPath()).strip();
        process.environment().put("CLASSPATH", home.jobJar() + File.pathSeparator + flink);
        Process running = process.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(running), "end-process"));
        return running.waitFor();
    }

    private static void end(Process process) {
        process.destroy();
        process.onExit().join();
    }

    /** Copies a resource of this package into a folder and returns its absolute path. */
    static Path copyResource(String resource, Path folder) {
        try (InputStream in = JavaCommand.class.getResourceAsStream(resource)) {
            Files.createDirectories(folder);
            Path file = folder.resolve(resource);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
