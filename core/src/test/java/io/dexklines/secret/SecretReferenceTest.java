package io.dexklines.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretReferenceTest {

    @TempDir private Path folder;

    @Test
    void readsAnEnvironmentVariable() {
        assertThat(
                        new SecretReference("env:DB_PASSWORD")
                                .resolve(Map.of("DB_PASSWORD", "hunter2 ")))
                .isEqualTo("hunter2 ");
        assertThat(new SecretReference("env:PATH").resolve()).isEqualTo(System.getenv("PATH"));
    }

    @Test
    void readsAFileWithoutTheLineBreakAtItsEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), " hunter2\n");

        assertThat(new SecretReference("file:" + file).resolve()).isEqualTo(" hunter2");
        Files.writeString(file, "changed\r\n");
        assertThat(new SecretReference("file:" + file).resolve())
                .as("a secret may be rotated, so the file is read on every call")
                .isEqualTo("changed");
    }

    @Test
    void namesTheReferenceOfAMissingSecret() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");

        for (String reference :
                new String[] {
                    "env:NOT_THERE",
                    "file:" + folder.resolve("none"),
                    "file:" + empty,
                    "file:" + folder
                }) {
            assertThatThrownBy(() -> new SecretReference(reference).resolve(Map.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(reference);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "",
                "env:",
                "env:hunter2!",
                "file:",
                "file:hunter2",
                "ENV:hunter2",
                " env:hunter2",
                "vault:hunter2"
            })
    void refusesALiteralWithoutRepeatingIt(String literal) {
        assertThatThrownBy(() -> new SecretReference(literal))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("env:NAME")
                .hasMessageContaining("file:/path")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void serializesAndPrintsOnlyTheReference() throws Exception {
        SecretReference reference = new SecretReference("env:PATH");

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(reference);
        Object read =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(read).isEqualTo(reference);
        assertThat(reference).hasToString("env:PATH");
    }
}
