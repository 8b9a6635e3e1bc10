package io.dexklines.local;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.doctor.ClusterDoctor;
import io.dexklines.local.doctor.Diagnosis;
import io.dexklines.local.doctor.MachineDoctor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code klines doctor}, which examines this machine, or a job's configuration and its servers. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine for the local stack, or a job's servers before it is submitted.",
            "",
            "Nothing is changed. Each line is one check: ok, warning, or problem with what to do."
                    + " The last line reads",
            "  VERDICT ready ok=N warnings=N problems=0",
            "with `not-ready` if there are problems."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeList = {
            "0:There is no problem; there may be warnings.",
            "1:There is a problem.",
            "4:A server of the configuration cannot be reached. The others are checked."
        })
final class DoctorCommand implements Callable<Integer> {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Checks the servers of the job with this properties file instead of this machine.",
                "Secrets in it are resolved here: the variables or files must exist."
            })
    private Path config;

    @Mixin private StackFolderOption stack;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Diagnosis diagnosis =
                config == null ? MachineDoctor.examine(stack.home(), stack.folder()) : cluster();
        PrintWriter out = spec.commandLine().getOut();
        diagnosis.lines().forEach(out::println);
        out.flush();
        return diagnosis.status().code();
    }

    private Diagnosis cluster() throws IOException, InterruptedException {
        if (spec.commandLine().getParseResult().hasMatchedOption("--dir")) {
            throw new ParameterException(
                    spec.commandLine(), "--dir and --config exclude each other");
        }
        try {
            return ClusterDoctor.examine(stack.home(), config);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "the job's configuration: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new CommandFailure(
                    ExitStatus.MACHINE,
                    "the job's configuration cannot be read: " + CommandErrors.reason(e.getCause()),
                    e);
        }
    }
}
