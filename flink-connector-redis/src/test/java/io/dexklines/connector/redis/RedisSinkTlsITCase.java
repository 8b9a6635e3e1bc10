package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Tests a writer against a real server with TLS on its second port. */
@Timeout(120)
class RedisSinkTlsITCase {
    private static final String STORE_PASSWORD = "canary-store";

    @TempDir static Path folder;

    private static LocalRedis redis;
    private static int tlsPort;
    private static Path ownStore;
    private static Path strangersStore;
    private static Path passwordFile;

    @BeforeAll
    static void startRedis() throws Exception {
        passwordFile = Files.writeString(folder.resolve("store.pass"), STORE_PASSWORD + "\n");
        // valid for the address only, not for the name localhost
        ownStore = selfSigned("own", "ip:127.0.0.1");
        strangersStore = selfSigned("stranger", "ip:127.0.0.1");
        tlsPort = LocalRedis.freePort();
        Path certificate = folder.resolve("own.crt");
        Path key = folder.resolve("own.key");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(ownStore)) {
            store.load(in, STORE_PASSWORD.toCharArray());
        }
        Files.writeString(
                certificate, pem("CERTIFICATE", store.getCertificate("own").getEncoded()));
        Files.writeString(
                key,
                pem("PRIVATE KEY", store.getKey("own", STORE_PASSWORD.toCharArray()).getEncoded()));
        redis =
                LocalRedis.start(
                        Files.createDirectory(folder.resolve("data")),
                        "tls-port " + tlsPort,
                        "tls-cert-file " + certificate,
                        "tls-key-file " + key,
                        "tls-ca-cert-file " + certificate);
    }

    @AfterAll
    static void stopRedis() throws Exception {
        redis.close();
    }

    @Test
    void aClientCertificateIsSentToATrustedServer() throws Exception {
        RedisSecret password = RedisSecret.fromFile(passwordFile.toString());
        RedisSink<String> sink =
                sink(
                        RedisConnectionSettings.uri("rediss://127.0.0.1:" + tlsPort)
                                .trustStore(ownStore.toString(), password)
                                .keyStore(ownStore.toString(), password));

        try (WriterHarness<String> writer = new WriterHarness<>(sink)) {
            writer.write("through TLS");
            writer.flush();
        }

        try (Jedis client = redis.client()) {
            assertThat(client.get("key")).isEqualTo("through TLS");
        }
    }

    @Test
    void anUntrustedServerFailsTheJobAtOnce() throws Exception {
        RedisSecret password = RedisSecret.fromFile(passwordFile.toString());
        RedisSink<String> sink =
                sink(
                        RedisConnectionSettings.standalone("127.0.0.1", tlsPort)
                                .tls()
                                .trustStore(strangersStore.toString(), password));

        try (WriterHarness<String> writer = new WriterHarness<>(sink)) {
            writer.write("to a stranger");

            assertThatThrownBy(writer::flush)
                    .cause()
                    .isInstanceOf(RedisSinkException.class)
                    .hasMessageContaining("denies access to this job: TLS: ");
        }
    }

    @Test
    void theCertificateHasToNameTheHost() throws Exception {
        RedisSecret password = RedisSecret.fromFile(passwordFile.toString());
        RedisConnectionSettings.Builder settings =
                RedisConnectionSettings.standalone("localhost", tlsPort)
                        .tls()
                        .trustStore(ownStore.toString(), password)
                        .keyStore(ownStore.toString(), password);

        try (WriterHarness<String> writer = new WriterHarness<>(sink(settings))) {
            writer.write("to another name");

            assertThatThrownBy(writer::flush)
                    .cause()
                    .isInstanceOf(RedisSinkException.class)
                    .hasMessageContaining("localhost");
        }

        try (WriterHarness<String> writer =
                new WriterHarness<>(sink(settings.verifyHostname(false)))) {
            writer.write("to any name");
            writer.flush();

            assertThat(writer.counter(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(1);
        }
    }

    private static RedisSink<String> sink(RedisConnectionSettings.Builder settings) {
        return RedisSink.<String>builder()
                .connection(settings.build())
                .converter(
                        (value, context) ->
                                List.of(RedisCommand.of("SET").key("key").arg(value).build()))
                .build();
    }

    /** Creates a key store with a new key and a self-signed certificate by {@code keytool}. */
    private static Path selfSigned(String alias, String subject) throws Exception {
        Path store = folder.resolve(alias + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process =
                new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-alias",
                                alias,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + alias,
                                "-ext",
                                "san=" + subject,
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass:file",
                                passwordFile.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return store;
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + kind
                + "-----\n";
    }
}
