package io.dexklines.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An archive of the classes that a JVM of a stack has loaded, with which later JVMs with the same
 * main class and class path start faster. The first such JVM that is closed writes the archive.
 *
 * <p>There are archives only if a system property of this JVM names a folder for them. The tests of
 * this project, which start many servers, set it.
 */
final class SharedClasses {

    static final SharedClasses NONE = new SharedClasses(null, false);

    private static final String FOLDER = "klines.shared-classes";

    private static final long TIMEOUT_S = 60;

    /** An archive that does not fit is no news: the JVM loads the classes itself. */
    private static final String SILENT = "-Xlog:cds*=off";

    /** Null if there are no archives. */
    private final Path archive;

    /** Whether a JVM with this class path can write the archive. */
    private final boolean writable;

    private SharedClasses(Path archive, boolean writable) {
        this.archive = archive;
        this.writable = writable;
    }

    /**
     * @param mainClass the main class of the JVM
     * @param classPath the jars whose classes are in the archive
     * @param more what follows them in the class path of the JVM
     */
    static SharedClasses of(String mainClass, String classPath, List<Path> more) {
        String folder = System.getProperty(FOLDER, "");
        return folder.isEmpty() ? NONE : in(Path.of(folder), mainClass, classPath, more);
    }

    /**
     * As above.
     *
     * @param folder the folder of the archives, which is created
     */
    static SharedClasses in(Path folder, String mainClass, String classPath, List<Path> more) {
        // the JDK archives no classes of folders
        if (hasFolder(entries(classPath))) {
            return NONE;
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StackException("cannot write to " + folder, e);
        }
        String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
        String id =
                System.getProperty("java.vm.version")
                        + entries(classPath)
                                .map(jar -> "\n" + jar + ' ' + jar.toFile().lastModified())
                                .collect(Collectors.joining());
        UUID hash = UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
        return new SharedClasses(
                folder.toAbsolutePath().resolve(name + '-' + hash + ".jsa"),
                !hasFolder(more.stream()));
    }

    private static Stream<Path> entries(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).map(Path::of);
    }

    private static boolean hasFolder(Stream<Path> classPath) {
        return classPath.anyMatch(Files::isDirectory);
    }

    /** Returns the options of a JVM that is about to start. */
    List<String> options() {
        if (archive == null) {
            return List.of();
        }
        if (Files.exists(archive)) {
            return List.of("-XX:SharedArchiveFile=" + archive, SILENT);
        }
        return writable ? List.of("-XX:+RecordDynamicDumpInfo", SILENT) : List.of();
    }

    /**
     * Returns a command that sets the variable {@code shared} of a shell to the option of a JVM
     * that is about to start, and that writes the archive when it ends by itself.
     */
    String shellOption() {
        if (archive == null) {
            return "shared=";
        }
        return "[ -f '%1$s' ] && shared=-XX:SharedArchiveFile='%1$s' || shared=%2$s"
                .formatted(archive, writable ? "-XX:ArchiveClassesAtExit='" + archive + "'" : "");
    }

    /** Returns the options that go with {@link #shellOption}. */
    List<String> silence() {
        return archive == null ? List.of() : List.of(SILENT);
    }

    /**
     * Makes a running JVM write the archive, unless there is one. Without the JDK's command for it,
     * there will be none.
     */
    void write(long pid) {
        if (archive == null || !writable || Files.exists(archive)) {
            return;
        }
        Path lock = archive.resolveSibling(archive.getFileName() + ".lock");
        try {
            Files.createFile(lock);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new StackException("cannot write to " + archive.getParent(), e);
        }
        try {
            Process command =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(pid),
                                    "VM.cds",
                                    "dynamic_dump",
                                    archive.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!command.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                command.destroyForcibly();
            }
            Files.delete(lock);
        } catch (IOException e) {
            // a runtime without the command: the lock stays, so that nobody tries again
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
