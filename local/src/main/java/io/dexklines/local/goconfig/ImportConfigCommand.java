package io.dexklines.local.goconfig;

import io.dexklines.local.goconfig.Imported.Note;
import io.dexklines.local.goconfig.Imported.Outcome;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code klines import-config}, which makes the job's configuration from a Go consumer's YAML. */
@Command(
        name = "import-config",
        description = {
            "Makes the job's configuration from the YAML of the Go consumers.",
            "",
            "Prints what each key became, or why it has no counterpart. No password is printed."
                    + " Each one goes to a file of its own, and the configuration refers to it. The"
                    + " last line reads",
            "  IMPORTED FILE keys=N without-counterpart=N unknown=N"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ImportConfigCommand implements Callable<Integer> {

    private static final String CHAIN = "[0-9A-Za-z_-]{1,32}";

    @Parameters(paramLabel = "FILE", description = "The YAML file of a Go service.")
    private Path yaml;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "klines.properties",
            description = "The file to write, for `flink run` (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(
            names = "--secrets",
            paramLabel = "FOLDER",
            description =
                    "The folder for the files of passwords (default: the name of the written file"
                            + " with .secrets). The job's machines need it under the same path.")
    private Path secrets;

    @Option(
            names = "--chains",
            paramLabel = "TOPIC=ID,ID",
            description =
                    "The chains of a topic other than sol-trades, bsc-trades and evm-trades-v4; may"
                            + " be repeated.")
    private Map<String, String> chains = new LinkedHashMap<>();

    @Option(
            names = "--skip",
            paramLabel = "KEY",
            description = "A block to leave out, such as KqAlerts or Other.Mysql; may be repeated.")
    private Set<String> skipped = new TreeSet<>();

    @Option(names = "--force", description = "Overwrite files that exist.")
    private boolean force;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        for (String ids : chains.values()) {
            if (!ids.matches(CHAIN + "(," + CHAIN + ")*")) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--chains: '" + ids + "' is not a list of chains such as 1,8453");
            }
        }
        Imported imported = GoConfig.convert(YamlFile.read(yaml), chains, skipped, secretsFolder());
        Map<Path, String> files = new LinkedHashMap<>(imported.secrets());
        files.put(output, String.join("\n", fileLines(imported)) + "\n");
        PrivateFiles.write(files, force);
        print(imported, files);
        return 0;
    }

    private Path secretsFolder() {
        Path folder =
                secrets == null
                        ? output.resolveSibling(
                                output.getFileName().toString().replaceFirst("\\.properties$", "")
                                        + ".secrets")
                        : secrets;
        return folder.toAbsolutePath().normalize();
    }

    private List<String> fileLines(Imported imported) {
        List<String> lines = new ArrayList<>();
        lines.add(
                PrintableText.of(
                        "# The job's configuration, made by `klines import-config` from "
                                + yaml.getFileName()));
        lines.add("# Keys that are not here have the defaults of flink-conf/klines.properties.");
        lines.addAll(imported.lines());
        return lines;
    }

    private void print(Imported imported, Map<Path, String> files) {
        PrintWriter out = spec.commandLine().getOut();
        for (Note note : imported.notes()) {
            String text =
                    switch (note.outcome()) {
                        case BECAME -> " -> " + note.text();
                        case NONE -> ": no counterpart: " + note.text();
                        case UNKNOWN -> ": unknown: " + note.text();
                    };
            out.println(PrintableText.of(note.key() + text));
        }
        out.println(
                "Not in the YAML: klines.intervals, relay.urls and smart-money.* have their"
                        + " defaults, see docs/configuration.md.");
        files.keySet().forEach(file -> out.println(PrintableText.of("Wrote " + file)));
        out.println(
                PrintableText.of(
                        "IMPORTED %s keys=%d without-counterpart=%d unknown=%d"
                                .formatted(
                                        output,
                                        imported.size(),
                                        count(imported, Outcome.NONE),
                                        count(imported, Outcome.UNKNOWN))));
        out.flush();
    }

    private static long count(Imported imported, Outcome outcome) {
        return imported.notes().stream().filter(note -> note.outcome() == outcome).count();
    }
}
