package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.relay.token.TokenGrant;
import io.dexklines.relay.token.TokenKeys;
import io.dexklines.relay.token.TokenRefusal;
import io.dexklines.relay.token.UserTokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TokenCommandTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path keys;
    private Path revocations;

    @BeforeEach
    void createFilesOfAStack() throws IOException {
        Path relay = Files.createDirectory(folder.resolve("relay"));
        keys = EmbeddedRelay.userTokenKeysFile(relay);
        revocations = EmbeddedRelay.userTokenRevocationsFile(relay);
        Files.writeString(keys, TokenKeys.randomLine("local"));
        Files.writeString(revocations, "");
    }

    @Test
    void onlyATokenForOneHourIsPrinted() throws Exception {
        assertThat(token("alice", "--dir", folder.toString())).isZero();

        assertThat(out.toString().lines()).hasSize(1);
        TokenGrant grant = tokens().verify("alice", out.toString().strip());
        assertThat(Duration.between(grant.issuedAt(), grant.expiresAt()))
                .isEqualTo(Duration.ofHours(1));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void lifetimeAndKeysCanBeGiven() throws Exception {
        String key = TokenKeys.randomLine("mine");
        Path mine = Files.writeString(folder.resolve("mine"), key);

        assertThat(token("alice", "--ttl", "1h30m", "--keys", mine.toString())).isZero();

        Files.writeString(keys, key);
        TokenGrant grant = tokens().verify("alice", out.toString().strip());
        assertThat(Duration.between(grant.issuedAt(), grant.expiresAt()))
                .isEqualTo(Duration.ofMinutes(90));
    }

    @Test
    void whatWasIssuedToAUserIsRevoked() throws Exception {
        token("alice", "--dir", folder.toString());
        UserTokens relay = tokens();
        TokenGrant alice = relay.verify("alice", out.toString().strip());
        out.getBuffer().setLength(0);
        token("bob", "--dir", folder.toString());
        TokenGrant bob = relay.verify("bob", out.toString().strip());

        assertThat(token("alice", "--revoke", "--dir", folder.toString())).isZero();

        assertThat(relay.reload()).isTrue();
        assertThat(relay.refusalOf(alice)).contains(TokenRefusal.REVOKED);
        assertThat(relay.refusalOf(bob)).isEmpty();
        Files.writeString(revocations, "# the last line of an editor without a line break");
        assertThat(token("bob", "--revoke", "--revocations", revocations.toString())).isZero();
        assertThat(relay.reload()).isTrue();
        assertThat(relay.refusalOf(bob)).contains(TokenRefusal.REVOKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "-1h", "1", "one hour", "1d"})
    void aLifetimeThatIsNoneIsRefused(String ttl) {
        assertThat(token("alice", "--ttl", ttl, "--dir", folder.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("is not a duration such as 90s, 15m or 2h");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatIsNoUserIdIsRefused() {
        assertThat(token("alice@alerts", "--dir", folder.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("'alice@alerts' is not a user id");
    }

    @Test
    void missingAndInvalidKeysAreOneLine() throws IOException {
        Files.writeString(keys, "local: hunter2");
        assertThat(token("alice", "--dir", folder.toString())).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo(
                        "klines: the keys in "
                                + keys
                                + " are invalid: line 1: a secret needs at least 32 characters"
                                + System.lineSeparator());

        Files.delete(keys);
        err.getBuffer().setLength(0);
        assertThat(token("alice", "--dir", folder.toString())).isEqualTo(3);
        assertThat(err.toString()).startsWith("klines: no file " + keys);
        assertThat(out.toString()).isEmpty();
    }

    private UserTokens tokens() {
        return new UserTokens(
                () -> read(keys),
                () -> read(revocations),
                UserTokens.MAX_LIFETIME,
                Clock.systemUTC());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int token(String... args) {
        return CommandErrors.install(new CommandLine(new TokenCommand()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
