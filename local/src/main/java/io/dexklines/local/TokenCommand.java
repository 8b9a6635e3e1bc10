package io.dexklines.local;

import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.StackException;
import io.dexklines.relay.token.Revocations;
import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code klines token}, which issues a user's token or revokes all tokens of a user. */
@Command(
        name = "token",
        description =
                "Prints a token with which a user reads alerts, or revokes the user's tokens.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TokenCommand implements Callable<Integer> {

    /** The user ids that the relay accepts in the name of a stream. */
    private static final Pattern USER = Pattern.compile("[!-~&&[^\"\\\\/@]]{1,128}");

    @Parameters(paramLabel = "USER", description = "Id of the user.")
    private String user;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            converter = Ttl.class,
            description = "How long the token is valid, such as 90s, 15m or 2h (default: 1h).")
    private Duration ttl = TokenIssuer.LIFETIME;

    @Option(
            names = "--link",
            description = "Print the address of the local stack's chart with the token.")
    private boolean link;

    @Option(names = "--revoke", description = "Revoke what was issued to the user until now.")
    private boolean revoke;

    @Mixin private StackFolderOption stack;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Keys of the relays (default: those of the local stack).")
    private Path keysFile;

    @Option(
            names = "--revocations",
            paramLabel = "FILE",
            description = "Revocations of the relays (default: those of the local stack).")
    private Path revocationsFile;

    @Spec private CommandSpec spec;

    /** Converts a duration such as {@code 1h30m}. */
    private static final class Ttl implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                Duration ttl = Duration.parse("PT" + text);
                if (ttl.toSeconds() > 0) {
                    return ttl;
                }
            } catch (DateTimeParseException e) {
                // reported below
            }
            throw new TypeConversionException(
                    "'" + text + "' is not a duration such as 90s, 15m or 2h");
        }
    }

    @Override
    public Integer call() throws IOException {
        requireUserId(user, spec);
        if (revoke) {
            revoke();
        } else {
            String token = issue();
            print(link ? ChartLink.of(stack.running().relay(), user, token) : token);
        }
        return ExitCode.OK;
    }

    /**
     * Checks that the relay accepts the id of a user.
     *
     * @throws ParameterException if it does not
     */
    static void requireUserId(String user, CommandSpec spec) {
        if (!USER.matcher(user).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'"
                            + user
                            + "' is not a user id: expected visible ASCII without quotes, slashes,"
                            + " backslashes and @");
        }
    }

    private String issue() throws IOException {
        Path file =
                existing(
                        keysFile != null
                                ? keysFile
                                : EmbeddedRelay.userTokenKeysFile(relayFolder()));
        try {
            TokenKeys keys = TokenKeys.parse(Files.readString(file));
            return new TokenIssuer(keys, Clock.systemUTC()).issue(user, ttl);
        } catch (IllegalArgumentException e) {
            throw new StackException(
                    "the keys in %s are invalid: %s".formatted(file, e.getMessage()), e);
        }
    }

    private void revoke() throws IOException {
        Path file =
                existing(
                        revocationsFile != null
                                ? revocationsFile
                                : EmbeddedRelay.userTokenRevocationsFile(relayFolder()));
        String line = Revocations.lineOfUser(user, Clock.systemUTC().instant());
        String before = Files.readString(file);
        String lineBreak = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
        Files.writeString(file, lineBreak + line, StandardOpenOption.APPEND);
        print("added to " + file + ": " + line.strip());
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    private Path relayFolder() {
        return stack.folder().resolve("relay");
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StackException("no file " + file + ": `klines up` creates that of its relay");
        }
        return file;
    }
}
