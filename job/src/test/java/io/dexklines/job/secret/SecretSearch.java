package io.dexklines.job.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A search for a secret in bytes: as UTF-8, as UTF-16 in either byte order, as hexadecimal digits
 * in either case, and inside Base64 of either alphabet at any offset.
 */
public final class SecretSearch {

    private static final int CHUNK = 1 << 20;
    private static final int SHORTEST = 8;

    private final Set<String> needles = new LinkedHashSet<>();
    private final int longest;

    /**
     * @param secret at least 8 characters: shorter ones occur by chance
     */
    public SecretSearch(String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "too short: fewer than 8 characters occur by chance");
        }
        for (Charset charset :
                Set.of(
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_16BE,
                        StandardCharsets.UTF_16LE)) {
            needles.add(latin1(secret.getBytes(charset)));
        }
        byte[] utf8 = secret.getBytes(StandardCharsets.UTF_8);
        needles.add(HexFormat.of().formatHex(utf8));
        needles.add(HexFormat.of().withUpperCase().formatHex(utf8));
        for (int before = 0; before < 3; before++) {
            needles.add(withinBase64(Base64.getEncoder(), utf8, before));
            needles.add(withinBase64(Base64.getUrlEncoder(), utf8, before));
        }
        longest = needles.stream().mapToInt(String::length).max().orElseThrow();
    }

    /** Returns whether the bytes contain the secret. */
    public boolean finds(byte[] bytes) {
        return isIn(latin1(bytes));
    }

    /** Returns whether the file contains the secret; false if the file no longer exists. */
    public boolean finds(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String end = "";
            while (true) {
                byte[] chunk = in.readNBytes(CHUNK);
                if (chunk.length == 0) {
                    return false;
                }
                String text = end + latin1(chunk);
                if (isIn(text)) {
                    return true;
                }
                end = text.substring(Math.max(0, text.length() - longest + 1));
            }
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the files below the folder that contain the secret, as paths relative to it. */
    public Set<String> filesBelow(Path folder) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path file : below(folder)) {
            if (finds(file)) {
                found.add(folder.relativize(file).toString());
            }
        }
        return found;
    }

    private static Set<Path> below(Path folder) throws IOException {
        Set<Path> files = new TreeSet<>();
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                if (Files.isDirectory(child)) {
                    files.addAll(below(child));
                } else if (Files.isRegularFile(child)) {
                    files.add(child);
                }
            }
        } catch (NoSuchFileException e) {
            // a checkpoint that was deleted meanwhile
            return files;
        }
        return files;
    }

    private boolean isIn(String text) {
        return needles.stream().anyMatch(text::contains);
    }

    /**
     * Returns the Base64 digits that depend on the secret alone if {@code before} bytes, modulo 3,
     * precede it.
     */
    private static String withinBase64(Base64.Encoder encoder, byte[] secret, int before) {
        byte[] shifted = new byte[before + secret.length];
        System.arraycopy(secret, 0, shifted, before, secret.length);
        String digits = encoder.withoutPadding().encodeToString(shifted);
        int from = (before * 8 + 5) / 6;
        int to = shifted.length * 8 / 6;
        return digits.substring(from, to);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
