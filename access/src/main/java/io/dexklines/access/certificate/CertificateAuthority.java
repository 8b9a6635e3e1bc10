package io.dexklines.access.certificate;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority whose private key is in memory only. Once its certificates are issued,
 * nobody can issue another one, so renewing one certificate means renewing all of them.
 */
public final class CertificateAuthority {

    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;

    /** How much earlier than now a certificate is valid, for clocks that differ. */
    private static final Duration EARLIER = Duration.ofHours(1);

    private final SecureRandom random = new SecureRandom();
    private final X500Name name;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Instant from;
    private final Instant until;

    private CertificateAuthority(X500Name name, Instant from, Instant until) throws Exception {
        this.name = name;
        this.from = from;
        this.until = until;
        KeyPair pair = keyPair();
        this.key = pair.getPrivate();
        this.certificate =
                sign(
                        builder(name, pair)
                                .addExtension(
                                        Extension.basicConstraints, true, new BasicConstraints(0))
                                .addExtension(
                                        Extension.keyUsage,
                                        true,
                                        new KeyUsage(KeyUsage.keyCertSign)));
    }

    /**
     * Creates an authority with a new key.
     *
     * @param name the common name of the authority, for people who look at a certificate
     * @param validity how long its certificates are valid from now on
     */
    public static CertificateAuthority create(String name, Clock clock, Duration validity) {
        Instant now = clock.instant();
        try {
            return new CertificateAuthority(
                    commonName(name), now.minus(EARLIER), now.plus(validity));
        } catch (Exception e) {
            throw new IllegalStateException("cannot create the authority " + name, e);
        }
    }

    /**
     * Issues a certificate for a server.
     *
     * @param hosts the names and IPv4 addresses by which clients reach it
     */
    public Identity server(String commonName, List<String> hosts) {
        return issue(commonName, hosts, KeyPurposeId.id_kp_serverAuth);
    }

    /** Issues a certificate that only a client can use. */
    public Identity client(String commonName) {
        return issue(commonName, List.of(), KeyPurposeId.id_kp_clientAuth);
    }

    /** Issues a certificate for both ends of connections between equal processes. */
    public Identity peer(String commonName) {
        return issue(
                commonName,
                List.of(),
                KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_clientAuth);
    }

    private Identity issue(String commonName, List<String> hosts, KeyPurposeId... purposes) {
        try {
            KeyPair pair = keyPair();
            X509v3CertificateBuilder builder =
                    builder(commonName(commonName), pair)
                            .addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(purposes))
                            .addExtension(
                                    Extension.authorityKeyIdentifier,
                                    false,
                                    new JcaX509ExtensionUtils()
                                            .createAuthorityKeyIdentifier(certificate));
            if (!hosts.isEmpty()) {
                GeneralName[] names =
                        hosts.stream()
                                .map(CertificateAuthority::hostName)
                                .toArray(GeneralName[]::new);
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new Identity(pair.getPrivate(), sign(builder), certificate);
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue a certificate for " + commonName, e);
        }
    }

    private static GeneralName hostName(String host) {
        boolean address = host.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair pair)
            throws GeneralSecurityException, CertIOException {
        BigInteger serial = new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
        return new JcaX509v3CertificateBuilder(
                        name, serial, Date.from(from), Date.from(until), subject, pair.getPublic())
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
    }

    private X509Certificate sign(X509v3CertificateBuilder builder)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }
}
