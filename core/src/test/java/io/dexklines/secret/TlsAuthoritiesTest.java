package io.dexklines.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of authorities that cannot be used. */
class TlsAuthoritiesTest {

    @TempDir private Path folder;

    @Test
    void aFileThatIsMissingIsNamed() {
        Path missing = folder.resolve("authority.pem");

        assertThatThrownBy(() -> new TlsAuthorities(missing.toString()).context())
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
    }

    @Test
    void aFileWithoutCertificatesTrustsNobodyByMistake() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));

        assertThatThrownBy(() -> new TlsAuthorities(empty.toString()).context())
                .hasMessage(empty + " contains no certificate");
    }

    @Test
    void aFileWithSomethingElseIsNamed() throws Exception {
        Path other = Files.writeString(folder.resolve("other.pem"), "no certificate");

        assertThatThrownBy(() -> new TlsAuthorities(other.toString()).context())
                .hasMessageContaining(other.toString());
    }

    @Test
    void withoutAFileJavaDecides() throws Exception {
        assertThat(TlsAuthorities.OF_JAVA.context()).isSameAs(SSLContext.getDefault());
    }
}
