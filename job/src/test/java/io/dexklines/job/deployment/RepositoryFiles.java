package io.dexklines.job.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Access to the files of this repository outside the module under test. */
public final class RepositoryFiles {

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
