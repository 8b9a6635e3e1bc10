package io.dexklines.access.certificate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A private key with its certificate.
 *
 * @param authority the certificate of the authority that issued it
 */
public record Identity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {

    private static final Base64.Encoder BASE_64 =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    /**
     * Writes a private PKCS12 file with the key, the certificate, and the authority as the only one
     * that is trusted. Java reads it as a key store and as a trust store.
     *
     * @param password of the file and of the key
     */
    public void writeStore(Path file, String password) throws IOException {
        char[] secret = password.toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", key, secret, new Certificate[] {certificate, authority});
            store.setCertificateEntry("authority", authority);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, secret);
            PrivateFile.write(file, bytes.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot write " + file, e);
        }
    }

    /**
     * Writes a file that everybody may read, with the authority as the only one that is trusted.
     * Java reads it as a trust store without being told a password: the format is JKS, whose
     * certificates are not encrypted, unlike those of PKCS12.
     */
    public void writeTrustStore(Path file) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            store.setCertificateEntry("authority", authority);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, new char[0]);
            PrivateFile.writePublic(file, bytes.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot write " + file, e);
        }
    }

    /** Returns the key without encryption, in PEM (PKCS8). */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** Returns the certificate in PEM. */
    public String certificatePem() {
        return pem(certificate);
    }

    /** Returns the certificate of the authority in PEM. */
    public String authorityPem() {
        return pem(authority);
    }

    private static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, BASE_64.encodeToString(content), type);
    }
}
