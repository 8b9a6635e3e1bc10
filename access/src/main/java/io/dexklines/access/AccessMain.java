package io.dexklines.access;

import io.dexklines.access.certificate.FlinkCertificates;
import io.dexklines.access.certificate.ServerCertificates;
import io.dexklines.access.proxy.FlinkProxy;
import io.dexklines.access.proxy.LoginLinks;
import io.dexklines.secret.SecretReference;
import io.dexklines.secret.TlsIdentity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The command {@code klines-access}. */
@Command(
        name = "klines-access",
        description =
                "Certificates of a Flink cluster and of servers, and a browser's way to its web UI.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 100,
        footer = "A secret's REFERENCE is env:NAME or file:/path.")
public final class AccessMain {

    static {
        // before the first logger is created
        if (System.getProperty("log4j2.configurationFile") == null) {
            System.setProperty("log4j2.configurationFile", "access-log4j2.properties");
        }
    }

    private AccessMain() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new AccessMain())
                .registerConverter(SecretReference.class, AccessMain::reference)
                .setExecutionExceptionHandler(
                        (e, command, parsed) -> {
                            command.getErr().println("klines-access: " + e.getMessage());
                            return ExitCode.SOFTWARE;
                        });
    }

    /** Parses a reference, without repeating what may be the secret itself if it is none. */
    private static SecretReference reference(String text) {
        try {
            return new SecretReference(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** What the commands that issue certificates have in common. */
    private static final class Issued {

        @Option(
                names = "--days",
                defaultValue = "3650",
                paramLabel = "N",
                description = "How long the certificates are valid (default: ${DEFAULT-VALUE}).")
        private int days;

        @Parameters(paramLabel = "FOLDER", description = "Where the certificates are.")
        private Path folder;
    }

    /** Runs {@code klines-access certificates}. */
    @Command(
            name = "certificates",
            description = "Issues the certificates of a Flink cluster, unless they are there.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Each of the folders internal, rest, cli and ui has a store.p12 with its password."
                        + " Certificates that end within 30 days, or were issued for other names,"
                        + " are replaced, all of them together."
            })
    int certificates(
            @Option(
                            names = "--name",
                            required = true,
                            paramLabel = "HOST",
                            description =
                                    "A name or IPv4 address by which clients reach Flink's REST"
                                            + " API; can be repeated.")
                    List<String> names,
            @Mixin Issued issued) {
        FlinkCertificates.in(issued.folder, names, Clock.systemUTC(), Duration.ofDays(issued.days));
        return ExitCode.OK;
    }

    /** Runs {@code klines-access server-certificates}. */
    @Command(
            name = "server-certificates",
            description = "Issues certificates of servers, unless they are there.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Each server has a folder of its name with its key and certificate in server.pem."
                        + " Clients trust authority.pem, or authority.jks by Java's property"
                        + " javax.net.ssl.trustStore. Certificates that end within 30 days, or"
                        + " were issued for other servers, are replaced, all of them together."
            })
    int serverCertificates(
            @Option(
                            names = "--server",
                            required = true,
                            paramLabel = "NAME=HOST[,HOST]",
                            description =
                                    "A server, and the names and IPv4 addresses by which clients"
                                            + " reach it; can be repeated.")
                    Map<String, String> servers,
            @Mixin Issued issued) {
        Map<String, List<String>> hosts = new TreeMap<>();
        servers.forEach((name, list) -> hosts.put(name, List.of(list.split(","))));
        ServerCertificates.in(
                issued.folder, hosts, Clock.systemUTC(), Duration.ofDays(issued.days));
        return ExitCode.OK;
    }

    /** Runs {@code klines-access proxy} until SIGTERM. */
    @Command(
            name = "proxy",
            description = "Serves Flink's web UI to browsers that log in by a link.",
            mixinStandardHelpOptions = true)
    int proxy(
            @Option(
                            names = "--flink",
                            required = true,
                            paramLabel = "URL",
                            description = "Flink's REST API, such as https://jobmanager:8081.")
                    URI flink,
            @Option(
                            names = "--store",
                            defaultValue = "/run/tls/ui/store.p12",
                            paramLabel = "FILE",
                            description =
                                    "The PKCS12 store with the certificate for Flink (default:"
                                            + " ${DEFAULT-VALUE}).")
                    Path store,
            @Option(
                            names = "--store-password",
                            defaultValue = "file:/run/tls/ui/password",
                            paramLabel = "REFERENCE",
                            description = "The password of the store (default: ${DEFAULT-VALUE}).")
                    SecretReference password,
            @Option(
                            names = "--link-secret",
                            defaultValue = "file:/run/tls/ui/link-secret",
                            paramLabel = "REFERENCE",
                            description =
                                    "The secret that signs the links (default:"
                                            + " ${DEFAULT-VALUE}).")
                    SecretReference linkSecret,
            @Option(
                            names = "--host",
                            defaultValue = "127.0.0.1",
                            paramLabel = "ADDRESS",
                            description = "Interface to listen on (default: ${DEFAULT-VALUE}).")
                    String host,
            @Option(
                            names = "--port",
                            defaultValue = "8081",
                            paramLabel = "PORT",
                            description = "Port to listen on (default: ${DEFAULT-VALUE}).")
                    int port,
            @Option(
                            names = "--name",
                            paramLabel = "HOST",
                            description =
                                    "A name by which browsers reach the proxy, besides localhost"
                                            + " and 127.0.0.1; can be repeated.")
                    List<String> names,
            @Option(
                            names = "--allow-changes",
                            description =
                                    "Also pass on requests that cancel, stop or submit something"
                                            + " (default: only reads).")
                    boolean allowChanges)
            throws InterruptedException {
        Set<String> all =
                Stream.concat(
                                Stream.of("localhost", "127.0.0.1"),
                                names == null ? Stream.of() : names.stream())
                        .collect(Collectors.toSet());
        FlinkProxy proxy =
                FlinkProxy.start(
                        new FlinkProxy.Settings(
                                flink,
                                new TlsIdentity(store, password),
                                host,
                                port,
                                all,
                                linkSecret,
                                allowChanges),
                        Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "proxy-shutdown"));
        System.out.printf("Flink's web UI on http://%s:%d%n", host, proxy.port());
        Thread.currentThread().join();
        return ExitCode.OK;
    }

    /** Runs {@code klines-access link}. */
    @Command(
            name = "link",
            description = "Prints a link to the web UI that works once, within ten minutes.",
            mixinStandardHelpOptions = true)
    int link(
            @Option(
                            names = "--link-secret",
                            defaultValue = "file:/run/tls/ui/link-secret",
                            paramLabel = "REFERENCE",
                            description =
                                    "The secret that signs the links (default:"
                                            + " ${DEFAULT-VALUE}).")
                    SecretReference linkSecret,
            @Option(
                            names = "--address",
                            defaultValue = "http://localhost:8081",
                            paramLabel = "URL",
                            description =
                                    "Where a browser reaches the proxy (default:"
                                            + " ${DEFAULT-VALUE}).")
                    String address) {
        System.out.println(new LoginLinks(linkSecret, Clock.systemUTC()).link(address));
        return ExitCode.OK;
    }
}
