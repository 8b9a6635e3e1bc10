package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Bytes.Reading;
import io.dexklines.kline.Bytes.Writing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Assertions that codecs still write the bytes that they wrote before and read every version. The
 * fixtures are hex text, one file for each type and version, such as {@code
 * golden/pair-klines.v1.hex}. A fixture is never changed or deleted.
 *
 * <p>When a codec gets a new version: raise its constant in its test, keep the old versions under
 * test with {@link #assertReads}, and let the tests write the fixture of the new version once:
 *
 * <pre>mvn -o -pl core test -Dtest='*GoldenBytesTest' -Dgolden.write=true</pre>
 *
 * <p>The command writes missing files only. Commit the new file.
 */
public final class Golden {

    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final int HEX_PER_LINE = 64;

    private Golden() {}

    /** Returns whether missing fixtures are to be written. */
    public static boolean isToWrite() {
        return Boolean.getBoolean("golden.write");
    }

    /** A method that reads a value and writes it again. */
    public interface Rewriting {
        byte[] rewrite(byte[] bytes) throws IOException;
    }

    /**
     * Asserts that a value is written as its fixture, and that the fixture is read and written back
     * unchanged.
     */
    public static void assertGolden(String type, int version, Writing writing, Rewriting rewriting)
            throws IOException {
        byte[] written = Bytes.of(writing);
        byte[] golden = bytes(type, version);

        assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(rewriting.rewrite(golden)).isEqualTo(golden);
    }

    /** Asserts that the fixture of every version up to the newest reads as the expected value. */
    public static <T> void assertReads(String type, int newest, Reading<T> reading, T expected)
            throws IOException {
        for (int version = 1; version <= newest; version++) {
            assertThat(Bytes.read(bytes(type, version), reading)).isEqualTo(expected);
        }
    }

    /** Returns the bytes of the fixture of a type and version. */
    public static byte[] bytes(String type, int version) throws IOException {
        String name = fixture(type, version);
        try (InputStream in = Golden.class.getResourceAsStream("/" + name)) {
            assertThat(in)
                    .as("the fixture %s; the class comment says how to write it", name)
                    .isNotNull();
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replace("\n", ""));
        }
    }

    /** Writes a fixture unless it exists. */
    public static void writeFixture(String type, int version, byte[] bytes) throws IOException {
        String hex = HexFormat.of().formatHex(bytes).replaceAll(".{" + HEX_PER_LINE + "}", "$0\n");
        for (Path root : List.of(RESOURCES, Path.of("target", "test-classes"))) {
            Path file = root.resolve(fixture(type, version));
            if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, hex.endsWith("\n") ? hex : hex + "\n");
            }
        }
    }

    private static String fixture(String type, int version) {
        return "io/dexklines/golden/" + type + ".v" + version + ".hex";
    }
}
