package io.dexklines.job.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Access to the files of this repository outside the module under test. */
public final class RepositoryFiles {

    /** Names of folders whose content is built, downloaded or secret. */
    private static final Set<String> NOT_OURS =
            Set.of(".git", ".klines", "target", "node_modules", "secrets");

    private RepositoryFiles() {}

    /** Returns the root of the repository. Surefire runs a test in the folder of its module. */
    public static Path root() {
        Path module = Path.of("").toAbsolutePath();
        Path root = module.resolve("job/pom.xml").toFile().exists() ? module : module.getParent();
        if (!Files.exists(root.resolve("job/pom.xml"))) {
            throw new IllegalStateException("not run in the repository: " + module);
        }
        return root;
    }

    /** Returns the text of a file, given by its path from the root. */
    public static String text(String path) {
        try {
            return Files.readString(root().resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the texts of all source files whose names match, by path from the root. */
    static Map<String, String> texts(Pattern names) throws IOException {
        Path root = root();
        Map<String, String> texts = new TreeMap<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        return NOT_OURS.contains(folder.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (names.matcher(file.getFileName().toString()).matches()) {
                            texts.put(root.relativize(file).toString(), Files.readString(file));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return texts;
    }

    /** Returns a property of the parent POM, such as a version. */
    public static String property(String name) {
        Matcher property =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(text("pom.xml"));
        if (!property.find()) {
            throw new IllegalArgumentException("no property: " + name);
        }
        return property.group(1);
    }
}
