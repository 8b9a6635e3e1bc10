package io.dexklines.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An archive of {@code docker save}, read without Jib.
 *
 * @param tag name and tag
 * @param configuration of the image, with {@code config} for its containers
 * @param files by absolute path, of all layers
 * @param entries of the layers by absolute path, folders too
 */
record SavedImage(
        String tag,
        JsonNode configuration,
        Map<String, byte[]> files,
        Map<String, TarArchiveEntry> entries) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static SavedImage read(Path archive) throws IOException {
        Map<String, byte[]> archived = new LinkedHashMap<>();
        try (InputStream in = Files.newInputStream(archive)) {
            read(in, archived, new LinkedHashMap<>());
        }
        JsonNode image = JSON.readTree(archived.get("/manifest.json")).get(0);
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, TarArchiveEntry> entries = new LinkedHashMap<>();
        for (JsonNode layer : image.get("Layers")) {
            byte[] compressed = archived.get("/" + layer.asText());
            read(new GZIPInputStream(new ByteArrayInputStream(compressed)), files, entries);
        }
        return new SavedImage(
                image.at("/RepoTags/0").asText(),
                JSON.readTree(archived.get("/" + image.get("Config").asText())),
                files,
                entries);
    }

    private static void read(
            InputStream in, Map<String, byte[]> files, Map<String, TarArchiveEntry> entries)
            throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(in);
        for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
            String path = "/" + entry.getName();
            entries.put(path, entry);
            if (entry.isFile()) {
                files.put(path, tar.readAllBytes());
            }
        }
    }

    /** Returns what containers of the image have by default. */
    JsonNode container() {
        return configuration.get("config");
    }
}
