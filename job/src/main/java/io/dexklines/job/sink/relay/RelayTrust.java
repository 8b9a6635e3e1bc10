package io.dexklines.job.sink.relay;

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
 * The authorities that may have signed the certificate of a relay.
 *
 * @param caFile a PEM file with their certificates; null for Java's own
 */
record RelayTrust(String caFile) implements Serializable {

    /** Java's own authorities. */
    static final RelayTrust OF_JAVA = new RelayTrust(null);

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read or contains no certificate
     */
    SSLContext context() throws IOException {
        try {
            if (caFile == null) {
                return SSLContext.getDefault();
            }
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            try (InputStream in = Files.newInputStream(Path.of(caFile))) {
                int number = 0;
                for (Certificate each :
                        CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    authorities.setCertificateEntry("authority-" + number++, each);
                }
            }
            if (authorities.size() == 0) {
                throw new IOException(caFile + " contains no certificate");
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities of relays cannot be read from " + caFile, e);
        }
    }
}
