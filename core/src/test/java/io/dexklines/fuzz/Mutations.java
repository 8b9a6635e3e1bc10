package io.dexklines.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Inputs of fuzz tests: the lines of a corpus, each mutated a few times, one in eight as it is. An
 * input that has found a fault is added to the corpus.
 */
public final class Mutations {

    /** Texts that are often handled wrongly. */
    private static final List<String> WORDS =
            List.of(
                    "\"",
                    "\\",
                    "\\u0000",
                    "\\ud83d",
                    "\\ude80",
                    "\u001b[2J",
                    "\u009b",
                    "\u202e",
                    "\uFEFF",
                    "é",
                    "🚀",
                    "'",
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    ",",
                    "@",
                    "/",
                    "%00",
                    "%",
                    "&",
                    "=",
                    " ",
                    "null",
                    "true",
                    "-1",
                    "0",
                    "1e999",
                    "1e-999",
                    "NaN",
                    "0x",
                    "9223372036854775808",
                    "88e6a0c2ddd26feeb64f039a2c41296fcb3f5640");

    private static final int MAX_REPEATS = 2_000;
    private static final int MAX_BYTES = 1 << 20;

    private final List<byte[]> corpus;

    private Mutations(List<byte[]> corpus) {
        this.corpus = corpus;
    }

    /**
     * Returns inputs that are derived from a corpus.
     *
     * @param corpus the name of a resource of this package, with one input in each line, in UTF-8
     */
    public static Arbitrary<byte[]> of(String corpus) {
        try (InputStream lines = Mutations.class.getResourceAsStream(corpus)) {
            Mutations mutations =
                    new Mutations(
                            new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                                    .lines()
                                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                                    .toList());
            return Arbitraries.randomValue(mutations::input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] input(Random random) {
        byte[] input = any(random);
        int mutations = random.nextInt(8);
        for (int i = 0; i < mutations && input.length < MAX_BYTES; i++) {
            input = mutated(input, random);
        }
        return input;
    }

    private byte[] any(Random random) {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] mutated(byte[] input, Random random) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(Math.min(64, input.length - from + 1));
        byte[] part = slice(input, from, to);
        byte[] instead =
                switch (random.nextInt(6)) {
                    case 0 -> new byte[0];
                    case 1 -> new byte[] {(byte) random.nextInt(256)};
                    case 2 -> repeated(part, 2 + random.nextInt(random.nextInt(MAX_REPEATS) + 1));
                    case 3 -> any(random);
                    case 4 -> repeated(word(random), 1 + random.nextInt(random.nextInt(64) + 1));
                    default -> word(random);
                };
        boolean insert = random.nextBoolean();
        ByteArrayOutputStream mutated = new ByteArrayOutputStream();
        mutated.write(input, 0, from);
        mutated.writeBytes(instead);
        mutated.write(input, insert ? from : to, input.length - (insert ? from : to));
        return mutated.toByteArray();
    }

    private static byte[] word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] slice(byte[] input, int from, int to) {
        return Arrays.copyOfRange(input, from, to);
    }

    private static byte[] repeated(byte[] part, int times) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
