package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.dexklines.job.KlineJob;
import io.dexklines.job.config.KlineJobOptions;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.schema.MigrateCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The Kubernetes manifests match the operator's schema and agree with this repository. */
class KubernetesManifestsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final JsonNode CRD =
            Kustomize.parse(resource("/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"))
                    .get(0);
    private static final JsonNode JOB = manifest("klines.yaml").get(0);
    private static final List<JsonNode> RELAY = manifest("relay.yaml");
    private static final List<JsonNode> POLICIES = manifest("network-policies.yaml");
    private static final JsonNode SCHEMA = manifest("schema.yaml").get(0);
    private static final JsonNode TOPICS = manifest("topics.yaml").get(0);
    private static final JsonNode FLINK_UI = manifest("flink-ui.yaml").get(0);
    private static final List<JsonNode> LISTS_SYNC = manifest("../lists-sync/lists-sync.yaml");

    /** Keys of the operator itself. No artifact on Maven Central contains these options. */
    private static final Set<String> OF_THE_OPERATOR =
            Set.of(
                    "kubernetes.operator.pod-template.merge-arrays-by-name",
                    "kubernetes.operator.periodic.savepoint.interval",
                    "kubernetes.operator.savepoint.history.max.count",
                    "kubernetes.operator.savepoint.history.max.age",
                    "kubernetes.operator.job.upgrade.last-state-fallback.enabled",
                    "kubernetes.operator.deployment.rollback.enabled",
                    "kubernetes.operator.jm-deployment-recovery.enabled",
                    "kubernetes.operator.job.restart.failed");

    /** Keys whose values Kubernetes or the operator sets, or that only the command line reads. */
    private static final Set<String> NOT_ON_KUBERNETES =
            Set.of(
                    "client.timeout",
                    "jobmanager.bind-host",
                    "jobmanager.rpc.address",
                    "jobmanager.rpc.port",
                    "jobmanager.memory.process.size",
                    "taskmanager.bind-host",
                    "taskmanager.host",
                    "taskmanager.memory.process.size",
                    "parallelism.default",
                    "rest.address",
                    "rest.bind-address",
                    "rest.port",
                    "resourcemanager.standalone.start-up-time");

    private static final Set<String> FOLDERS =
            Set.of("execution.checkpointing.dir", "execution.checkpointing.savepoint-dir");

    @Test
    void theDeploymentMatchesTheOperatorsSchema() {
        assertThat(schemaOf("/spec").validate(JOB.path("spec"))).isEmpty();
        assertThat(JOB.path("apiVersion").asText())
                .isEqualTo(
                        CRD.at("/spec/group").asText()
                                + "/"
                                + CRD.at("/spec/versions/0/name").asText());
        assertThat(JOB.path("kind")).isEqualTo(CRD.at("/spec/names/kind"));
    }

    @Test
    void deviationsFromTheSchemaAreFound() {
        Schema schema = schemaOf("/spec");
        ObjectNode wrong = JOB.path("spec").deepCopy();
        ((ObjectNode) wrong.path("job")).put("upgradeMode", "brave").put("paralelism", 3);
        ((ObjectNode) wrong.at("/podTemplate/spec/containers/0")).put("image", 7);
        ((ObjectNode) wrong.path("flinkConfiguration")).put("taskmanager.numberOfTaskSlots", 2);

        assertThat(schema.validate(wrong)).hasSize(4);
    }

    @Test
    void theRelaysPodMatchesTheSchema() {
        JsonNode set = RELAY.get(2);
        assertThat(set.path("kind").asText()).isEqualTo("StatefulSet");

        assertThat(schemaOf("/spec/podTemplate").validate(set.at("/spec/template"))).isEmpty();
    }

    /** Flink's operator has the schema of a pod, which is also that of a job of Kubernetes. */
    @Test
    void thePodOfTheMigrationMatchesTheSchema() {
        assertThat(SCHEMA.path("kind").asText()).isEqualTo("CronJob");

        assertThat(
                        schemaOf("/spec/podTemplate")
                                .validate(SCHEMA.at("/spec/jobTemplate/spec/template")))
                .isEmpty();
    }

    @Test
    void thePodThatCreatesTheTopicsMatchesTheSchema() {
        assertThat(TOPICS.path("kind").asText()).isEqualTo("CronJob");
        assertThat(TOPICS.at("/spec/suspend").asBoolean())
                .as("a template that never runs by itself")
                .isTrue();

        assertThat(
                        schemaOf("/spec/podTemplate")
                                .validate(TOPICS.at("/spec/jobTemplate/spec/template")))
                .isEmpty();
    }

    /** The script has every variable that it reads, from the mounts that the pod has. */
    @Test
    void theTopicsAreThoseOfTheComposeFile() {
        JsonNode pod = TOPICS.at("/spec/jobTemplate/spec/template/spec");
        Map<String, String> environment = new TreeMap<>();
        for (JsonNode variable : pod.at("/containers/0/env")) {
            environment.put(variable.path("name").asText(), variable.path("value").asText());
        }
        Set<String> read = new TreeSet<>();
        Matcher variables =
                Pattern.compile("\\$\\{?(KLINES_[A-Z_]+)")
                        .matcher(RepositoryFiles.text("compose/create-topics.sh"));
        while (variables.find()) {
            read.add(variables.group(1));
        }
        read.remove("KLINES_KAFKA_BIN");

        assertThat(environment.keySet()).isEqualTo(read);
        List<String> ofTheJob = strings(JOB.at("/spec/job/args"));
        assertThat(environment)
                .containsEntry(
                        "KLINES_BOOTSTRAP_SERVERS",
                        ofTheJob.get(ofTheJob.indexOf("--kafka.bootstrap-servers") + 1))
                .containsEntry(
                        "KLINES_SASL_MECHANISM",
                        ofTheJob.get(ofTheJob.indexOf("--kafka.sasl-mechanism") + 1))
                .containsEntry(
                        "KLINES_AUTHORITY_FILE", mountPath(pod, "authority") + "/authority.pem");
        assertThat(strings(pod.at("/containers/0/command")))
                .containsExactly("sh", mountPath(pod, "script") + "/create-topics.sh");
        assertMounted(List.of("file:" + environment.get("KLINES_ADMIN_PASSWORD_FILE")), pod);
        assertThat(RepositoryFiles.text("docker-compose.yml"))
                .contains("image: " + pod.at("/containers/0/image").asText() + "\n");
        assertThat(JOB.toString() + RELAY + SCHEMA)
                .as("only who creates topics has the password of Kafka's admin")
                .doesNotContain("kafka-admin-password");
    }

    @Test
    void theScriptThatCreatesTopicsLogsInAsTheBrokersWant(@TempDir Path folder) throws Exception {
        for (String tool : List.of("kafka-topics.sh", "kafka-acls.sh")) {
            Path fake = Files.writeString(folder.resolve(tool), "#!/bin/sh\n");
            assertThat(fake.toFile().setExecutable(true)).isTrue();
        }
        Path password = Files.writeString(folder.resolve("password"), "of the admin\n");
        Path login = folder.resolve("admin.properties");
        ProcessBuilder script =
                new ProcessBuilder(
                        "sh",
                        "-c",
                        RepositoryFiles.text("compose/create-topics.sh")
                                .replace("/tmp/admin.properties", login.toString()));
        for (JsonNode variable :
                TOPICS.at("/spec/jobTemplate/spec/template/spec/containers/0/env")) {
            script.environment()
                    .put(variable.path("name").asText(), variable.path("value").asText());
        }
        script.environment().put("KLINES_KAFKA_BIN", folder.toString());
        script.environment().put("KLINES_ADMIN_PASSWORD_FILE", password.toString());

        assertThat(script.inheritIO().start().waitFor()).isZero();

        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(login)) {
            properties.load(in);
        }
        assertThat(properties)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.location", "/run/authority/authority.pem");
        assertThat(properties.getProperty("sasl.jaas.config"))
                .matches(
                        Pattern.quote(ScramLoginModule.class.getName())
                                + " required username=\"admin\" +password=\"of the admin\";");
    }

    @Test
    void theMigrationAcceptsItsArguments() {
        JsonNode pod = SCHEMA.at("/spec/jobTemplate/spec/template/spec");
        List<String> arguments = strings(pod.at("/containers/0/args"));

        new CommandLine(new MigrateCommand(Optional::empty))
                .parseArgs(arguments.toArray(String[]::new));

        assertMounted(arguments, pod);
        List<String> ofTheJob = strings(JOB.at("/spec/job/args"));
        assertThat(arguments)
                .as("the database of the job")
                .containsSequence("--mysql-url", ofTheJob.get(ofTheJob.indexOf("--mysql.url") + 1));
        assertThat(JOB.toString() + RELAY)
                .as("only the migration may change tables")
                .doesNotContain("migrator");
    }

    /** Its arguments are checked where they are parsed. */
    @Test
    void thePodOfTheListsMatchesTheSchemaAndRunsTheJobsImage() {
        JsonNode pod = LISTS_SYNC.get(1).at("/spec/template");
        JsonNode container = pod.at("/spec/containers/0");

        assertThat(schemaOf("/spec/podTemplate").validate(pod)).isEmpty();
        assertMounted(strings(container.path("args")), pod.path("spec"));
        assertThat(container.path("image")).isEqualTo(JOB.at("/spec/image"));
        assertThat(strings(container.path("command")).get(3))
                .startsWith(JOB.at("/spec/job/jarURI").asText().replace("local://", "") + ":");
        assertThat(LISTS_SYNC.get(2).at("/spec/podSelector/matchLabels"))
                .isEqualTo(pod.at("/metadata/labels"));
        assertThat(ports(LISTS_SYNC.get(2), "egress")).containsExactly(3306, 9093);
    }

    @Test
    void flinkOrTheOperatorKnowsEveryKey() {
        Set<String> unknown = new TreeSet<>(configuration().keySet());
        unknown.removeAll(FlinkOptions.all().keySet());
        unknown.removeAll(OF_THE_OPERATOR);
        unknown.removeIf(key -> key.startsWith("metrics.reporter.prom."));

        assertThat(unknown).isEmpty();
        assertThat(configuration().keySet()).containsAll(OF_THE_OPERATOR);
    }

    @Test
    void everyValueHasTheTypeOfItsKey() {
        Configuration configuration = Configuration.fromMap(configuration());
        Map<String, ConfigOption<?>> options = FlinkOptions.all();

        for (String key : configuration.keySet()) {
            if (options.containsKey(key)) {
                assertThat((Object) configuration.get(options.get(key))).as(key).isNotNull();
            }
        }
    }

    @Test
    void allOtherKeysAreAsInConfigYaml() {
        Map<String, String> expected =
                new TreeMap<>(
                        GlobalConfiguration.loadConfiguration(
                                        RepositoryFiles.root().resolve("flink-conf").toString())
                                .toMap());
        expected.keySet().removeAll(NOT_ON_KUBERNETES);
        expected.keySet().removeAll(FOLDERS);
        Map<String, String> here = new TreeMap<>(configuration());
        here.keySet()
                .removeIf(
                        key ->
                                key.startsWith("kubernetes.operator.")
                                        || key.startsWith("job.autoscaler.")
                                        || key.startsWith("high-availability.")
                                        || key.startsWith("security.ssl.internal.")
                                        || key.startsWith("security.ssl.rest.")
                                        || key.equals("state.backend.rocksdb.localdir"));

        assertThat(here.keySet()).containsAll(FOLDERS);
        here.keySet().removeAll(FOLDERS);
        assertThat(here).isEqualTo(expected);
    }

    /**
     * Every process has the stores that its configuration names, with the passwords of both kinds.
     */
    @Test
    void allConnectionsOfFlinkUseMutualTls() {
        Map<String, String> configuration = configuration();
        String folder = mountPath(JOB.at("/spec/podTemplate/spec"), "certificates");

        for (String kind : List.of("internal", "rest")) {
            String prefix = "security.ssl." + kind + ".";
            String store = folder + "/" + kind + ".p12";
            String password = "${" + kind.toUpperCase() + "_PASSWORD}";
            assertThat(configuration)
                    .containsEntry(prefix + "enabled", "true")
                    .containsEntry(prefix + "keystore", store)
                    .containsEntry(prefix + "truststore", store)
                    .containsEntry(prefix + "keystore-password", password)
                    .containsEntry(prefix + "key-password", password)
                    .containsEntry(prefix + "truststore-password", password);
            assertThat(RepositoryFiles.text("docs/deploying.md"))
                    .contains(
                            "--from-file=%s.p12=secrets/flink/%s/store.p12".formatted(kind, kind));
        }
        assertThat(configuration).containsEntry("security.ssl.rest.authentication-enabled", "true");
    }

    @Test
    void theProxyForBrowsersReachesTheRestService() {
        JsonNode pod = FLINK_UI.at("/spec/template");
        assertThat(schemaOf("/spec/podTemplate").validate(pod)).isEmpty();

        String name = JOB.at("/metadata/name").asText() + "-rest";
        assertThat(strings(pod.at("/spec/containers/0/args")))
                .containsSequence("--flink", "https://" + name + ":8081")
                .containsSequence("--host", "127.0.0.1")
                .doesNotContain("--allow-changes");
        assertThat(mountPath(pod.path("spec"), "certificate")).isEqualTo("/run/tls/ui");
        assertThat(RepositoryFiles.text("docs/deploying.md"))
                .as("the certificate has the name")
                .contains("certificates --name " + name + " ");
    }

    @Test
    void theMemoryAddsUp() {
        assertMemoryAddsUp(JOB, configuration());
    }

    /** Asserts that Flink accepts the memory of the pods, and that enough of it is heap. */
    static void assertMemoryAddsUp(JsonNode job, Map<String, String> keys) {
        Configuration configuration = Configuration.fromMap(keys);
        configuration.set(
                TaskManagerOptions.TOTAL_PROCESS_MEMORY,
                MemorySize.parse(job.at("/spec/taskManager/resource/memory").asText()));
        configuration.set(
                JobManagerOptions.TOTAL_PROCESS_MEMORY,
                MemorySize.parse(job.at("/spec/jobManager/resource/memory").asText()));

        assertThat(
                        TaskExecutorProcessUtils.processSpecFromConfig(configuration)
                                .getTaskHeapSize()
                                .getMebiBytes())
                .isGreaterThan(1024);
        assertThat(
                        JobManagerProcessUtils.processSpecFromConfig(configuration)
                                .getJvmHeapMemorySize()
                                .getMebiBytes())
                .isGreaterThan(1024);
    }

    /** The files in the arguments are mounted where they are read. */
    @Test
    void theJobAcceptsItsArguments() {
        List<String> arguments = strings(JOB.at("/spec/job/args"));
        int config = arguments.indexOf("--config") + 1;
        String folder = mountPath(JOB.at("/spec/jobManager/podTemplate/spec"), "configuration");
        String file = arguments.get(config);
        assertThat(file).startsWith(folder + "/");
        arguments.set(
                config,
                RepositoryFiles.root()
                        .resolve("flink-conf")
                        .resolve(Path.of(folder).relativize(Path.of(file)))
                        .toString());

        KlineJobSettings settings = KlineJobSettings.load(arguments.toArray(String[]::new));

        assertMounted(arguments, JOB.at("/spec/taskManager/podTemplate/spec"));
        assertThat(mounted(JOB.at("/spec/jobManager/podTemplate/spec")))
                .as("the other secrets are read on TaskManagers")
                .containsExactly("kafka-password");
        assertThat(JOB.at("/spec/podTemplate").toString())
                .doesNotContain("\"secretName\":\"klines\"");
        assertThat(configuration().get("state.backend.rocksdb.localdir"))
                .startsWith(mountPath(JOB.at("/spec/taskManager/podTemplate/spec"), "state") + "/");
        assertThat(settings.relay().orElseThrow().urls())
                .containsExactly(
                        "wss://%s-0.%s:%d/publish"
                                .formatted(
                                        RELAY.get(2).at("/metadata/name").asText(),
                                        RELAY.get(0).at("/metadata/name").asText(),
                                        RELAY.get(0).at("/spec/ports/1/port").asInt()));
        assertThat(JOB.at("/spec/job/entryClass").asText()).isEqualTo(KlineJob.class.getName());
    }

    @Test
    void everyHopUsesTls() {
        assertThat(plaintextIn(JOB.at("/spec/job/args"))).isEmpty();
        assertThat(plaintextIn(RELAY.get(2).at("/spec/template/spec/containers/0/args"))).isEmpty();
        assertThat(plaintextIn(SCHEMA.at("/spec/jobTemplate/spec/template/spec/containers/0/args")))
                .isEmpty();
        assertThat(strings(JOB.at("/spec/job/args")))
                .containsSequence("--kafka.security-protocol", "SASL_SSL")
                .containsSequence("--kafka.sasl-mechanism", "SCRAM-SHA-512");
        assertThat(RELAY.get(3).at("/data/client.properties").asText())
                .isEqualTo("security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n");
        assertThat(RELAY.get(2).at("/spec/template/spec/volumes").toString())
                .contains(RELAY.get(3).at("/metadata/name").asText());
        JsonNode relay = RELAY.get(2).at("/spec/template/spec/containers/0");
        assertThat(strings(relay.path("args")))
                .containsSequence("--tls-certificate", "/run/tls/tls.crt")
                .containsSequence("--admin-tls-certificate", "/run/tls/tls.crt");
        for (String probe : List.of("readinessProbe", "livenessProbe")) {
            assertThat(relay.path(probe).at("/httpGet/scheme").asText()).isEqualTo("HTTPS");
        }
    }

    @Test
    void plaintextIsFound() {
        ArrayNode arguments = JSON.createArrayNode();
        List.of(
                        "http://relay:8080",
                        "ws://relay:8080/publish",
                        "redis://redis:6379",
                        "redis-cluster://redis:6379",
                        "jdbc:mysql://mysql/klines",
                        "jdbc:mysql://mysql/klines?sslMode=REQUIRED",
                        "SASL_PLAINTEXT",
                        "wss://relay/publish",
                        "rediss://redis:6379")
                .forEach(arguments::add);

        assertThat(plaintextIn(arguments)).hasSize(7);
    }

    /** Returns the arguments that name a connection without TLS or without a check of the name. */
    private static List<String> plaintextIn(JsonNode arguments) {
        return strings(arguments).stream()
                .filter(
                        argument ->
                                argument.matches("(http|ws|redis(-[a-z]+)?)://.*|.*PLAINTEXT")
                                        || argument.startsWith("jdbc:mysql:")
                                                && !argument.contains("sslMode=VERIFY_IDENTITY"))
                .toList();
    }

    @Test
    void everyPodIsLocked() {
        assertThat(faultsOf(RELAY.get(2).at("/spec/template/spec"))).isEmpty();
        assertThat(faultsOf(SCHEMA.at("/spec/jobTemplate/spec/template/spec"))).isEmpty();
        assertThat(faultsOf(TOPICS.at("/spec/jobTemplate/spec/template/spec"))).isEmpty();
        assertThat(faultsOf(FLINK_UI.at("/spec/template/spec"))).isEmpty();
        assertThat(faultsOf(LISTS_SYNC.get(1).at("/spec/template/spec"))).isEmpty();
        assertThat(
                        RELAY.get(2)
                                .at("/spec/template/spec/automountServiceAccountToken")
                                .asBoolean(true))
                .isFalse();
        // the template of both kinds of Flink's pods
        assertThat(faultsOf(JOB.at("/spec/podTemplate/spec"))).isEmpty();
        for (String kind : List.of("jobManager", "taskManager")) {
            JsonNode pod = JOB.at("/spec/" + kind + "/podTemplate/spec");
            assertThat(List.of(mountPath(pod, "tmp"), mountPath(pod, "log")))
                    .containsExactly("/tmp", "/opt/flink/log");
        }
    }

    @Test
    void aPodThatIsNotLockedIsFound() {
        JsonNode open = RELAY.get(2).at("/spec/template/spec").deepCopy();
        ((ObjectNode) open.path("securityContext"))
                .remove(List.of("runAsNonRoot", "seccompProfile"));
        ObjectNode container = (ObjectNode) open.at("/containers/0");
        container.remove("securityContext");
        container.putArray("env").addObject().put("name", "PASSWORD").put("value", "of everybody");

        assertThat(faultsOf(open)).hasSize(6);
    }

    private static List<String> faultsOf(JsonNode pod) {
        List<String> faults = new ArrayList<>();
        if (!pod.at("/securityContext/runAsNonRoot").asBoolean()) {
            faults.add("may run as root");
        }
        if (!pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault")) {
            faults.add("may use every system call");
        }
        for (JsonNode container : pod.path("containers")) {
            JsonNode context = container.path("securityContext");
            if (context.path("allowPrivilegeEscalation").asBoolean(true)) {
                faults.add("may gain rights");
            }
            if (!context.path("readOnlyRootFilesystem").asBoolean()) {
                faults.add("can change its files");
            }
            if (!strings(context.at("/capabilities/drop")).contains("ALL")) {
                faults.add("has capabilities");
            }
            for (JsonNode variable : container.path("env")) {
                if (variable.path("name")
                        .asText()
                        .matches("(?i).*(PASSWORD|TOKEN|SECRET).*(?<!_FILE)")) {
                    faults.add("has a secret in its environment");
                }
            }
        }
        return faults;
    }

    @Test
    void everythingIsDeniedFirstAndEveryPodHasAPolicy() {
        JsonNode deny = POLICIES.get(0).path("spec");
        assertThat(deny.path("podSelector")).isEmpty();
        assertThat(strings(deny.path("policyTypes"))).containsExactly("Ingress", "Egress");
        assertThat(deny.has("ingress") || deny.has("egress")).isFalse();

        assertThat(POLICIES)
                .allSatisfy(
                        policy ->
                                assertThat(policy.path("kind").asText())
                                        .isEqualTo("NetworkPolicy"));
        assertThat(
                        POLICIES.stream()
                                .map(policy -> policy.at("/spec/podSelector/matchLabels"))
                                .toList())
                .contains(
                        RELAY.get(2).at("/spec/template/metadata/labels"),
                        SCHEMA.at("/spec/jobTemplate/spec/template/metadata/labels"),
                        TOPICS.at("/spec/jobTemplate/spec/template/metadata/labels"),
                        // the labels that Flink gives its pods
                        JSON.createObjectNode()
                                .put("app", JOB.at("/metadata/name").asText())
                                .put("type", "flink-native-kubernetes"));
    }

    /** The ports that a pod may reach are those in its arguments. */
    @Test
    void everyHopOfTheArgumentsIsAllowedAndBrowsersReachNoAdminPort() {
        assertThat(ports(policy("klines-flink"), "egress")).contains(9093, 3306, 6379, 8443, 8444);
        assertThat(ports(policy("klines-relay"), "egress")).containsExactly(3306, 6379, 9093);
        assertThat(ports(policy("klines-schema"), "egress")).containsExactly(3306);
        assertThat(ports(policy("klines-topics"), "egress")).containsExactly(9093);
        for (JsonNode rule : policy("klines-relay").at("/spec/ingress")) {
            boolean fromTheIngress = rule.path("from").toString().contains("ingress-nginx");
            assertThat(rule.at("/ports/0/port").asInt()).isEqualTo(fromTheIngress ? 8443 : 8444);
            assertThat(rule.path("ports")).hasSize(1);
        }
        assertThat(RELAY.get(1).at("/spec/ports"))
                .as("the service that the ingress reaches")
                .hasSize(1);
        List<String> arguments = strings(RELAY.get(2).at("/spec/template/spec/containers/0/args"));
        assertThat(limit(arguments, "--max-connections-per-address"))
                .isLessThan(limit(arguments, "--max-connections"));
    }

    private static int limit(List<String> arguments, String option) {
        return Integer.parseInt(arguments.get(arguments.indexOf(option) + 1));
    }

    private static JsonNode policy(String name) {
        return POLICIES.stream()
                .filter(policy -> policy.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Set<Integer> ports(JsonNode policy, String direction) {
        Set<Integer> ports = new TreeSet<>();
        for (JsonNode rule : policy.path("spec").path(direction)) {
            rule.path("ports").forEach(port -> ports.add(port.path("port").asInt()));
        }
        return ports;
    }

    @Test
    void theRelaysServicesSelectItsPods() {
        JsonNode set = RELAY.get(2).path("spec");
        JsonNode container = set.at("/template/spec/containers/0");

        assertThat(set.path("serviceName")).isEqualTo(RELAY.get(0).at("/metadata/name"));
        for (JsonNode service : RELAY.subList(0, 2)) {
            assertThat(service.at("/spec/selector")).isEqualTo(set.at("/template/metadata/labels"));
            assertThat(service.at("/spec/ports/0/port"))
                    .isEqualTo(container.at("/ports/0/containerPort"));
        }
        assertThat(set.at("/selector/matchLabels")).isEqualTo(set.at("/template/metadata/labels"));
        assertThat(strings(container.path("args")))
                .containsSequence("--port", container.at("/ports/0/containerPort").asText());
        assertMounted(strings(container.path("args")), set.at("/template/spec"));
    }

    /** The resources and the states in the commands of an upgrade are those of the operator. */
    @Test
    void theOperatorKnowsWhatThePageAboutUpgradesUses() {
        String page = RepositoryFiles.text("docs/upgrade.md");
        JsonNode crd =
                Kustomize.parse(
                                resource(
                                        "/META-INF/fabric8/flinkstatesnapshots.flink.apache.org-v1.yml"))
                        .get(0);
        String properties = "/spec/versions/0/schema/openAPIV3Schema/properties";
        String snapshot = "kubectl apply -f - <<EOF\n";
        int begin = page.indexOf(snapshot) + snapshot.length();
        JsonNode taken =
                Kustomize.parse(page.substring(begin, page.indexOf("\nEOF", begin))).get(0);

        ObjectNode spec = crd.at(properties + "/spec").deepCopy();
        forbidTheUnknown(spec);
        assertThat(
                        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                                .getSchema(spec)
                                .validate(taken.path("spec")))
                .isEmpty();
        assertThat(taken.path("kind")).isEqualTo(crd.at("/spec/names/kind"));
        assertThat(taken.at("/spec/jobReference/name")).isEqualTo(JOB.at("/metadata/name"));
        assertThat(strings(crd.at(properties + "/status/properties/state/enum")))
                .contains("COMPLETED");
        assertThat(
                        CRD.at(
                                properties
                                        + "/status/properties/jobStatus/properties/upgradeSavepointPath"))
                .isNotEmpty();
        assertThat(strings(CRD.at(properties + "/status/properties/lifecycleState/enum")))
                .contains("UPGRADING", "DEPLOYED", "STABLE");
        assertThat(strings(CRD.at(properties + "/spec/properties/job/properties/state/enum")))
                .contains("suspended");
        assertThat(JOB.at("/metadata/labels").toString())
                .as("by which everything but the job is applied")
                .isEqualTo("{\"app.kubernetes.io/component\":\"job\"}");
    }

    /** A job beside another one shares no output with it. */
    @Test
    void theSecondOfTwoJobsHasOutputsOfItsOwn() {
        String page = RepositoryFiles.text("docs/upgrade.md");
        Matcher lines = Pattern.compile("(?m)^   ([a-z.-]+)=green.*$").matcher(page);
        Set<String> changed = new TreeSet<>();
        while (lines.find()) {
            changed.add(lines.group(1));
        }

        assertThat(changed)
                .containsExactlyInAnyOrder(
                        KlineJobOptions.KAFKA_GROUP_ID.key(),
                        KlineJobOptions.KAFKA_TRANSACTIONAL_ID_PREFIX.key(),
                        KlineJobOptions.REDIS_KEY_PREFIX.key(),
                        KlineJobOptions.EXCLUDED_TOPIC.key(),
                        KlineJobOptions.MYSQL_REFUSED_TOPIC.key(),
                        KlineJobOptions.SMART_MONEY_REFUSED_TOPIC.key(),
                        KlineJobOptions.SMART_MONEY_NOTIFICATIONS_TOPIC.key(),
                        KlineJobOptions.SMART_MONEY_CLUSTERS_TOPIC.key());
    }

    @Test
    void theImagesAreOfTheVersionsOfTheBuild() {
        String dockerfile = RepositoryFiles.text("flink-conf/kubernetes/Dockerfile");
        String flink = RepositoryFiles.property("flink.version");
        String java = RepositoryFiles.property("maven.compiler.release");

        assertThat(dockerfile)
                .contains("FROM flink:%s-java%s AS job".formatted(flink, java))
                .contains("FROM eclipse-temurin:%s-jre AS java".formatted(java))
                .contains("FROM java AS relay", "FROM java AS schema")
                .contains(" -t " + JOB.at("/spec/image").asText() + " ")
                .contains(
                        " -t "
                                + RELAY.get(2).at("/spec/template/spec/containers/0/image").asText()
                                + " ")
                .contains(
                        " -t "
                                + SCHEMA.at(
                                                "/spec/jobTemplate/spec/template/spec/containers/0/image")
                                        .asText()
                                + " ")
                .contains(JOB.at("/spec/job/jarURI").asText().replace("local://", ""));
        // the plugin that the image has in opt/, and the folder to which the image links it
        JsonNode container = JOB.at("/spec/podTemplate/spec/containers/0");
        assertThat(container.at("/env/0/name").asText()).isEqualTo("ENABLE_BUILT_IN_PLUGINS");
        assertThat(container.at("/env/0/value").asText())
                .isEqualTo("flink-s3-fs-presto-%s.jar".formatted(flink));
        assertThat(mountPath(JOB.at("/spec/podTemplate/spec"), "s3-plugin"))
                .isEqualTo("/opt/flink/plugins/flink-s3-fs-presto-" + flink);
        assertThat(JOB.at("/spec/flinkVersion").asText())
                .isEqualTo("v" + flink.replaceAll("\\.\\d+$", "").replace('.', '_'));
    }

    private static Map<String, String> configuration() {
        return JSON.convertValue(
                JOB.at("/spec/flinkConfiguration"),
                JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
    }

    /** The pod mounts exactly the secrets that it reads, and the documentation creates them. */
    private static void assertMounted(List<String> arguments, JsonNode pod) {
        String folder = mountPath(pod, "secrets");
        Set<String> read = new TreeSet<>();
        for (String argument : arguments) {
            if (argument.startsWith("file:")) {
                assertThat(argument).startsWith("file:" + folder + "/");
                read.add(argument.substring(argument.lastIndexOf('/') + 1));
            }
        }
        Set<String> mounted = mounted(pod);
        assertThat(mounted).isNotEmpty().isEqualTo(read);
        assertThat(RepositoryFiles.text("docs/deploying.md"))
                .contains(mounted.stream().map(key -> "--from-file=secrets/" + key).toList());
    }

    /** Returns the files of secrets that a pod mounts. */
    private static Set<String> mounted(JsonNode pod) {
        Set<String> mounted = new TreeSet<>();
        for (JsonNode volume : pod.path("volumes")) {
            for (JsonNode item : volume.at("/secret/items")) {
                assertThat(item.path("path")).isEqualTo(item.path("key"));
                mounted.add(item.path("key").asText());
            }
        }
        return mounted;
    }

    /** Returns the path at which the container mounts a volume. */
    private static String mountPath(JsonNode pod, String volume) {
        for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
            if (mount.path("name").asText().equals(volume)) {
                return mount.path("mountPath").asText();
            }
        }
        throw new AssertionError("not mounted: " + volume);
    }

    /**
     * Returns a part of the resource's schema. As with {@code kubectl}, properties that the schema
     * does not name are errors.
     */
    static Schema schemaOf(String part) {
        String path = part.substring(1).replace("/", "/properties/");
        ObjectNode schema =
                CRD.at("/spec/versions/0/schema/openAPIV3Schema/properties/" + path).deepCopy();
        if (part.equals("/spec")) {
            // The first operator for Flink 2.2 is not on Maven Central.
            ((ArrayNode) schema.at("/properties/flinkVersion/enum")).add("v2_2");
        }
        forbidTheUnknown(schema);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }

    private static void forbidTheUnknown(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(KubernetesManifestsTest::forbidTheUnknown);
    }

    private static List<JsonNode> manifest(String name) {
        return Kustomize.parse(RepositoryFiles.text("flink-conf/kubernetes/base/" + name));
    }

    private static String resource(String path) {
        try (InputStream file = KubernetesManifestsTest.class.getResourceAsStream(path)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> strings(JsonNode node) {
        List<String> strings = new ArrayList<>();
        node.forEach(element -> strings.add(element.asText()));
        return strings;
    }
}
