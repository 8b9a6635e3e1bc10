package io.dexklines.bench;

import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.text.DecimalText;
import io.dexklines.trade.Pair;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;

/**
 * Measures what compressing klines one by one saves and costs, as the relay does for subscribers
 * that negotiated it. Prints the mean bytes of a message and the processor time of compressing it,
 * for each level. Arguments: pairs (2000), rounds (5).
 */
public final class CompressedFrames {

    private static final int[] LEVELS = {1, 2, 3, 4, 5, 6, 9};
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CompressedFrames() {}

    public static void main(String[] args) {
        int pairs = Bench.argument(args, 0, 2_000);
        int rounds = Bench.argument(args, 1, 5);
        List<byte[]> raw = new ArrayList<>();
        List<byte[]> combined = new ArrayList<>();
        for (KlineUpdates update : SampleKlines.updates(pairs, 1_000, false)) {
            for (Kline kline : update.klines()) {
                String data = payload(update.pair(), kline);
                raw.add(bytes(data));
                combined.add(
                        bytes(
                                "{\"stream\":\"%s@kline_%s\",\"data\":%s}"
                                        .formatted(
                                                update.pair().text(),
                                                kline.interval().code(),
                                                data)));
            }
        }
        for (int level : LEVELS) {
            measure("raw", raw, level, rounds);
            measure("combined", combined, level, rounds);
        }
    }

    private static void measure(String form, List<byte[]> messages, int level, int rounds) {
        Deflater deflater = new Deflater(level, true);
        byte[] buffer = new byte[4096];
        long plain = messages.stream().mapToLong(message -> message.length).sum();
        long compressed = 0;
        long fastestNanos = Long.MAX_VALUE;
        for (int round = 0; round < rounds; round++) {
            compressed = 0;
            long beganNanos = THREADS.getCurrentThreadCpuTime();
            for (byte[] message : messages) {
                deflater.reset();
                deflater.setInput(message);
                compressed += deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH) - 4;
            }
            fastestNanos = Math.min(fastestNanos, THREADS.getCurrentThreadCpuTime() - beganNanos);
        }
        deflater.end();
        System.out.printf(
                Locale.ROOT,
                "%s level %d bytes %.0f compressed %.0f ratio %.3f cpu_us %.1f%n",
                form,
                level,
                (double) plain / messages.size(),
                (double) compressed / messages.size(),
                (double) compressed / plain,
                fastestNanos / 1e3 / messages.size());
    }

    /** Returns a kline as the job sends it. */
    private static String payload(Pair pair, Kline kline) {
        return ("{\"e\":\"kline\",\"E\":1788220801234,\"s\":\"%s\",\"k\":{\"t\":%d,\"T\":%d,\"s\":\"%s\","
                        + "\"i\":\"%s\",\"f\":\"%s\",\"L\":\"%s\",\"o\":\"%s\",\"c\":\"%s\",\"h\":\"%s\","
                        + "\"l\":\"%s\",\"v\":\"%s\",\"n\":%d,\"x\":%b,\"q\":\"%s\",\"V\":\"%s\","
                        + "\"Q\":\"%s\"}}")
                .formatted(
                        pair.text(),
                        kline.openTimeMs(),
                        kline.closeTimeMs() - 1,
                        pair.text(),
                        kline.interval().code(),
                        kline.first().text(),
                        kline.last().text(),
                        DecimalText.of(kline.open()),
                        DecimalText.of(kline.close()),
                        DecimalText.of(kline.high()),
                        DecimalText.of(kline.low()),
                        DecimalText.of(kline.volumeToken()),
                        kline.trades(),
                        kline.closed(),
                        DecimalText.of(kline.volumeUsd()),
                        DecimalText.of(kline.buyVolumeToken()),
                        DecimalText.of(kline.buyVolumeUsd()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
