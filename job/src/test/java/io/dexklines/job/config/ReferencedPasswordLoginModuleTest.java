package io.dexklines.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.secret.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencedPasswordLoginModuleTest {

    @TempDir private Path folder;

    /** Logs in as a Kafka client does with that {@code sasl.jaas.config}. */
    private static Subject login(String entry) throws LoginException {
        JaasContext context =
                JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(entry)));
        Subject subject = new Subject();
        new LoginContext(context.name(), subject, null, context.configuration()).login();
        return subject;
    }

    private static String entry(String mechanism, String username, String reference) {
        return ReferencedPasswordLoginModule.entry(
                new KafkaSettings.Security(
                        "SASL_SSL", mechanism, username, new SecretReference(reference), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void theClientThatLogsInHasThePassword(String mechanism) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "hunter2\n");

        Subject subject = login(entry(mechanism, "a \"quoted\" \\user", "file:" + file));

        assertThat(subject.getPublicCredentials()).containsExactly("a \"quoted\" \\user");
        assertThat(subject.getPrivateCredentials()).containsExactly("hunter2");
    }

    @Test
    void theClientOfScramIsThere() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "hunter2");
        login(entry("SCRAM-SHA-512", "user", "file:" + file));

        assertThat(Security.getProviders("SaslClientFactory.SCRAM-SHA-512")).isNotEmpty();
    }

    @Test
    void theEntryHoldsTheReferenceOnly() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "hunter2");

        assertThat(entry("PLAIN", "user", "file:" + file))
                .contains("file:" + file)
                .doesNotContain("hunter2");
    }

    @Test
    void aMissingPasswordIsNamed() {
        assertThatThrownBy(() -> login(entry("PLAIN", "user", "env:SURELY_NOT_SET")))
                .hasStackTraceContaining("env:SURELY_NOT_SET");
    }
}
