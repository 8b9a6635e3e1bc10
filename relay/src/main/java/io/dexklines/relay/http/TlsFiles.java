package io.dexklines.relay.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a server's certificate, which may be replaced while the relay runs.
 *
 * @param certificate the certificate and its chain, in PEM
 * @param key the private key, in PEM (PKCS#8)
 */
public record TlsFiles(Path certificate, Path key) {

    /**
     * Reads both files.
     *
     * @throws UncheckedIOException if one cannot be read
     */
    public PemKeyCertOptions read() {
        try {
            return new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(Files.readAllBytes(certificate)))
                    .setKeyValue(Buffer.buffer(Files.readAllBytes(key)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
