package io.dexklines.job.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Renders the folders of Kustomize of this repository without Kustomize. It knows what these
 * folders use, and refuses everything else: files that do not exist, patches without a target and
 * fields that it does not know. {@link KubernetesOverlaysTest} compares it with {@code kubectl}.
 */
final class Kustomize {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> FIELDS =
            Set.of(
                    "apiVersion",
                    "kind",
                    "resources",
                    "patches",
                    "images",
                    "configurations",
                    "configMapGenerator",
                    "generatorOptions");

    private Kustomize() {}

    /**
     * Renders a folder.
     *
     * @return the resources, each by its kind and name, such as {@code Service/klines-relay}
     * @throws IllegalStateException if the folder is not one that this class or Kustomize can
     *     render
     */
    static Map<String, JsonNode> render(Path folder) {
        JsonNode file = kustomization(folder);
        refuseUnknownFields(file, folder);
        Map<String, JsonNode> resources = new LinkedHashMap<>();
        for (JsonNode name : file.path("resources")) {
            Path path = folder.resolve(name.asText()).normalize();
            Map<String, JsonNode> added =
                    Files.isDirectory(path) ? render(path) : byKey(parse(read(path)));
            added.forEach((key, resource) -> add(resources, key, resource));
        }
        for (JsonNode generator : file.path("configMapGenerator")) {
            JsonNode map = configMap(generator, folder);
            add(resources, key(map), map);
        }
        for (JsonNode patch : file.path("patches")) {
            List<JsonNode> documents = parse(read(folder.resolve(patch.path("path").asText())));
            if (documents.size() != 1) {
                throw new IllegalStateException("not one patch: " + patch);
            }
            if (patch.has("target")) {
                String target =
                        patch.at("/target/kind").asText() + "/" + patch.at("/target/name").asText();
                edit(existing(resources, target), documents.get(0));
            } else {
                String target = key(documents.get(0));
                merge(existing(resources, target), documents.get(0));
            }
        }
        for (JsonNode configuration : file.path("configurations")) {
            // only where a FlinkDeployment names its image, which rename(…) knows
            read(folder.resolve(configuration.asText()));
        }
        for (JsonNode image : file.path("images")) {
            String former = image.path("name").asText();
            int renamed = 0;
            for (JsonNode resource : resources.values()) {
                renamed += rename(resource, former, image.path("newName").asText());
            }
            if (renamed == 0) {
                throw new IllegalStateException("no such image: " + former);
            }
        }
        return resources;
    }

    /** Returns the files of a folder that its kustomization names, without other folders. */
    static List<Path> filesOf(Path folder) {
        JsonNode file = kustomization(folder);
        List<String> names = new ArrayList<>();
        file.path("resources").forEach(name -> names.add(name.asText()));
        file.path("configurations").forEach(name -> names.add(name.asText()));
        file.path("patches").forEach(patch -> names.add(patch.path("path").asText()));
        return names.stream()
                .map(folder::resolve)
                .map(Path::normalize)
                .filter(path -> !Files.isDirectory(path))
                .toList();
    }

    /** Returns the documents of a YAML text. */
    static List<JsonNode> parse(String yaml) {
        List<JsonNode> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(yaml)
                .forEach(document -> documents.add(JSON.valueToTree(document)));
        return documents;
    }

    /** Returns resources by their kind and name. */
    static Map<String, JsonNode> byKey(List<JsonNode> documents) {
        Map<String, JsonNode> resources = new LinkedHashMap<>();
        documents.forEach(resource -> add(resources, key(resource), resource));
        return resources;
    }

    private static JsonNode kustomization(Path folder) {
        return parse(read(folder.resolve("kustomization.yaml"))).get(0);
    }

    private static void refuseUnknownFields(JsonNode file, Path folder) {
        file.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!FIELDS.contains(field)) {
                                throw new IllegalStateException(
                                        folder + " has a field unknown here: " + field);
                            }
                        });
    }

    private static void add(Map<String, JsonNode> resources, String key, JsonNode resource) {
        if (resources.put(key, resource) != null) {
            throw new IllegalStateException("twice: " + key);
        }
    }

    private static JsonNode existing(Map<String, JsonNode> resources, String key) {
        JsonNode resource = resources.get(key);
        if (resource == null) {
            throw new IllegalStateException("a patch has no target: " + key);
        }
        return resource;
    }

    private static String key(JsonNode resource) {
        return resource.path("kind").asText() + "/" + resource.at("/metadata/name").asText();
    }

    private static JsonNode configMap(JsonNode generator, Path folder) {
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", generator.path("name").asText());
        ObjectNode data = map.putObject("data");
        for (JsonNode file : generator.path("files")) {
            data.put(file.asText(), read(folder.resolve(file.asText())));
        }
        return map;
    }

    /** Applies operations of RFC 6902. */
    private static void edit(JsonNode resource, JsonNode operations) {
        for (JsonNode operation : operations) {
            String path = operation.path("path").asText();
            JsonNode former = resource.at(path);
            JsonNode value = operation.path("value");
            if (former.isMissingNode()) {
                throw new IllegalStateException("a patch finds nothing at " + path);
            }
            switch (operation.path("op").asText()) {
                case "test" -> {
                    if (!former.equals(value)) {
                        throw new IllegalStateException(path + " is not " + value);
                    }
                }
                case "replace" -> {
                    int slash = path.lastIndexOf('/');
                    JsonNode parent = resource.at(path.substring(0, slash));
                    String last = path.substring(slash + 1);
                    if (parent instanceof ArrayNode array) {
                        array.set(Integer.parseInt(last), value);
                    } else {
                        ((ObjectNode) parent).set(last, value);
                    }
                }
                default -> throw new IllegalStateException("unknown here: " + operation);
            }
        }
    }

    /**
     * Merges a patch into a resource. Kubernetes' own kinds merge lists by {@code name}; lists of
     * other kinds, such as {@code FlinkDeployment}, are replaced.
     */
    private static void merge(JsonNode resource, JsonNode patch) {
        boolean own = !patch.path("apiVersion").asText().contains("flink.apache.org");
        mergeObjects((ObjectNode) resource, patch, own);
    }

    private static void mergeObjects(ObjectNode into, JsonNode patch, boolean listsByName) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            JsonNode former = into.path(field.getKey());
            JsonNode value = field.getValue();
            if (former instanceof ObjectNode object && value.isObject()) {
                mergeObjects(object, value, listsByName);
            } else if (former instanceof ArrayNode array
                    && listsByName
                    && value.path(0).has("name")) {
                mergeLists(array, value);
            } else {
                into.set(field.getKey(), value);
            }
        }
    }

    private static void mergeLists(ArrayNode into, JsonNode patch) {
        for (JsonNode element : patch) {
            JsonNode same = null;
            for (JsonNode former : into) {
                if (former.path("name").equals(element.path("name"))) {
                    same = former;
                }
            }
            if (same == null) {
                throw new IllegalStateException("a patch has no target: " + element.path("name"));
            }
            mergeObjects((ObjectNode) same, element, true);
        }
    }

    /** Gives an image another name wherever it is used, and returns how often it was. */
    private static int rename(JsonNode node, String former, String name) {
        int renamed = 0;
        if (node instanceof ObjectNode object
                && node.path("image").asText().startsWith(former + ":")) {
            String tag = node.path("image").asText().substring(former.length());
            object.set("image", TextNode.valueOf(name + tag));
            renamed++;
        }
        for (JsonNode child : node) {
            renamed += rename(child, former, name);
        }
        return renamed;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("a file that a kustomization needs: " + file, e);
        }
    }
}
