package io.dexklines.chaos.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.core.fs.local.LocalRecoverableWriter;

/**
 * Local files in Flink's processes, on a disk that is full while a certain file exists. Unlike a
 * small disk, it needs no rights of the superuser.
 *
 * <p>The class is public because Flink creates it by name.
 */
public final class FillableFileSystemFactory implements FileSystemFactory {

    /** The scheme of URIs, {@code fillable:/path}. */
    static final String SCHEME = "fillable";

    /** The key of Flink's configuration with the path of the file that makes the disk full. */
    static final String MARKER_KEY = "chaos.full-marker";

    private static final ConfigOption<String> MARKER =
            ConfigOptions.key(MARKER_KEY).stringType().noDefaultValue();

    private Path marker;

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public void configure(Configuration configuration) {
        marker = configuration.getOptional(MARKER).map(Path::of).orElse(null);
    }

    @Override
    public FileSystem create(URI uri) {
        return new FillableFileSystem(marker);
    }

    private static final class FillableFileSystem extends LocalFileSystem {

        private final Path marker;

        FillableFileSystem(Path marker) {
            this.marker = marker;
        }

        @Override
        public URI getUri() {
            return URI.create(SCHEME + ":///");
        }

        @Override
        public FSDataOutputStream create(
                org.apache.flink.core.fs.Path path, FileSystem.WriteMode overwrite)
                throws IOException {
            return new FillableStream(super.create(path, overwrite), marker);
        }

        /** Writes the metadata of checkpoints. */
        @Override
        public LocalRecoverableWriter createRecoverableWriter() throws IOException {
            checkSpace(marker);
            return super.createRecoverableWriter();
        }
    }

    private static void checkSpace(Path marker) throws IOException {
        if (marker != null && Files.exists(marker)) {
            throw new IOException("No space left on device");
        }
    }

    private static final class FillableStream extends FSDataOutputStream {

        private final FSDataOutputStream out;
        private final Path marker;

        FillableStream(FSDataOutputStream out, Path marker) {
            this.out = out;
            this.marker = marker;
        }

        @Override
        public void write(int b) throws IOException {
            checkSpace(marker);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            checkSpace(marker);
            out.write(bytes, from, length);
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void sync() throws IOException {
            out.sync();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
