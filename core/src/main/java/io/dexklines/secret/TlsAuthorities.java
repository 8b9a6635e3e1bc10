package io.dexklines.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that may have signed the certificate of a server, for clients that present none
 * of their own.
 *
 * @param pemFile a PEM file with the certificates of the authorities; null for Java's own
 */
public record TlsAuthorities(String pemFile) implements Serializable {

    /** Java's own authorities. */
    public static final TlsAuthorities OF_JAVA = new TlsAuthorities(null);

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read or contains no certificate
     */
    public SSLContext context() throws IOException {
        try {
            if (pemFile == null) {
                return SSLContext.getDefault();
            }
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            try (InputStream in = Files.newInputStream(Path.of(pemFile))) {
                int number = 0;
                for (Certificate each :
                        CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    authorities.setCertificateEntry("authority-" + number++, each);
                }
            }
            if (authorities.size() == 0) {
                throw new IOException(pemFile + " contains no certificate");
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("authorities cannot be read from " + pemFile, e);
        }
    }
}
