package io.dexklines.job.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.deployment.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Invariants of the packages of all modules. */
class PackagesTest {

    private static final Path SOURCES = Path.of("src/main/java");

    @Test
    void noPackageHasTheSameNameInTwoModules() throws IOException {
        Map<String, Set<String>> packagesByModule = packagesByModule();

        assertThat(packagesByModule)
                .containsKeys(
                        "core",
                        "udfs",
                        "relay",
                        "verifier",
                        "schema",
                        "access",
                        "local",
                        "job",
                        "chaos",
                        "images");
        assertThat(inSeveralModules(packagesByModule)).isEmpty();
    }

    @Test
    void aPackageInTwoModulesIsFound() {
        assertThat(inSeveralModules(Map.of("core", Set.of("a", "b"), "udfs", Set.of("b", "c"))))
                .containsExactly("b");
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        Set<String> silent = new TreeSet<>();
        packagesByModule()
                .forEach(
                        (module, packages) ->
                                packages.stream()
                                        .map(name -> folder(module, name))
                                        .filter(
                                                folder ->
                                                        !Files.exists(
                                                                folder.resolve(
                                                                        "package-info.java")))
                                        .forEach(folder -> silent.add(folder.toString())));

        assertThat(silent).isEmpty();
    }

    private static Set<String> inSeveralModules(Map<String, Set<String>> packagesByModule) {
        Set<String> seen = new TreeSet<>();
        return packagesByModule.values().stream()
                .flatMap(Set::stream)
                .filter(name -> !seen.add(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Set<String>> packagesByModule() throws IOException {
        Map<String, Set<String>> packages = new TreeMap<>();
        try (Stream<Path> modules = Files.list(RepositoryFiles.root())) {
            for (Path module : modules.toList()) {
                if (Files.isDirectory(module.resolve(SOURCES))) {
                    packages.put(module.getFileName().toString(), packages(module));
                }
            }
        }
        return packages;
    }

    private static Set<String> packages(Path module) throws IOException {
        Path sources = module.resolve(SOURCES);
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Path folder(String module, String name) {
        return RepositoryFiles.root()
                .resolve(module)
                .resolve(SOURCES)
                .resolve(name.replace('.', '/'));
    }
}
