package io.dexklines.images;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.RegistryException;
import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code klines images}. */
@Command(
        name = "klines images",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the container images of the job, the relay, the migration of tables and Flink's"
                    + " web UI as archives. Needs no Docker. The same jars and base give the same"
                    + " bytes.",
            "",
            "The archives are read by `docker load`, and by `skopeo copy docker-archive:FILE"
                    + " docker://…`, which pushes to a registry."
        },
        footer = {
            "",
            "A BASE is an image in a registry, such as flink:2.2.1-java17@sha256:…, an archive on this"
                    + " machine, tar://FILE, or scratch, which is empty."
        })
public final class ImagesCommand implements Callable<Integer> {

    @Option(
            names = "--flink-base",
            paramLabel = "BASE",
            description = "The base of the job's image. Default: Flink's official image.")
    private String flinkBase;

    @Option(
            names = "--java-base",
            paramLabel = "BASE",
            description = "The base of the other images. Default: a Java runtime.")
    private String javaBase;

    @Option(
            names = "--plugin",
            paramLabel = "JAR",
            description =
                    "A plugin of Flink in the job's image, such as flink-s3-fs-presto for"
                            + " checkpoints on s3://; can be repeated.")
    private List<Path> plugins = List.of();

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            defaultValue = "amd64",
            description = "Of the bases, such as arm64 (default: ${DEFAULT-VALUE}).")
    private String architecture;

    @Option(
            names = "--offline",
            description = "Take the bases from images/target/cache, where a former run left them.")
    private boolean offline;

    @Option(
            names = "--revision",
            paramLabel = "COMMIT",
            description = "For a label. Default: the commit that is checked out.")
    private String revision;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description =
                    "Where the archives and SHA256SUMS are written. Default:"
                            + " images/target/archives in the project.")
    private Path out;

    @Spec private CommandSpec spec;

    private final Path project;
    private final Path cache;
    private final PrintStream print;

    private ImagesCommand(Path project, Path cache, PrintStream print) {
        this.project = project;
        this.cache = cache;
        this.print = PrintableText.stream(print);
    }

    public static void main(String[] args) {
        Path project = ProjectHome.find().folder();
        System.exit(
                commandLine(project, project.resolve("images/target/cache"), System.out)
                        .execute(args));
    }

    /**
     * Returns the command.
     *
     * @param project the folder with the root pom and the built jars
     * @param cache folder for layers
     * @param print receives a line for each image
     */
    static CommandLine commandLine(Path project, Path cache, PrintStream print) {
        return CommandErrors.install(new CommandLine(new ImagesCommand(project, cache, print)));
    }

    @Override
    public Integer call() throws Exception {
        Release release = Release.of(project);
        requireFiles(release);
        ImageArchive archives =
                new ImageArchive(
                        project,
                        cache,
                        release,
                        revision == null ? Release.revision(project) : Optional.of(revision),
                        architecture,
                        offline,
                        plugins);
        Path folder = out == null ? project.resolve("images/target/archives") : out;
        Files.createDirectories(folder);
        List<String> sums = new ArrayList<>();
        for (ImageRecipe image : ImageRecipe.all()) {
            Path archive = folder.resolve("%s-%s.tar".formatted(image.name(), release.version()));
            String id = write(archives, image, base(image, release), archive);
            sums.add(sha256(archive) + "  " + archive.getFileName());
            print.printf("%s:%s  %s  %s%n", image.name(), release.version(), id, archive);
        }
        Files.write(folder.resolve("SHA256SUMS"), sums);
        return ExitStatus.OK.code();
    }

    private String base(ImageRecipe image, Release release) {
        if (image.onFlink()) {
            return flinkBase == null ? release.flinkBase() : flinkBase;
        }
        return javaBase == null ? release.javaBase() : javaBase;
    }

    private String write(ImageArchive archives, ImageRecipe image, String base, Path archive)
            throws IOException, InterruptedException {
        try {
            return archives.write(image, base, archive);
        } catch (InvalidImageReferenceException e) {
            throw new ParameterException(
                    spec.commandLine(), "'%s' is not the name of an image".formatted(base), e);
        } catch (RegistryException e) {
            throw unreachable(base, e.getMessage(), e);
        } catch (IOException e) {
            if (base.equals(ImageArchive.SCRATCH) || base.startsWith(ImageArchive.TAR)) {
                throw e;
            }
            throw unreachable(base, CommandErrors.reason(e), e);
        }
    }

    private static CommandFailure unreachable(String base, String why, Exception cause) {
        return new CommandFailure(
                ExitStatus.SERVER,
                "cannot read the base image %s: %s%nName another registry, or a file with tar://FILE"
                        .formatted(base, why),
                cause);
    }

    /** Maven writes a bill after its jar, and none if it is offline. */
    private void requireFiles(Release release) throws IOException {
        for (ImageRecipe image : ImageRecipe.all()) {
            String base = base(image, release);
            if (base.startsWith(ImageArchive.TAR)) {
                requireFile(Path.of(base.substring(ImageArchive.TAR.length())));
            }
            Path jar = project.resolve(image.jar());
            Path bill = project.resolve(image.bill());
            for (Path file : List.of(jar, bill)) {
                if (!Files.exists(file)) {
                    throw notBuilt("there is no %s, which the build writes".formatted(file));
                }
            }
            if (Files.getLastModifiedTime(bill).compareTo(Files.getLastModifiedTime(jar)) < 0) {
                throw notBuilt("%s is older than its jar".formatted(bill));
            }
        }
        for (Path plugin : plugins) {
            requireFile(plugin);
        }
    }

    private static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure(ExitStatus.MACHINE, file + ": no such file");
        }
    }

    private static CommandFailure notBuilt(String what) {
        return new CommandFailure(
                ExitStatus.MACHINE, what + ": run `klines build`, connected to the internet");
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in =
                new DigestInputStream(
                        Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
