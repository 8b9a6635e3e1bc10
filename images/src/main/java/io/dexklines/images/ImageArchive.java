package io.dexklines.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Writes images as archives that {@code docker load} reads. Equal arguments and equal files give
 * equal bytes.
 *
 * @param project the folder with the root pom
 * @param cache folder for layers, which may be deleted at any time
 * @param release what all images have in common
 * @param revision the commit of the jars; empty for none
 * @param architecture such as {@code amd64}, of the base
 * @param offline whether bases of registries are taken from the cache only
 * @param plugins jars that Flink loads as plugins, for images on Flink
 */
record ImageArchive(
        Path project,
        Path cache,
        Release release,
        Optional<String> revision,
        String architecture,
        boolean offline,
        List<Path> plugins) {

    /** The base without files. */
    static final String SCRATCH = "scratch";

    /** The beginning of a base that is an archive on this machine. */
    static final String TAR = Jib.TAR_IMAGE_PREFIX;

    private static final String DOCUMENTS = "/usr/share/doc/dex-klines/";
    private static final String FLINK_PLUGINS = "/opt/flink/plugins/";

    /**
     * Writes an image.
     *
     * @param base {@link #SCRATCH}, {@link #TAR} and a path, or the name of an image in a registry
     * @param archive the file to write or replace
     * @return the id of the image, {@code sha256:…}
     * @throws InvalidImageReferenceException if the base is not the name of an image
     * @throws RegistryException if a registry refuses the base
     * @throws IOException if the base cannot be reached, or a file cannot be read or written
     */
    String write(ImageRecipe image, String base, Path archive)
            throws InvalidImageReferenceException,
                    RegistryException,
                    IOException,
                    InterruptedException {
        JibContainerBuilder builder =
                (base.equals(SCRATCH) ? Jib.fromScratch() : Jib.from(base))
                        .setPlatforms(Set.of(new Platform(architecture, "linux")))
                        .setCreationTime(release.created())
                        .setUser(image.user())
                        .setLabels(release.labels(image, revision));
        image.ports().forEach(port -> builder.addExposedPort(Port.tcp(port)));
        if (!image.entrypoint().isEmpty()) {
            builder.setEntrypoint(image.entrypoint());
        }
        if (image.onFlink() && !plugins.isEmpty()) {
            builder.addFileEntriesLayer(pluginsLayer());
        }
        builder.addFileEntriesLayer(documents(image)).addFileEntriesLayer(program(image));
        try {
            JibContainer written =
                    builder.containerize(
                            Containerizer.to(
                                            TarImage.at(archive)
                                                    .named(image.name() + ":" + release.version()))
                                    .setBaseImageLayersCache(cache)
                                    .setApplicationLayersCache(cache)
                                    .setOfflineMode(offline)
                                    .setToolName("klines"));
            return written.getImageId().toString();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (CacheDirectoryCreationException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Flink loads the jars of each folder by a class loader of its own. */
    private FileEntriesLayer pluginsLayer() {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("plugins");
        for (Path plugin : plugins) {
            String jar = plugin.getFileName().toString();
            String folder = jar.replaceFirst("\\.jar$", "");
            layer.addEntry(plugin, AbsoluteUnixPath.get(FLINK_PLUGINS + folder + "/" + jar));
        }
        return layer.build();
    }

    private FileEntriesLayer documents(ImageRecipe image) {
        return FileEntriesLayer.builder()
                .setName("documents")
                .addEntry(project.resolve(image.bill()), document("bom.json"))
                .addEntry(project.resolve("LICENSE"), document("LICENSE"))
                .addEntry(project.resolve("NOTICE"), document("NOTICE"))
                .build();
    }

    private static AbsoluteUnixPath document(String name) {
        return AbsoluteUnixPath.get(DOCUMENTS + name);
    }

    private FileEntriesLayer program(ImageRecipe image) {
        return FileEntriesLayer.builder()
                .setName("program")
                .addEntry(
                        project.resolve(image.jar()),
                        AbsoluteUnixPath.get(image.jarFolder() + "/" + image.name() + ".jar"))
                .build();
    }
}
