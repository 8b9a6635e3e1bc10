package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.config.KlineJobOptions;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.monitoring.MonitoringTexts;
import io.dexklines.schema.MigrateCommand;
import io.dexklines.secret.SecretReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** {@code docker-compose.yml} agrees with the files, versions and options of this repository. */
class ComposeFileTest {

    private static final String FILE = "docker-compose.yml";

    private static final String AUTHORITY = "/run/server-tls/authority.pem";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(:[-?][^}]*)?}");

    private static final JsonNode COMPOSE = parse();

    /** The files that {@code ./klines build} creates; they may be missing when this test runs. */
    private static final Map<String, String> BUILT =
            Map.of(
                    "./job/target/klines-job.jar", "job/pom.xml",
                    "./relay/target/klines-relay.jar", "relay/pom.xml",
                    "./schema/target/klines-schema.jar", "schema/pom.xml",
                    "./access/target/klines-access.jar", "access/pom.xml");

    static Stream<String> services() {
        return names(COMPOSE.path("services"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyMountExists(String service) {
        for (String mount : strings(service(service).path("volumes"))) {
            String source = mount.split(":")[0];
            if (!source.startsWith("./")) {
                assertThat(names(COMPOSE.path("volumes"))).as(mount).contains(source);
            } else if (BUILT.containsKey(source)) {
                String jar = Path.of(source).getFileName().toString().replace(".jar", "");
                assertThat(RepositoryFiles.text(BUILT.get(source))).as(mount).contains(jar);
            } else {
                assertThat(RepositoryFiles.root().resolve(source)).as(mount).exists();
            }
            assertThat(!source.startsWith("./") || mount.endsWith(":ro"))
                    .as("a container cannot change this repository: " + mount)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyPortIsOnLocalhost(String service) {
        assertThat(strings(service(service).path("ports")))
                .allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyServiceThatStaysUpHasAHealthCheck(String service) {
        boolean once = service(service).path("restart").asText().equals("no");

        assertThat(service(service).has("healthcheck")).isEqualTo(!once);
        service(service)
                .path("depends_on")
                .properties()
                .forEach(
                        on -> {
                            boolean onceOnly =
                                    service(on.getKey()).path("restart").asText().equals("no");
                            assertThat(on.getValue().path("condition").asText())
                                    .isEqualTo(
                                            onceOnly
                                                    ? "service_completed_successfully"
                                                    : "service_healthy");
                        });
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyServiceIsGivenTheSecretsItReads(String service) {
        Set<String> read = new TreeSet<>();
        Matcher path = Pattern.compile("/run/secrets/([a-z-]+)").matcher(textOf(service));
        while (path.find()) {
            read.add(path.group(1));
        }
        Set<String> given = new TreeSet<>(strings(service(service).path("secrets")));
        if (service.equals("jobmanager")) {
            assertThat(given)
                    .as("the job's other secrets are read on TaskManagers")
                    .containsExactly("kafka-password");
            assertThat(strings(service("taskmanager").path("secrets")))
                    .containsExactlyInAnyOrderElementsOf(read);
        } else if (!service.equals("taskmanager")) {
            assertThat(given).isEqualTo(read);
        }
        assertThat(names(COMPOSE.path("secrets")).toList()).containsAll(given);
    }

    @Test
    void noPasswordIsInTheFile() {
        names(COMPOSE.path("secrets"))
                .forEach(
                        secret ->
                                assertThat(COMPOSE.at("/secrets/" + secret + "/file").asText())
                                        .startsWith("${KLINES_SECRETS:?")
                                        .endsWith("/" + secret));
        assertThat(RepositoryFiles.text(FILE))
                .doesNotContainPattern("(?i)(PASSWORD|TOKEN|SECRET): *[^ ./$\\n]");
    }

    @Test
    void everyVariableIsExplainedWithItsDefault() {
        Map<String, String> used = new HashMap<>();
        Matcher variable = VARIABLE.matcher(RepositoryFiles.text(FILE));
        while (variable.find()) {
            String fallback = variable.group(2);
            assertThat(fallback)
                    .as("%s has a default or is required", variable.group())
                    .isNotNull();
            String before = used.put(variable.group(1), fallback);
            assertThat(before == null || before.equals(fallback)).as(variable.group()).isTrue();
        }

        Map<String, String> explained = new HashMap<>();
        Matcher line =
                Pattern.compile("(?m)^(#?)([A-Z_]+)=(.+)$")
                        .matcher(RepositoryFiles.text(".env.example"));
        while (line.find()) {
            boolean required = line.group(1).isEmpty();
            explained.put(line.group(2), required ? "required" : ":-" + line.group(3));
        }
        used.replaceAll((name, fallback) -> fallback.startsWith(":?") ? "required" : fallback);
        assertThat(explained).isEqualTo(used);
    }

    @Test
    void everyVersionIsThatOfTheBuild() {
        String java = RepositoryFiles.property("maven.compiler.release");
        String flink = "flink:" + RepositoryFiles.property("flink.version") + "-java" + java;
        String kafka = "apache/kafka:" + RepositoryFiles.property("kafka.version");

        Map<String, String> images =
                services()
                        .collect(Collectors.toMap(s -> s, s -> service(s).path("image").asText()));

        assertThat(images)
                .containsEntry("kafka", kafka)
                .containsEntry("topics", kafka)
                .containsEntry("jobmanager", flink)
                .containsEntry("taskmanager", flink)
                .containsEntry("flink-folders", flink)
                .containsEntry("lists-sync", flink)
                .containsEntry("flink-certificates", "eclipse-temurin:" + java + "-jre")
                .containsEntry("server-certificates", "eclipse-temurin:" + java + "-jre")
                .containsEntry("flink-ui", "eclipse-temurin:" + java + "-jre")
                .containsEntry("relay", "eclipse-temurin:" + java + "-jre")
                .containsEntry("schema", "eclipse-temurin:" + java + "-jre");
        assertThat(images.get("mysql")).matches("mysql:\\d+\\.\\d+");
        assertThat(RepositoryFiles.text("sql/mysql/README.md"))
                .contains(images.get("mysql").replace("mysql:", "MySQL "));
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyImageIsPinned(String service) {
        assertThat(service(service).path("image").asText())
                .matches("[a-z/-]+:v?\\d[\\w.-]*(@sha256:[0-9a-f]{64})?");
    }

    /** Flink's image drops its rights itself. */
    private static final Set<String> OF_FLINK =
            Set.of("jobmanager", "taskmanager", "flink-folders");

    /** They run once, as root, to give files to the users of others. */
    private static final Set<String> ISSUERS = Set.of("flink-certificates", "server-certificates");

    @ParameterizedTest
    @MethodSource("services")
    void noContainerCanChangeItselfOrGainRights(String service) {
        List<String> faults = faultsOf(service(service), service);
        if (ISSUERS.contains(service)) {
            assertThat(faults)
                    .containsExactly(
                            "is on the default network", "has capabilities", "runs as root");
            assertThat(service(service).path("network_mode").asText()).isEqualTo("none");
            assertThat(strings(service(service).path("cap_add")))
                    .containsExactly("CHOWN", "DAC_OVERRIDE");
        } else {
            assertThat(faults).isEmpty();
        }
    }

    @Test
    void aContainerThatIsNotLockedIsFound() {
        ObjectNode open = service("redis").deepCopy();
        open.remove(List.of("read_only", "cap_drop", "security_opt", "networks"));
        open.put("user", "root");
        open.put("privileged", true);
        open.putArray("cap_add").add("SYS_ADMIN");
        open.putArray("ports").add("6379:6379");
        open.putObject("environment").put("REDIS_PASSWORD", "of everybody");

        assertThat(faultsOf(open, "redis"))
                .containsExactly(
                        "may gain rights",
                        "is privileged",
                        "is on the default network",
                        "has a port on all addresses",
                        "has a secret in its environment",
                        "can change its files",
                        "has capabilities",
                        "runs as root");
    }

    private static List<String> faultsOf(JsonNode service, String name) {
        List<String> faults = new ArrayList<>();
        BiConsumer<Boolean, String> check =
                (fault, text) -> {
                    if (fault) {
                        faults.add(text);
                    }
                };
        check.accept(
                !strings(service.path("security_opt")).contains("no-new-privileges:true"),
                "may gain rights");
        check.accept(service.has("privileged") || service.has("pid"), "is privileged");
        check.accept(
                service.path("networks").isEmpty() && !name.equals("flink-folders"),
                "is on the default network");
        check.accept(
                strings(service.path("ports")).stream()
                        .anyMatch(port -> !port.startsWith("127.0.0.1:")),
                "has a port on all addresses");
        check.accept(
                service.path("environment").properties().stream()
                        .anyMatch(
                                each ->
                                        each.getKey().matches("(?i).*(PASSWORD|TOKEN|SECRET)")
                                                && !each.getValue().asText().startsWith("/run/")),
                "has a secret in its environment");
        if (!OF_FLINK.contains(name)) {
            check.accept(!service.path("read_only").asBoolean(), "can change its files");
            check.accept(
                    !strings(service.path("cap_drop")).contains("ALL") || service.has("cap_add"),
                    "has capabilities");
            check.accept(service.path("user").asText().matches("root|0(:.*)?"), "runs as root");
        }
        return faults;
    }

    /** Who can reach whom. */
    @Test
    void browsersReachTheRelayAndTheRelayReachesOnlyItsStores() {
        Map<String, Set<String>> networks = new TreeMap<>();
        services()
                .forEach(
                        name ->
                                strings(service(name).path("networks"))
                                        .forEach(
                                                network ->
                                                        networks.computeIfAbsent(
                                                                        network,
                                                                        each -> new TreeSet<>())
                                                                .add(name)));

        assertThat(names(COMPOSE.path("networks")).toList())
                .containsExactlyInAnyOrderElementsOf(networks.keySet());
        assertThat(networks.get("public")).containsExactly("relay");
        assertThat(networks.get("data"))
                .containsExactly(
                        "jobmanager",
                        "kafka",
                        // in a profile
                        "lists-sync",
                        "mysql",
                        "redis",
                        "relay",
                        "schema",
                        "taskmanager",
                        "topics");
        assertThat(networks.get("flink"))
                .contains("jobmanager", "taskmanager")
                .doesNotContain("relay", "kafka", "mysql", "redis", "grafana", "prometheus");
        assertThat(networks.get("monitoring"))
                .doesNotContain("kafka", "lists-sync", "mysql", "redis", "schema", "topics");
    }

    @Test
    void everyServerAsksForALogin() {
        JsonNode kafka = service("kafka").path("environment");
        assertThat(kafka.path("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP").asText().split(","))
                .allMatch(listener -> listener.endsWith(":SASL_SSL"));
        assertThat(kafka.path("KAFKA_AUTHORIZER_CLASS_NAME").asText()).isNotEmpty();
        assertThat(kafka.has("KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND")).isFalse();
        assertThat(strings(service("mysql").path("command")))
                .contains("--require-secure-transport=ON");
        assertThat(textOf("redis")).contains("user default off");
        List<String> relay = strings(service("relay").path("command"));
        assertThat(limit(relay, "--max-connections-per-address"))
                .isLessThan(limit(relay, "--max-connections"));
    }

    /** The relay logs in to Kafka by TLS, with a file that has no password. */
    @Test
    void usersFollowWalletsByTheRelay() {
        List<String> relay = strings(service("relay").path("command"));
        String mounted = relay.get(relay.indexOf("--kafka-properties") + 1);

        assertThat(relay)
                .containsSequence("--kafka-bootstrap-servers", "kafka:19092")
                .containsSequence("--kafka-user", "relay");
        assertThat(strings(service("relay").path("volumes")))
                .contains("./compose/relay-kafka.properties:" + mounted + ":ro");
        assertThat(RepositoryFiles.text("compose/relay-kafka.properties"))
                .contains("security.protocol=SASL_SSL\n", "=" + AUTHORITY + "\n")
                .doesNotContain("password=");
    }

    private static int limit(List<String> arguments, String option) {
        return Integer.parseInt(arguments.get(arguments.indexOf(option) + 1));
    }

    /** Prometheus' targets and Grafana's data source are names of services. */
    @Test
    void prometheusAndGrafanaReachTheServices() {
        String reporter =
                GlobalConfiguration.loadConfiguration(
                                RepositoryFiles.root().resolve("flink-conf").toString())
                        .get(
                                ConfigOptions.key("metrics.reporter.prom.port")
                                        .stringType()
                                        .noDefaultValue());
        Map<String, String> ports =
                Map.of(
                        "jobmanager", reporter.split("-")[0],
                        "taskmanager", reporter.split("-")[0],
                        "relay", "8090");
        Map<String, String> asked = new HashMap<>();
        for (JsonNode job : MonitoringTexts.prometheus().path("scrape_configs")) {
            for (JsonNode target : job.at("/static_configs/0/targets")) {
                String[] address = target.asText().split(":");
                if (!address[0].equals("localhost")) {
                    asked.put(address[0], address[1]);
                }
            }
            for (JsonNode name : job.at("/dns_sd_configs/0/names")) {
                asked.put(name.asText(), job.at("/dns_sd_configs/0/port").asText());
            }
        }
        assertThat(asked).isEqualTo(ports);
        asked.keySet().forEach(ComposeFileTest::service);
        assertThat(strings(service("relay").path("command")))
                .containsSequence("--admin-port", "8090");

        String grafana = "flink-conf/monitoring/grafana/";
        assertThat(RepositoryFiles.text(grafana + "provisioning/datasources/prometheus.yml"))
                .contains("url: http://prometheus:9090\n");
        assertThat(RepositoryFiles.text(grafana + "provisioning/dashboards/dashboards.yml"))
                .contains("path: /etc/grafana/dashboards\n");
        assertThat(strings(service("grafana").path("volumes")))
                .contains(
                        "./" + grafana + "provisioning:/etc/grafana/provisioning:ro",
                        "./" + grafana + "dashboards:/etc/grafana/dashboards:ro");
        assertThat(
                        RepositoryFiles.root()
                                .resolve(
                                        service("grafana")
                                                .at(
                                                        "/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                                                .asText()
                                                .replace("/etc/grafana/", grafana)))
                .exists();
        assertThat(strings(service("prometheus").path("command")))
                .contains("--config.file=/etc/prometheus/prometheus.yml");
        assertThat(strings(service("prometheus").path("volumes")))
                .contains("./flink-conf/monitoring:/etc/prometheus:ro");
    }

    /** The job starts when the tables are there, and only the migration may change them. */
    @Test
    void theTablesAreMigratedBeforeTheJobStarts() {
        List<String> arguments = strings(service("schema").path("command"));

        new CommandLine(new MigrateCommand(Optional::empty))
                .parseArgs(arguments.toArray(String[]::new));

        List<String> ofTheJob = strings(service("jobmanager").path("command"));
        assertThat(arguments)
                .as("the database of the job")
                .containsSequence("--mysql-url", ofTheJob.get(ofTheJob.indexOf("--mysql.url") + 1))
                .containsSequence("--mysql-user", "migrator");
        assertThat(names(service("jobmanager").path("depends_on"))).contains("schema");
        assertThat(names(service("schema").path("depends_on"))).contains("mysql");
        assertThat(strings(service("schema").path("entrypoint")))
                .containsExactly("sh", "/opt/klines/schema.sh");
        assertThat(textOf("schema"))
                .contains("java -Xmx128m -jar /opt/klines/klines-schema.jar \"$@\"")
                .contains("touch /tmp/migrated");
        for (String service : List.of("jobmanager", "taskmanager", "relay")) {
            assertThat(textOf(service)).doesNotContain("migrator");
        }
        assertThat(RepositoryFiles.root().resolve("compose/mysql-user.sh").toFile().canExecute())
                .as(
                        "MySQL's entry point reads a script, with its functions, if it is not"
                                + " executable")
                .isFalse();
    }

    /** The certificate of the REST API names the hosts that clients ask. */
    @Test
    void browsersReachFlinkThroughTheProxyOnly() {
        assertThat(service("taskmanager").has("ports")).isFalse();
        assertThat(strings(service("flink-certificates").path("command")))
                .containsSequence("--name", "jobmanager")
                .containsSequence("--name", "localhost");
        assertThat(strings(service("flink-ui").path("command")))
                .containsSequence("--flink", "https://jobmanager:8081")
                .doesNotContain("--allow-changes");
        assertThat(strings(service("jobmanager").at("/healthcheck/test")))
                .contains("https://localhost:8081/overview")
                .containsSequence("--cert", "/run/tls/cli/client.pem");
        assertThat(service("jobmanager").at("/environment/FLINK_CONF_DIR").asText())
                .as("of the command line")
                .isEqualTo("/run/flink/cli");
        assertThat(strings(service("taskmanager").path("command")).get(0))
                .contains("flink-conf.sh /run/flink/process internal=/run/tls/internal ")
                .contains("FLINK_CONF_DIR=/run/flink/process exec");
    }

    @Test
    void everyTopicIsCreated() {
        Matcher loop =
                Pattern.compile("for topic in (.+); do")
                        .matcher(RepositoryFiles.text("compose/create-topics.sh"));
        assertThat(loop.find()).isTrue();

        List<String> expected =
                Arrays.stream(KlineJobOptions.INGEST_TOPICS.defaultValue().split(";"))
                        .map(entry -> entry.split("=")[0])
                        .collect(Collectors.toCollection(ArrayList::new));
        expected.add(KlineJobOptions.EXCLUDED_TOPIC.defaultValue());
        expected.add(KlineJobOptions.MYSQL_REFUSED_TOPIC.defaultValue());
        expected.add(KlineJobOptions.SMART_MONEY_REFUSED_TOPIC.defaultValue());
        expected.add(KlineJobOptions.SMART_MONEY_NOTIFICATIONS_TOPIC.defaultValue());
        expected.add(KlineJobOptions.SMART_MONEY_CLUSTERS_TOPIC.defaultValue());
        assertThat(loop.group(1).split(" ")).containsExactlyElementsOf(expected);

        assertThat(loop.find()).isTrue();
        assertThat(loop.group(1).split(" "))
                .as("compacted")
                .containsExactly(
                        KlineJobOptions.SMART_MONEY_WALLETS_TOPIC.defaultValue(),
                        KlineJobOptions.SMART_MONEY_FOLLOWS_TOPIC.defaultValue());
    }

    /** The hosts in the arguments are names of services. */
    @Test
    void theJobAcceptsItsArguments() {
        List<String> command = strings(service("jobmanager").path("command"));
        List<String> arguments =
                new ArrayList<>(command.subList(command.indexOf("--") + 1, command.size()));
        int config = arguments.indexOf("--config") + 1;
        assertThat(config).as("--config stands behind --").isPositive();
        String mounted = arguments.get(config);
        arguments.set(
                config,
                RepositoryFiles.root()
                        .resolve(mounted.replace("/opt/klines/conf/", "flink-conf/"))
                        .toString());

        KlineJobSettings settings = KlineJobSettings.load(arguments.toArray(String[]::new));

        assertThat(settings.kafka().bootstrapServers()).isEqualTo("kafka:19092");
        assertThat(settings.kafka().clientProperties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("ssl.truststore.location", AUTHORITY);
        assertThat(service("kafka").at("/environment/KAFKA_ADVERTISED_LISTENERS").asText())
                .contains("INSIDE://kafka:19092");
        assertThat(settings.mysql().orElseThrow().urls())
                .singleElement()
                .asString()
                .startsWith("jdbc:mysql://mysql:3306/klines?");
        assertThat(service("mysql").at("/environment/MYSQL_DATABASE").asText()).isEqualTo("klines");
        assertThat(settings.redis().orElseThrow().uri()).isEqualTo("rediss://redis:6379");
        assertThat(settings.relay().orElseThrow().urls())
                .containsExactly("wss://relay:8090/publish");
        assertThat(settings.relay().orElseThrow().caFile()).isEqualTo(AUTHORITY);
        assertThat(settings.check().orElseThrow().relayUrls())
                .containsExactly("https://relay:8090");
        assertThat(settings.relay().orElseThrow().token())
                .isEqualTo(new SecretReference("file:/run/secrets/relay-token"));
    }

    /** Clients verify each server by the name under which they ask it. */
    @ParameterizedTest
    @ValueSource(strings = {"kafka", "mysql", "redis", "relay"})
    void theCertificateOfAServerHasItsNamesAndItsUserGetsTheKey(String server) {
        assertThat(strings(service("server-certificates").path("command")))
                .containsSequence("--server", server + "=" + server + ",localhost");
        assertThat(RepositoryFiles.text("compose/server-certificates.sh"))
                .containsPattern("chown -R \\d+ .*/run/server-tls/" + server + "\\b");
        assertThat(textOf(server)).contains("/run/server-tls/" + server + "/server.pem");
        assertThat(names(service(server).path("depends_on"))).contains("server-certificates");
        assertThat(strings(service(server).path("volumes")))
                .contains("server-tls:/run/server-tls:ro");
    }

    @Test
    void kafkasClientsReachTheAuthority() {
        assertThat(service("kafka").at("/environment/KAFKA_ADVERTISED_LISTENERS").asText())
                .matches("INSIDE://kafka:\\d+,OUTSIDE://localhost:.*");
        assertThat(
                        service("kafka")
                                .path("environment")
                                .has("KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM"))
                .isFalse();
        assertThat(service("topics").at("/environment/KLINES_AUTHORITY_FILE").asText())
                .isEqualTo(AUTHORITY);
        assertThat(strings(service("topics").path("volumes")))
                .contains("server-tls:/run/server-tls:ro");
    }

    /** The services whose arguments name servers, and the trust that each of them has to have. */
    private static final Set<String> CLIENTS =
            Set.of("schema", "relay", "lists-sync", "jobmanager", "taskmanager");

    @Test
    void everyHopToAServerUsesTlsAndVerifiesItsName() {
        services().forEach(name -> assertThat(openHops(service(name), name)).as(name).isEmpty());
        assertThat(strings(service("mysql").path("command")))
                .contains(
                        "--require-secure-transport=ON",
                        "--ssl-cert=/run/server-tls/mysql/server.pem",
                        "--ssl-key=/run/server-tls/mysql/server.pem");
        assertThat(textOf("redis")).contains("--port 0 --tls-port 6379 ");
        assertThat(strings(service("redis").at("/healthcheck/test")).get(1))
                .contains("redis-cli --tls --cacert " + AUTHORITY);
        assertThat(strings(service("relay").path("command")))
                .containsSequence("--admin-tls-certificate", "/run/server-tls/relay/server.pem")
                .containsSequence("--admin-tls-key", "/run/server-tls/relay/server.pem")
                .as("browsers on this machine do not know the authority")
                .doesNotContain("--tls-certificate");
        for (JsonNode job : MonitoringTexts.prometheus().path("scrape_configs")) {
            if (job.path("job_name").asText().equals("relay")) {
                assertThat(job.path("scheme").asText()).isEqualTo("https");
                assertThat(job.at("/tls_config/ca_file").asText()).isEqualTo(AUTHORITY);
                assertThat(job.path("tls_config").has("insecure_skip_verify")).isFalse();
            }
        }
        assertThat(strings(service("prometheus").path("volumes")))
                .contains("server-tls:/run/server-tls:ro");
    }

    @Test
    void aHopWithoutTlsOrVerificationIsFound() {
        ObjectNode open = service("relay").deepCopy();
        open.remove(List.of("environment", "volumes", "depends_on"));
        open.putArray("command")
                .add("jdbc:mysql://mysql:3306/klines?sslMode=REQUIRED")
                .add("jdbc:mysql://mysql:3306/klines")
                .add("redis://redis:6379")
                .add("ws://relay:8090/publish,wss://relay:8090/publish")
                .add("http://relay:8080")
                .add("https://relay:8090");

        assertThat(openHops(open, "relay"))
                .containsExactly(
                        "jdbc:mysql://mysql:3306/klines?sslMode=REQUIRED",
                        "jdbc:mysql://mysql:3306/klines",
                        "redis://redis:6379",
                        "ws://relay:8090/publish",
                        "http://relay:8080",
                        "does not trust the authority",
                        "does not reach the authority",
                        "does not wait for the certificates");
    }

    private static List<String> openHops(JsonNode service, String name) {
        List<String> faults =
                strings(service.path("command")).stream()
                        .flatMap(argument -> Arrays.stream(argument.split(",")))
                        .filter(
                                argument ->
                                        argument.startsWith("jdbc:")
                                                ? !argument.matches(".*\\?sslMode=VERIFY_IDENTITY")
                                                : argument.matches("(redis|ws|http)://.*"))
                        .collect(Collectors.toCollection(ArrayList::new));
        if (CLIENTS.contains(name)) {
            if (!service.at("/environment/JAVA_TOOL_OPTIONS")
                    .asText()
                    .equals("-Djavax.net.ssl.trustStore=/run/server-tls/authority.jks")) {
                faults.add("does not trust the authority");
            }
            if (!strings(service.path("volumes")).contains("server-tls:/run/server-tls:ro")) {
                faults.add("does not reach the authority");
            }
            // the schema waits for MySQL, which waits for the certificates
            if (!name.equals("schema")
                    && !service.at("/depends_on/server-certificates").isObject()) {
                faults.add("does not wait for the certificates");
            }
        }
        return faults;
    }

    private static JsonNode service(String name) {
        JsonNode service = COMPOSE.path("services").path(name);
        assertThat(service.isObject()).as(name).isTrue();
        return service;
    }

    /** Returns the definition of the service, and the script of this repository that it runs. */
    private static String textOf(String service) {
        StringBuilder text = new StringBuilder(service(service).toString());
        Matcher script = Pattern.compile("\\./(compose/[a-z-]+\\.sh)").matcher(text.toString());
        while (script.find()) {
            text.append(RepositoryFiles.text(script.group(1)));
        }
        return text.toString();
    }

    private static Stream<String> names(JsonNode node) {
        return StreamSupport.stream(((Iterable<String>) node::fieldNames).spliterator(), false);
    }

    private static List<String> strings(JsonNode node) {
        List<String> strings = new ArrayList<>();
        node.forEach(element -> strings.add(element.asText()));
        return strings;
    }

    /** The file, with what {@code <<} brings in. */
    private static JsonNode parse() {
        Object file =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(RepositoryFiles.text(FILE));
        return new ObjectMapper().valueToTree(file);
    }
}
