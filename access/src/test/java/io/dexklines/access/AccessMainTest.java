package io.dexklines.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void aSecretInPlaceOfAReferenceIsRefusedAndNotRepeated() {
        StringWriter errors = new StringWriter();
        CommandLine command = AccessMain.commandLine().setErr(new PrintWriter(errors, true));

        assertThat(command.execute("link", "--link-secret", "hunter2")).isEqualTo(2);

        assertThat(errors.toString())
                .contains("a secret must be given as env:NAME")
                .doesNotContain("hunter2");
    }
}
