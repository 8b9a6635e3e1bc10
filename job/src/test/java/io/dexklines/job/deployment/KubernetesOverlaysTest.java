package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The overlays of Kustomize are complete, and what they render fits together: selectors find pods,
 * ports exist, both ends of a connection allow it, and numbers that belong together agree.
 */
class KubernetesOverlaysTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Path FOLDER = RepositoryFiles.root().resolve("flink-conf/kubernetes");

    /** Ports that Flink itself opens, without a line in the manifests. */
    private static final Map<String, Integer> PORTS_OF_FLINK = Map.of("rest", 8081);

    @Test
    void everyFileIsNamedByTheKustomizationOfItsFolder() throws IOException {
        Set<Path> named = new TreeSet<>();
        Set<Path> present = new TreeSet<>();
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.endsWith("kustomization.yaml")) {
                    named.addAll(Kustomize.filesOf(file.getParent()));
                } else if (!file.endsWith("Dockerfile")) {
                    present.add(file);
                }
            }
        }

        assertThat(present).isNotEmpty().isEqualTo(named);
    }

    /** The list of topics is the one of Docker Compose. */
    @Test
    void theScriptThatCreatesTopicsIsRenderedUnchanged() {
        assertThat(
                        render("base")
                                .get("ConfigMap/klines-topics")
                                .path("data")
                                .path("create-topics.sh")
                                .asText())
                .isEqualTo(RepositoryFiles.text("compose/create-topics.sh"));
    }

    @Test
    void theBaseNeedsNothingThatAClusterMayLack() {
        assertThat(render("base").values().stream().map(KubernetesOverlaysTest::kind).distinct())
                .containsExactlyInAnyOrder(
                        "ConfigMap",
                        "CronJob",
                        "Deployment",
                        "FlinkDeployment",
                        "NetworkPolicy",
                        "PodDisruptionBudget",
                        "Service",
                        "StatefulSet");
        assertThat(render("large").keySet())
                .containsAll(render("base").keySet())
                .contains(
                        "Ingress/klines-relay",
                        "PodMonitor/klines-jobmanager",
                        "PodMonitor/klines-relay",
                        "PodMonitor/klines-taskmanager");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "small", "large", "lists-sync"})
    void everySelectorFindsPodsAndEveryPortIsTheirs(String folder) {
        assertThat(faultsOf(render(folder))).isEmpty();
    }

    @Test
    void selectorsAndPortsThatFindNothingAreFound() {
        Map<String, JsonNode> wrong = copyOf(render("large"));
        object(wrong, "PodMonitor/klines-relay", "/spec/podMetricsEndpoints/0").put("port", "http");
        object(wrong, "PodMonitor/klines-jobmanager", "/spec/selector/matchLabels")
                .put("component", "master");
        object(wrong, "PodDisruptionBudget/klines-relay", "/spec/selector/matchLabels")
                .put("app", "relay");
        object(wrong, "Service/klines-relay", "/spec/ports/0").put("port", 443);
        object(wrong, "StatefulSet/klines-relay", "/spec/selector/matchLabels").put("app", "relay");
        object(wrong, "NetworkPolicy/klines-relay", "/spec/ingress/1/ports/0").put("port", 8445);
        object(wrong, "NetworkPolicy/klines-topics", "/spec/podSelector/matchLabels")
                .put("app", "topics");
        object(wrong, "Ingress/klines-relay", "/spec/rules/0/http/paths/0/backend/service/port")
                .put("name", "admin");

        assertThat(faultsOf(wrong))
                .containsExactlyInAnyOrder(
                        "PodMonitor/klines-relay: no port http",
                        "PodMonitor/klines-jobmanager: selects no pod",
                        "PodDisruptionBudget/klines-relay: selects no pod",
                        "Service/klines-relay: no port 443",
                        "StatefulSet/klines-relay: selects no pod",
                        "NetworkPolicy/klines-relay: no port 8445",
                        "NetworkPolicy/klines-topics: selects no pod",
                        "klines-topics: has no policy of its own",
                        "Ingress/klines-relay: no port admin of klines-relay");
    }

    /** Nothing is open unless both ends say so: what one pod may send, the other accepts. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "small", "large"})
    void bothEndsOfAConnectionAllowIt(String folder) {
        Map<String, JsonNode> resources = render(folder);
        JsonNode deny = resources.get("NetworkPolicy/default-deny").path("spec");

        assertThat(deny.path("podSelector")).isEmpty();
        assertThat(deny.has("ingress") || deny.has("egress")).isFalse();
        assertThat(connections(resources, "egress"))
                .isEqualTo(connections(resources, "ingress"))
                .contains(
                        "taskmanager -> klines-relay 8444",
                        "klines-flink-ui -> jobmanager 8081",
                        "taskmanager -> jobmanager every port")
                .doesNotContain("klines-relay -> taskmanager every port");
    }

    @Test
    void onlyThePublicPortOfTheRelayIsOnTheInternet() {
        Map<String, JsonNode> resources = render("large");
        JsonNode ingress = resources.get("Ingress/klines-relay");
        JsonNode backend = ingress.at("/spec/rules/0/http/paths/0/backend/service");

        assertThat(backend.path("name").asText()).isEqualTo("klines-relay");
        assertThat(backend.at("/port/name").asText()).isEqualTo("https");
        assertThat(resources.get("Service/klines-relay").at("/spec/ports"))
                .hasSize(1)
                .allSatisfy(port -> assertThat(port.path("port").asInt()).isEqualTo(8443));
        assertThat(ingress.toString()).doesNotContain("admin", "8444");
        assertThat(ingress.at("/metadata/annotations").toString())
                .contains("\"nginx.ingress.kubernetes.io/backend-protocol\":\"HTTPS\"");
        assertThat(argument(relay(resources), "--public-names").split(","))
                .contains(ingress.at("/spec/rules/0/host").asText());
    }

    /** The rules and the dashboard select by the labels job and cluster. */
    @Test
    void theMonitorsGiveTheLabelsThatTheRulesRead() {
        List<String> jobs =
                render("monitoring").values().stream()
                        .map(monitor -> monitor.at("/spec/podMetricsEndpoints/0/relabelings/0"))
                        .map(
                                relabeling -> {
                                    assertThat(relabeling.path("targetLabel").asText())
                                            .isEqualTo("job");
                                    return relabeling.path("replacement").asText();
                                })
                        .toList();

        assertThat(jobs).containsExactly("flink-jobmanager", "flink-taskmanager", "relay");
        assertThat(RepositoryFiles.text("flink-conf/monitoring/prometheus.yml"))
                .contains(jobs.stream().map(job -> "job_name: " + job + "\n").toList());
        assertThat(render("monitoring").values())
                .allSatisfy(
                        monitor ->
                                assertThat(
                                                monitor.at(
                                                                "/spec/podMetricsEndpoints/0/relabelings/1")
                                                        .toString())
                                        .isEqualTo(
                                                "{\"sourceLabels\":[\"__meta_kubernetes_namespace\"],\"targetLabel\":\"cluster\"}"));
        assertThat(RepositoryFiles.text("flink-conf/monitoring/grafana/dashboards/dex-klines.json"))
                .contains("label_values(up, cluster)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "small", "large"})
    void theJobIsOneThatTheOperatorAccepts(String folder) {
        JsonNode job = job(render(folder));

        assertThat(KubernetesManifestsTest.schemaOf("/spec").validate(job.path("spec"))).isEmpty();
        KubernetesManifestsTest.assertMemoryAddsUp(
                job, textsOf(job.at("/spec/flinkConfiguration")));
    }

    /** The operator merges the templates of all pods and of one kind of pod by name. */
    @ParameterizedTest
    @ValueSource(strings = {"jobManager", "taskManager"})
    void theTemplatesOfAPodDoNotOverwriteEachOther(String kind) {
        JsonNode job = job(render("large"));
        assertThat(
                        job.path("spec")
                                .path("flinkConfiguration")
                                .path("kubernetes.operator.pod-template.merge-arrays-by-name")
                                .asText())
                .isEqualTo("true");
        JsonNode shared = job.at("/spec/podTemplate/spec");
        JsonNode own = job.at("/spec/" + kind + "/podTemplate/spec");

        assertThat(together(shared, own, "/volumes", "name")).doesNotHaveDuplicates();
        assertThat(together(shared, own, "/containers/0/volumeMounts", "name"))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(together(shared, own, "/volumes", "name"));
        assertThat(together(shared, own, "/containers/0/volumeMounts", "mountPath"))
                .doesNotHaveDuplicates();
        assertThat(own.at("/containers/0/name")).isEqualTo(shared.at("/containers/0/name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "large"})
    void everyRelayIsKnownByNameToTheJobAndToItself(String folder) {
        Map<String, JsonNode> resources = render(folder);
        JsonNode set = resources.get("StatefulSet/klines-relay");
        List<String> names =
                IntStream.range(0, set.at("/spec/replicas").asInt())
                        .mapToObj("klines-relay-%d.klines-relays"::formatted)
                        .toList();
        JsonNode arguments = job(resources).at("/spec/job/args");

        assertThat(argument(arguments, "--relay.urls").split(","))
                .containsExactlyElementsOf(
                        names.stream().map("wss://%s:8444/publish"::formatted).toList());
        assertThat(argument(arguments, "--check.relay-urls").split(","))
                .containsExactlyElementsOf(
                        names.stream().map("https://%s:8443"::formatted).toList());
        assertThat(argument(relay(resources), "--public-names").split(",")).containsAll(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "large"})
    void theStateIsInOneBucket(String folder) {
        JsonNode configuration = job(render(folder)).at("/spec/flinkConfiguration");
        String bucket = "s3://klines-" + folder;

        assertThat(configuration.path("high-availability.type").asText()).isEqualTo("kubernetes");
        assertThat(configuration.path("high-availability.storageDir").asText())
                .isEqualTo(bucket + "/ha");
        assertThat(configuration.path("execution.checkpointing.dir").asText())
                .isEqualTo(bucket + "/checkpoints");
        assertThat(configuration.path("execution.checkpointing.savepoint-dir").asText())
                .isEqualTo(bucket + "/savepoints");
    }

    @Test
    void aLargeClusterHasAStandbyAndTlsToItsStorage() {
        JsonNode job = job(render("large"));

        assertThat(job.at("/spec/jobManager/replicas").asInt()).isEqualTo(2);
        assertThat(job.path("spec").path("flinkConfiguration").path("s3.endpoint").asText())
                .startsWith("https://");
    }

    /** Reading scales up to the number of partitions, and a TaskManager's slots are used. */
    @ParameterizedTest
    @ValueSource(strings = {"small", "large"})
    void thePartitionsAreEnoughForTheParallelism(String folder) {
        Map<String, JsonNode> resources = render(folder);
        JsonNode job = job(resources);
        JsonNode configuration = job.at("/spec/flinkConfiguration");
        int slots = configuration.path("taskmanager.numberOfTaskSlots").asInt();
        int most = configuration.path("job.autoscaler.vertex.max-parallelism").asInt();
        int least = configuration.path("job.autoscaler.vertex.min-parallelism").asInt();
        int partitions = 0;
        for (JsonNode variable :
                resources
                        .get("CronJob/klines-topics")
                        .at("/spec/jobTemplate/spec/template/spec/containers/0/env")) {
            if (variable.path("name").asText().equals("KLINES_PARTITIONS")) {
                partitions = variable.path("value").asInt();
            }
        }

        assertThat(job.at("/spec/job/parallelism").asInt()).isBetween(least, most);
        assertThat(most % slots).isZero();
        assertThat(most).isLessThanOrEqualTo(partitions);
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "large"})
    void everyImageOfThisRepositoryComesFromTheRegistry(String folder) {
        Set<String> images = new TreeSet<>();
        render(folder).values().forEach(resource -> collectImages(resource, images));
        Set<String> ofTheBase = new TreeSet<>();
        render("base").values().forEach(resource -> collectImages(resource, ofTheBase));

        assertThat(images)
                .hasSameSizeAs(ofTheBase)
                .allMatch(
                        image ->
                                image.startsWith("registry.example.com/klines-")
                                        || image.startsWith("apache/kafka:"));
    }

    /** A mistake in an overlay fails its test, as it fails kubectl. */
    @Test
    void patchesWithoutATargetAreRefused(@TempDir Path folder) throws IOException {
        Files.copy(FOLDER.resolve("base/schema.yaml"), folder.resolve("schema.yaml"));
        Path kustomization = folder.resolve("kustomization.yaml");
        Path patch = folder.resolve("patch.yaml");

        Files.writeString(kustomization, "resources: [schema.yaml, missing.yaml]");
        assertThatThrownBy(() -> Kustomize.render(folder)).hasMessageContaining("missing.yaml");

        Files.writeString(kustomization, "resources: [schema.yaml]\npatches: [{path: patch.yaml}]");
        Files.writeString(patch, "{kind: CronJob, metadata: {name: schema}}");
        assertThatThrownBy(() -> Kustomize.render(folder))
                .hasMessage("a patch has no target: CronJob/schema");

        Files.writeString(
                kustomization,
                "resources: [schema.yaml]\n"
                        + "patches: [{path: patch.yaml, target: {kind: CronJob, name:"
                        + " klines-schema}}]");
        Files.writeString(patch, "[{op: test, path: /spec/schedule, value: never}]");
        assertThatThrownBy(() -> Kustomize.render(folder))
                .hasMessage("/spec/schedule is not \"never\"");

        Files.writeString(kustomization, "resources: [schema.yaml]\nnamePrefix: my-");
        assertThatThrownBy(() -> Kustomize.render(folder)).hasMessageContaining("namePrefix");
    }

    /** All other tests of this class read what {@link Kustomize} rendered. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "small", "large", "lists-sync"})
    void kubectlRendersTheSame(String folder) throws Exception {
        List<String> command = new ArrayList<>(required(program()));
        command.add(FOLDER.resolve(folder).toString());
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String rendered;
        try (InputStream out = process.getInputStream()) {
            rendered = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();

        Map<String, JsonNode> byKubectl = Kustomize.byKey(Kustomize.parse(rendered));
        Map<String, JsonNode> here = copyOf(render(folder));
        byKubectl.values().forEach(KubernetesOverlaysTest::sortVariables);
        here.values().forEach(KubernetesOverlaysTest::sortVariables);
        assertThat(byKubectl.keySet()).isEqualTo(here.keySet());
        here.forEach((key, resource) -> assertThat(byKubectl.get(key)).as(key).isEqualTo(resource));
    }

    /** Sorts the variables of containers by name: Kustomize puts those of patches first. */
    private static void sortVariables(JsonNode node) {
        if (node.path("env") instanceof ArrayNode variables) {
            List<JsonNode> sorted = new ArrayList<>();
            variables.forEach(sorted::add);
            sorted.sort(Comparator.comparing(variable -> variable.path("name").asText()));
            variables.removeAll();
            variables.addAll(sorted);
        }
        node.forEach(KubernetesOverlaysTest::sortVariables);
    }

    private static Optional<List<String>> program() {
        return Stream.of(List.of("kubectl", "kustomize"), List.of("kustomize", "build"))
                .filter(
                        command ->
                                Arrays.stream(
                                                System.getenv()
                                                        .getOrDefault("PATH", "")
                                                        .split(File.pathSeparator))
                                        .map(folder -> Path.of(folder, command.get(0)))
                                        .anyMatch(Files::isExecutable))
                .findFirst();
    }

    /** Returns the command. Without one, the test is skipped, with a warning. */
    private static List<String> required(Optional<List<String>> program) {
        if (program.isPresent()) {
            return program.get();
        }
        String message =
                "NO KUBECTL: nothing compares the overlays with what Kustomize renders. Install "
                        + "kubectl or kustomize";
        System.err.println("\n*** " + message + " ***\n");
        return Assumptions.abort(message);
    }

    /** Returns what does not fit together, each with the resource that has it. */
    private static List<String> faultsOf(Map<String, JsonNode> resources) {
        List<String> faults = new ArrayList<>();
        List<Pod> pods = pods(resources);
        resources.forEach(
                (key, resource) -> {
                    JsonNode spec = resource.path("spec");
                    switch (kind(resource)) {
                        case "Service" -> {
                            List<Pod> selected = selected(spec.path("selector"), pods);
                            Set<String> ports = new TreeSet<>();
                            spec.path("ports")
                                    .forEach(port -> ports.add(port.path("port").asText()));
                            addFaults(faults, key, selected, ports);
                        }
                        case "Deployment", "StatefulSet", "PodDisruptionBudget" ->
                                addFaults(
                                        faults, key, select(spec.path("selector"), pods), Set.of());
                        case "PodMonitor" -> {
                            Set<String> ports = new TreeSet<>();
                            spec.path("podMetricsEndpoints")
                                    .forEach(endpoint -> ports.add(endpoint.path("port").asText()));
                            addFaults(faults, key, select(spec.path("selector"), pods), ports);
                        }
                        case "NetworkPolicy" -> {
                            Set<String> ports = new TreeSet<>();
                            for (JsonNode rule : spec.path("ingress")) {
                                rule.path("ports")
                                        .forEach(port -> ports.add(port.path("port").asText()));
                            }
                            List<Pod> selected = select(spec.path("podSelector"), pods);
                            // pods of one policy differ in their ports
                            if (selected.isEmpty()) {
                                addFaults(faults, key, selected, ports);
                            }
                            ports.removeIf(
                                    port -> selected.stream().anyMatch(pod -> pod.has(port)));
                            ports.forEach(port -> faults.add(key + ": no port " + port));
                        }
                        case "Ingress" -> {
                            JsonNode backend = spec.at("/rules/0/http/paths/0/backend/service");
                            String service = backend.path("name").asText();
                            String port = backend.at("/port/name").asText();
                            boolean found = false;
                            for (JsonNode offered :
                                    resources
                                            .getOrDefault("Service/" + service, JSON.nullNode())
                                            .at("/spec/ports")) {
                                found |= offered.path("name").asText().equals(port);
                            }
                            if (!found) {
                                faults.add(key + ": no port " + port + " of " + service);
                            }
                        }
                        default -> {}
                    }
                });
        for (Pod pod : pods) {
            boolean ofItsOwn =
                    resources.values().stream()
                            .filter(resource -> kind(resource).equals("NetworkPolicy"))
                            .map(policy -> policy.at("/spec/podSelector"))
                            .anyMatch(selector -> !selector.isEmpty() && pod.matches(selector));
            if (!ofItsOwn) {
                faults.add(pod.name() + ": has no policy of its own");
            }
        }
        return faults;
    }

    private static void addFaults(
            List<String> faults, String key, List<Pod> selected, Set<String> ports) {
        if (selected.isEmpty()) {
            faults.add(key + ": selects no pod");
            return;
        }
        for (String port : ports) {
            if (!selected.stream().allMatch(pod -> pod.has(port))) {
                faults.add(key + ": no port " + port);
            }
        }
    }

    /**
     * Returns the connections between pods of these resources that policies allow, as the pods that
     * send ({@code egress}) or receive ({@code ingress}) have them.
     */
    private static Set<String> connections(Map<String, JsonNode> resources, String direction) {
        List<Pod> pods = pods(resources);
        Set<String> connections = new TreeSet<>();
        for (JsonNode policy : resources.values()) {
            if (!kind(policy).equals("NetworkPolicy")) {
                continue;
            }
            boolean sends = direction.equals("egress");
            for (Pod self : select(policy.at("/spec/podSelector"), pods)) {
                for (JsonNode rule : policy.path("spec").path(direction)) {
                    for (JsonNode peer : rule.path(sends ? "to" : "from")) {
                        if (peer.has("namespaceSelector") || !peer.has("podSelector")) {
                            continue;
                        }
                        for (Pod other : select(peer.path("podSelector"), pods)) {
                            Pod from = sends ? self : other;
                            Pod to = sends ? other : self;
                            for (String port : portsOf(rule)) {
                                // a port of one of the pods that a policy selects
                                if (port.equals("every port") || to.has(port)) {
                                    connections.add(from.name() + " -> " + to.name() + " " + port);
                                }
                            }
                        }
                    }
                }
            }
        }
        return connections;
    }

    private static List<String> portsOf(JsonNode rule) {
        if (!rule.has("ports")) {
            return List.of("every port");
        }
        List<String> ports = new ArrayList<>();
        rule.path("ports").forEach(port -> ports.add(port.path("port").asText()));
        return ports;
    }

    /**
     * A kind of pod.
     *
     * @param name by which faults name it
     * @param ports names and numbers of the ports of its containers
     */
    private record Pod(String name, Map<String, String> labels, Set<String> ports) {

        boolean has(String port) {
            return ports.contains(port);
        }

        boolean matches(JsonNode selector) {
            return hasLabels(selector.path("matchLabels"));
        }

        boolean hasLabels(JsonNode wanted) {
            Map<String, String> expected = textsOf(wanted);
            return labels.entrySet().containsAll(expected.entrySet());
        }
    }

    private static List<Pod> select(JsonNode selector, List<Pod> pods) {
        return pods.stream().filter(pod -> pod.matches(selector)).toList();
    }

    private static List<Pod> selected(JsonNode labels, List<Pod> pods) {
        return pods.stream().filter(pod -> pod.hasLabels(labels)).toList();
    }

    private static List<Pod> pods(Map<String, JsonNode> resources) {
        List<Pod> pods = new ArrayList<>();
        for (JsonNode resource : resources.values()) {
            switch (kind(resource)) {
                case "Deployment", "StatefulSet" -> pods.add(pod(resource.at("/spec/template")));
                case "CronJob" -> pods.add(pod(resource.at("/spec/jobTemplate/spec/template")));
                case "FlinkDeployment" -> {
                    for (String component : List.of("jobmanager", "taskmanager")) {
                        Set<String> ports = ports(resource.at("/spec/podTemplate"));
                        if (component.equals("jobmanager")) {
                            PORTS_OF_FLINK.forEach(
                                    (name, port) -> ports.addAll(List.of(name, port.toString())));
                        }
                        pods.add(
                                new Pod(
                                        component,
                                        // the labels that Flink gives its pods
                                        Map.of(
                                                "app",
                                                resource.at("/metadata/name").asText(),
                                                "component",
                                                component,
                                                "type",
                                                "flink-native-kubernetes"),
                                        ports));
                    }
                }
                default -> {}
            }
        }
        return pods;
    }

    private static Pod pod(JsonNode template) {
        Map<String, String> labels = textsOf(template.at("/metadata/labels"));
        return new Pod(labels.get("app"), labels, ports(template));
    }

    private static Set<String> ports(JsonNode template) {
        Set<String> ports = new TreeSet<>();
        for (JsonNode container : template.at("/spec/containers")) {
            for (JsonNode port : container.path("ports")) {
                ports.add(port.path("name").asText());
                ports.add(port.path("containerPort").asText());
            }
        }
        return ports;
    }

    private static void collectImages(JsonNode node, Set<String> images) {
        if (node.path("image").isTextual()) {
            images.add(node.path("image").asText());
        }
        node.forEach(child -> collectImages(child, images));
    }

    private static List<String> together(JsonNode one, JsonNode other, String path, String field) {
        List<String> values = new ArrayList<>();
        one.at(path).forEach(element -> values.add(element.path(field).asText()));
        other.at(path).forEach(element -> values.add(element.path(field).asText()));
        return values;
    }

    private static String argument(JsonNode arguments, String option) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.path(i).asText().equals(option)) {
                return arguments.path(i + 1).asText();
            }
        }
        throw new AssertionError("no argument " + option);
    }

    private static JsonNode job(Map<String, JsonNode> resources) {
        return resources.get("FlinkDeployment/klines");
    }

    private static JsonNode relay(Map<String, JsonNode> resources) {
        return resources
                .get("StatefulSet/klines-relay")
                .at("/spec/template/spec/containers/0/args");
    }

    private static Map<String, String> textsOf(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static String kind(JsonNode resource) {
        return resource.path("kind").asText();
    }

    private static ObjectNode object(Map<String, JsonNode> resources, String key, String path) {
        return (ObjectNode) resources.get(key).at(path);
    }

    private static Map<String, JsonNode> copyOf(Map<String, JsonNode> resources) {
        Map<String, JsonNode> copy = new HashMap<>();
        resources.forEach((key, resource) -> copy.put(key, resource.deepCopy()));
        return copy;
    }

    private static Map<String, JsonNode> render(String folder) {
        return Kustomize.render(FOLDER.resolve(folder));
    }
}
