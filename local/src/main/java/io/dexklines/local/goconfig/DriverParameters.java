package io.dexklines.local.goconfig;

import java.util.Map;
import java.util.Optional;

/** The parameters of Go's MySQL driver, and what they are in Connector/J. */
final class DriverParameters {

    private static final String EPOCH =
            "klines have their times as epoch seconds, in UTC: no date is converted";
    private static final String AUTHENTICATION =
            "Connector/J finds out how the server asks for the password";
    private static final String STATEMENTS = "the job's statements do not depend on it";

    private static final Map<String, String> REASONS =
            Map.ofEntries(
                    Map.entry("charset", "Connector/J always speaks utf8mb4"),
                    Map.entry("collation", "the columns of the job's tables have theirs"),
                    Map.entry("parseTime", EPOCH),
                    Map.entry("loc", EPOCH),
                    Map.entry("timeTruncate", EPOCH),
                    Map.entry("time_zone", EPOCH),
                    Map.entry("writeTimeout", "Connector/J has one timeout, socketTimeout"),
                    Map.entry("interpolateParams", STATEMENTS),
                    Map.entry("multiStatements", STATEMENTS),
                    Map.entry("clientFoundRows", STATEMENTS),
                    Map.entry("columnsWithAlias", STATEMENTS),
                    Map.entry("maxAllowedPacket", "Connector/J asks the server"),
                    Map.entry("checkConnLiveness", "the job connects again after an error"),
                    Map.entry(
                            "rejectReadOnly",
                            "the job tries again whatever it cannot write, also after a failover"),
                    Map.entry("allowNativePasswords", AUTHENTICATION),
                    Map.entry("allowCleartextPasswords", AUTHENTICATION),
                    Map.entry("allowOldPasswords", AUTHENTICATION),
                    Map.entry("allowAllFiles", "the job never sends files of its machine"),
                    Map.entry(
                            "allowFallbackToPlaintext",
                            "Connector/J's default is TLS where the server offers it"));

    private DriverParameters() {}

    /**
     * What a parameter is in Connector/J.
     *
     * @param kept {@code name=value} of Connector/J; empty for none
     * @param why a remark, or the reason why there is none; empty if the parameter is not known
     */
    record Counterpart(Optional<String> kept, String why) {

        boolean isKnown() {
            return kept.isPresent() || !why.isEmpty();
        }
    }

    static Counterpart of(String name, String value) {
        return switch (name) {
            case "timeout" -> timeout("connectTimeout", value);
            case "readTimeout" -> timeout("socketTimeout", value);
            case "tls" -> tls(value);
            default -> new Counterpart(Optional.empty(), REASONS.getOrDefault(name, ""));
        };
    }

    private static Counterpart timeout(String name, String value) {
        return GoDuration.ms(value)
                .map(
                        ms ->
                                ms == 0
                                        ? new Counterpart(Optional.empty(), "0 is no timeout")
                                        : new Counterpart(
                                                Optional.of(name + "=" + ms),
                                                name + " is in milliseconds"))
                .orElse(new Counterpart(Optional.empty(), "it is not a duration of Go"));
    }

    private static Counterpart tls(String value) {
        return switch (value) {
            case "true" ->
                    new Counterpart(
                            Optional.of("sslMode=VERIFY_IDENTITY"),
                            "with the authorities that Java trusts");
            case "skip-verify" ->
                    new Counterpart(
                            Optional.of("sslMode=REQUIRED"), "the certificate is not checked");
            case "false", "preferred" ->
                    new Counterpart(
                            Optional.empty(),
                            "Connector/J's default is TLS where the server offers it");
            default ->
                    new Counterpart(
                            Optional.of("sslMode=VERIFY_IDENTITY"),
                            "a configuration in the code of the Go service: give the authority with"
                                    + " trustCertificateKeyStoreUrl if Java does not trust it");
        };
    }
}
