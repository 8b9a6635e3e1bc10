package io.dexklines.local.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.dexklines.local.doctor.MachineFacts.Port;
import io.dexklines.local.doctor.MachineFacts.Use;
import io.dexklines.local.stack.Ports;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StackSettings;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the facts of this machine and changes nothing. */
final class MachineProbe {

    private static final Path PROC = Path.of("/proc");
    private static final int KB_OF_MB = 1024;
    private static final long MB = 1024L * 1024;
    private static final int MAVEN_TIMEOUT_SECONDS = 20;
    private static final Pattern MAVEN = Pattern.compile("Apache Maven ([\\w.-]+)");
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

    /** Where the script {@code klines} looks for a browser, too. */
    private static final List<String> BROWSERS =
            List.of(
                    "/usr/bin/chromium",
                    "/usr/bin/chromium-browser",
                    "/usr/bin/google-chrome",
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

    private MachineProbe() {}

    /**
     * @param folder the folder of the stack, which need not exist
     */
    static MachineFacts read(ProjectHome home, Path folder)
            throws IOException, InterruptedException {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Optional<ProcessHandle> stack = RunningStack.process(folder);
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return new MachineFacts(
                Runtime.version().feature(),
                Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "javac")),
                maven(),
                Files.exists(home.jobJar()),
                ports(StackSettings.Ports.DEFAULT, folder, stack.isPresent()),
                stack.map(process -> OptionalLong.of(process.pid())).orElse(OptionalLong.empty()),
                system.getTotalMemorySize() / MB,
                Math.min(system.getTotalMemorySize() / MB, availableMb(system)),
                folder,
                Files.isDirectory(existing) && Files.isWritable(existing),
                Files.getFileStore(existing).getUsableSpace() / MB,
                system instanceof UnixOperatingSystemMXBean unix
                        ? OptionalLong.of(unix.getMaxFileDescriptorCount())
                        : OptionalLong.empty(),
                browser());
    }

    /** Returns the version of Maven on the PATH. */
    private static Optional<String> maven() throws IOException, InterruptedException {
        String path = System.getenv().getOrDefault("PATH", "");
        Optional<Path> program =
                Stream.of(path.split(File.pathSeparator))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, "mvn"))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path answer = Files.createTempFile("klines-doctor", ".txt");
        try {
            Process process =
                    new ProcessBuilder(program.get().toString(), "-version")
                            .redirectErrorStream(true)
                            .redirectOutput(answer.toFile())
                            .start();
            if (!process.waitFor(MAVEN_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Matcher version =
                    MAVEN.matcher(
                            new String(Files.readAllBytes(answer), StandardCharsets.ISO_8859_1));
            return Optional.of(version.find() ? version.group(1) : "of an unknown version");
        } finally {
            Files.delete(answer);
        }
    }

    static List<Port> ports(StackSettings.Ports needed, Path folder, boolean hasStack) {
        Set<Integer> ofStack =
                hasStack ? RunningStack.in(folder).map(MachineProbe::ports).orElse(null) : Set.of();
        return needed.servers().stream()
                .filter(server -> server.port() != 0)
                .map(
                        server ->
                                new Port(
                                        server.port(),
                                        server.name(),
                                        server.flag(),
                                        use(server.port(), ofStack)))
                .toList();
    }

    /**
     * @param ofStack the ports of the stack; null for a stack that is starting
     */
    private static Use use(int port, Set<Integer> ofStack) {
        if (Ports.isFree(port)) {
            return Use.FREE;
        }
        return ofStack == null || ofStack.contains(port)
                ? Use.BY_STACK
                : Use.by(PortOwners.of(port, PROC));
    }

    private static Set<Integer> ports(RunningStack stack) {
        Set<Integer> ports = new HashSet<>();
        for (String address :
                List.of(
                        stack.relay(),
                        stack.flinkUi(),
                        stack.mysql().replaceFirst("^jdbc:", ""),
                        stack.redis(),
                        "kafka://" + stack.kafka())) {
            ports.add(URI.create(address).getPort());
        }
        return ports;
    }

    private static long availableMb(OperatingSystemMXBean system) throws IOException {
        Path file = PROC.resolve("meminfo");
        if (Files.exists(file)) {
            Matcher available = AVAILABLE.matcher(Files.readString(file));
            if (available.find()) {
                return Long.parseLong(available.group(1)) / KB_OF_MB;
            }
        }
        return system.getFreeMemorySize() / MB;
    }

    private static Optional<Path> browser() {
        return Stream.concat(Stream.ofNullable(System.getenv("KLINES_CHROMIUM")), BROWSERS.stream())
                .filter(program -> !program.isEmpty())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }
}
