package io.dexklines.access.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The certificates of servers that one authority issues. Each server has a folder of its name with
 * {@code server.pem}, its key and its certificate, readable by the owner only. Clients trust the
 * authority, whose certificate everybody can read: {@code authority.pem}, and {@code authority.jks}
 * for Java.
 *
 * @param folder the folder of these folders
 */
public record ServerCertificates(Path folder) {

    /**
     * Returns the certificates in a folder. Issues all of them if one is missing, if they are not
     * valid for another 30 days, or if they were issued for other servers.
     *
     * @param servers the names and IPv4 addresses by which clients reach a server, at least one, by
     *     the name of its folder
     * @param validity how long new certificates are valid
     */
    public static ServerCertificates in(
            Path folder, Map<String, List<String>> servers, Clock clock, Duration validity) {
        ServerCertificates certificates = new ServerCertificates(folder.toAbsolutePath());
        try {
            certificates.issueUnlessUsable(new TreeMap<>(servers), clock, validity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return certificates;
    }

    /** Returns the file with the certificate that clients trust. */
    public Path authority() {
        return folder.resolve("authority.pem");
    }

    /**
     * Returns the same certificate as a store for the property {@code javax.net.ssl.trustStore}. It
     * has an empty password: nothing in it is secret, and no property has to name one.
     */
    public Path trustStore() {
        return folder.resolve("authority.jks");
    }

    /** Returns the file with the key and the certificate of a server. */
    public Path server(String name) {
        return folder.resolve(name).resolve("server.pem");
    }

    private void issueUnlessUsable(
            SortedMap<String, List<String>> servers, Clock clock, Duration validity)
            throws IOException {
        IssueRecord record = new IssueRecord(folder);
        List<String> purpose =
                servers.entrySet().stream()
                        .map(server -> server.getKey() + "=" + String.join(",", server.getValue()))
                        .toList();
        if (record.covers(purpose, clock)) {
            return;
        }
        record.delete();
        CertificateAuthority authority =
                CertificateAuthority.create("dex-klines servers", clock, validity);
        for (Map.Entry<String, List<String>> server : servers.entrySet()) {
            Identity identity = authority.server(server.getKey(), server.getValue());
            PrivateFile.write(
                    server(server.getKey()), identity.keyPem() + identity.certificatePem());
            PrivateFile.writePublic(authority(), identity.authorityPem());
            identity.writeTrustStore(trustStore());
        }
        record.write(purpose, clock.instant().plus(validity));
    }
}
