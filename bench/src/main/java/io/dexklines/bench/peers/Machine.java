package io.dexklines.bench.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The machine on which the benchmark runs. Linux only. */
final class Machine {

    private static final String MODEL = "model name";
    private static final String MEMORY = "MemTotal:";
    private static final double KIBIBYTES_IN_GIBIBYTE = 1 << 20;

    private Machine() {}

    /** Returns the processors, the memory, the kernel and the Java version. */
    static String description() throws IOException {
        String model = valueOf("/proc/cpuinfo", MODEL).replaceFirst("^\\s*:\\s*", "");
        double gibibytes =
                Double.parseDouble(valueOf("/proc/meminfo", MEMORY).replaceAll("[^0-9]", ""))
                        / KIBIBYTES_IN_GIBIBYTE;
        return String.format(
                Locale.ROOT,
                "%d processors %s, %.0f GiB, %s %s, Java %s",
                Runtime.getRuntime().availableProcessors(),
                model,
                gibibytes,
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.vm.version"));
    }

    private static String valueOf(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> line.substring(key.length()).strip())
                .orElse("0");
    }

    /** Returns the load average of the last minute. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
