package io.dexklines.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A PKCS12 store with a private key, its certificate and the authority that the peer's certificate
 * has to be from: all that one end of a connection with mutual TLS needs.
 *
 * @param store the file
 * @param password the password of the store and of the key in it
 */
public record TlsIdentity(Path store, SecretReference password) {

    /**
     * Reads the store.
     *
     * @throws IllegalStateException if the file or its password is missing or wrong
     */
    public SSLContext context() {
        char[] secret = password.resolve().toCharArray();
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore content = KeyStore.getInstance("PKCS12");
            content.load(in, secret);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(content, secret);
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(content);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | UncheckedIOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot use the certificate " + store + ": " + e, e);
        }
    }
}
