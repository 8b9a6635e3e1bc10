package io.dexklines.local.kafka;

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

    /**
     * Returns the brokers that the options name.
     *
     * @param otherwise the brokers without options; called only then
     * @throws ParameterException if the file cannot be read, or there is a file but no broker
     */
    public Optional<Brokers> orElse(Supplier<Optional<Brokers>> otherwise) {
        if (bootstrapServers == null) {
            if (clientProperties != null) {
                throw new ParameterException(
                        spec.commandLine(), "--command-config needs --bootstrap-servers");
            }
            return otherwise.get();
        }
        if (clientProperties == null) {
            return Optional.of(Brokers.open(bootstrapServers));
        }
        try {
            return Optional.of(Brokers.of(bootstrapServers, clientProperties));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
