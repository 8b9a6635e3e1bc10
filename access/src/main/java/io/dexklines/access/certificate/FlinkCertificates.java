package io.dexklines.access.certificate;

import io.dexklines.secret.SecretReference;
import io.dexklines.secret.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The certificates of a Flink cluster, in one folder for each of those who need one. Each folder
 * has a {@code store.p12} and its {@code password}, readable by the owner only:
 *
 * <ul>
 *   <li>{@code internal}: of JobManager and TaskManagers among themselves. It trusts itself alone.
 *   <li>{@code rest}: of the JobManager's REST API. It trusts the two clients that follow.
 *   <li>{@code cli}: of Flink's command line and of {@code klines}; in PEM, too.
 *   <li>{@code ui}: of the proxy between a browser and Flink, with the secret of its links.
 * </ul>
 *
 * @param folder the folder of these folders
 */
public record FlinkCertificates(Path folder) {

    private static final String INTERNAL = "internal";
    private static final String REST = "rest";
    private static final String CLI = "cli";
    private static final String UI = "ui";
    private static final String STORE = "store.p12";
    private static final String PASSWORD = "password";

    /**
     * Returns the certificates in a folder. Issues all of them if one is missing, if they are not
     * valid for another 30 days, or if they were issued for other names.
     *
     * @param hosts the names and IPv4 addresses by which clients reach the REST API
     * @param validity how long new certificates are valid
     */
    public static FlinkCertificates in(
            Path folder, List<String> hosts, Clock clock, Duration validity) {
        FlinkCertificates certificates = new FlinkCertificates(folder.toAbsolutePath());
        try {
            if (!new IssueRecord(certificates.folder).covers(hosts, clock)) {
                certificates.issue(hosts, clock, validity);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return certificates;
    }

    public TlsIdentity internal() {
        return identity(INTERNAL);
    }

    public TlsIdentity rest() {
        return identity(REST);
    }

    public TlsIdentity cli() {
        return identity(CLI);
    }

    public TlsIdentity ui() {
        return identity(UI);
    }

    /** Returns the secret that signs the links by which a browser logs in. */
    public SecretReference linkSecret() {
        return new SecretReference("file:" + folder.resolve(UI).resolve("link-secret"));
    }

    private TlsIdentity identity(String part) {
        Path of = folder.resolve(part);
        return new TlsIdentity(
                of.resolve(STORE), new SecretReference("file:" + of.resolve(PASSWORD)));
    }

    private void issue(List<String> hosts, Clock clock, Duration validity) throws IOException {
        IssueRecord record = new IssueRecord(folder);
        record.delete();
        write(
                INTERNAL,
                CertificateAuthority.create("Flink internal", clock, validity)
                        .peer("Flink internal"));
        CertificateAuthority rest = CertificateAuthority.create("Flink REST", clock, validity);
        write(REST, rest.server(hosts.get(0), hosts));
        Identity cli = rest.client("Flink command line");
        write(CLI, cli);
        PrivateFile.write(
                folder.resolve(CLI).resolve("client.pem"), cli.certificatePem() + cli.keyPem());
        PrivateFile.write(folder.resolve(CLI).resolve("authority.pem"), cli.authorityPem());
        write(UI, rest.client("Flink UI proxy"));
        PrivateFile.writeSecret(folder.resolve(UI).resolve("link-secret"));
        record.write(hosts, clock.instant().plus(validity));
    }

    private void write(String part, Identity identity) throws IOException {
        Path of = folder.resolve(part);
        identity.writeStore(of.resolve(STORE), PrivateFile.writeSecret(of.resolve(PASSWORD)));
    }
}
