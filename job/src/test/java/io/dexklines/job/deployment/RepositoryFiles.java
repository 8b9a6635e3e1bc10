package io.dexklines.job.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that this repository holds beside its modules. */
public final class RepositoryFiles {

    private RepositoryFiles() {}

    /** The folder of all modules. Surefire runs a test in the folder of its own. */
    public static Path root() {
        Path module = Path.of("").toAbsolutePath();
        Path root = module.resolve("job/pom.xml").toFile().exists() ? module : module.getParent();
        if (!Files.exists(root.resolve("job/pom.xml"))) {
            throw new IllegalStateException("not run in the repository: " + module);
        }
        return root;
    }

    /** The text of a file, named from the root. */
    public static String text(String path) {
        try {
            return Files.readString(root().resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A property of the parent POM, such as a version. */
    public static String property(String name) {
        Matcher property =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(text("pom.xml"));
        if (!property.find()) {
            throw new IllegalArgumentException("no property: " + name);
        }
        return property.group(1);
    }
}
