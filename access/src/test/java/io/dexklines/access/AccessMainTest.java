package io.dexklines.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AccessMainTest {

    @TempDir private Path folder;

    @Test
    void certificatesAreIssuedOnce() throws Exception {
        String[] arguments = {
            "certificates", "--name", "jobmanager", "--name", "localhost", folder.toString()
        };
        assertThat(AccessMain.commandLine().execute(arguments)).isZero();
        String password = Files.readString(folder.resolve("rest/password"));
        assertThat(AccessMain.commandLine().execute(arguments)).isZero();

        assertThat(Files.readString(folder.resolve("rest/password"))).isEqualTo(password);
    }

    @Test
    void certificatesOfServersAreIssuedOnceForTheSameServers() throws Exception {
        String kafka = "--server=kafka=kafka,localhost";
        Path key = folder.resolve("kafka/server.pem");
        Path authority = folder.resolve("authority.pem");
        assertThat(issueForServers(kafka)).isZero();
        String issued = Files.readString(key);
        assertThat(issueForServers(kafka)).isZero();
        assertThat(Files.readString(key)).isEqualTo(issued);

        assertThat(issueForServers(kafka, "--server=redis=redis")).isZero();

        assertThat(Files.readString(key))
                .startsWith("-----BEGIN PRIVATE KEY-----\n")
                .isNotEqualTo(issued);
        assertThat(folder.resolve("redis/server.pem")).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(authority)))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void javaTrustsTheAuthorityOfServersAndNoOther() throws Exception {
        assertThat(issueForServers("--server=redis=redis")).isZero();
        Path file = folder.resolve("authority.jks");

        KeyStore store = KeyStore.getInstance(file.toFile(), new char[0]);

        try (InputStream authority = Files.newInputStream(folder.resolve("authority.pem"))) {
            assertThat(store.getCertificate("authority"))
                    .isEqualTo(
                            CertificateFactory.getInstance("X.509").generateCertificate(authority));
        }
        assertThat(Collections.list(store.aliases())).containsExactly("authority");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
    }

    private int issueForServers(String... servers) {
        List<String> arguments = new ArrayList<>(List.of("server-certificates"));
        arguments.addAll(List.of(servers));
        arguments.add(folder.toString());
        return AccessMain.commandLine().execute(arguments.toArray(String[]::new));
    }

    @Test
    void aSecretInPlaceOfAReferenceIsRefusedAndNotRepeated() {
        StringWriter errors = new StringWriter();
        CommandLine command = AccessMain.commandLine().setErr(new PrintWriter(errors, true));

        assertThat(command.execute("link", "--link-secret", "hunter2")).isEqualTo(2);

        assertThat(errors.toString())
                .contains("a secret must be given as env:NAME")
                .doesNotContain("hunter2");
    }
}
