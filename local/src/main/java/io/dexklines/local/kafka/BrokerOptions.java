package io.dexklines.local.kafka;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options of a command that name other brokers than those of the running stack. */
public final class BrokerOptions {

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            scope = ScopeType.INHERIT,
            description = "Kafka broker (default: that of the running stack).")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "Properties of Kafka's clients, such as the login, for --bootstrap-servers"
                            + " (default: none).")
    private Path clientProperties;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Returns whether the options name brokers. */
    public boolean areNamed() {
        return bootstrapServers != null;
    }

    /**
     * Returns the brokers that the options name.
     *
     * @param otherwise the brokers without options; called only then
     * @throws ParameterException if an address is none, or there is a file but no broker
     * @throws CommandFailure if the file cannot be read
     */
    private Optional<Brokers> orElse(Supplier<Optional<Brokers>> otherwise) {
        if (bootstrapServers == null) {
            if (clientProperties != null) {
                throw new ParameterException(
                        spec.commandLine(), "--command-config needs --bootstrap-servers");
            }
            return otherwise.get();
        }
        try {
            return Optional.of(
                    clientProperties == null
                            ? Brokers.open(bootstrapServers)
                            : Brokers.of(bootstrapServers, clientProperties));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--bootstrap-servers: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the brokers that the options name, else those of the running stack.
     *
     * @param running returns the running stack's brokers; empty if no stack is up
     * @throws ParameterException if an option is invalid
     * @throws CommandFailure if there are no brokers or the options' file cannot be read
     */
    public Brokers orThoseOf(Supplier<Optional<Brokers>> running) {
        return orElse(running)
                .orElseThrow(
                        () ->
                                new CommandFailure(
                                        ExitStatus.SERVER,
                                        "no stack is up: start one with `klines up`, or name a"
                                                + " broker with --bootstrap-servers"));
    }
}
