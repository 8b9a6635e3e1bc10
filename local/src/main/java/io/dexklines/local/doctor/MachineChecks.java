package io.dexklines.local.doctor;

import io.dexklines.local.doctor.MachineFacts.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides whether a machine can run the local stack. */
final class MachineChecks {

    private static final int JAVA = 17;
    private static final int MAVEN_MAJOR = 3;
    private static final int MAVEN_MINOR = 8;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private static final long GB = 1024;

    /**
     * The heaps of Kafka, the relay, the simulator, the command and Flink's processes are 2.9 GB.
     * The rest is what Java needs outside of them, MySQL, and Redis with few klines.
     */
    static final long MEMORY_MB = 4 * GB;

    /** With a full Redis, which has 1 GB, and with all that Flink may take outside its heap. */
    static final long MOST_MEMORY_MB = 6 * GB;

    static final long LEAST_DISK_MB = GB;
    static final long DISK_MB = 5 * GB;

    static final long LEAST_FILES = 1024;
    static final long FILES = 4096;

    private MachineChecks() {}

    static List<Finding> findings(MachineFacts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.add(java(facts));
        findings.add(maven(facts));
        facts.ports().forEach(port -> findings.add(port(port, facts)));
        findings.add(memory(facts));
        findings.add(folder(facts));
        findings.add(disk(facts));
        findings.add(files(facts));
        findings.add(browser(facts));
        return findings;
    }

    private static Finding java(MachineFacts facts) {
        String version = "Java " + facts.javaVersion();
        if (facts.javaVersion() < JAVA) {
            return Finding.problem("Java", version, "install a JDK 17 or newer, or set JAVA_HOME");
        }
        if (!facts.hasCompiler()) {
            String what = version + " has no compiler, which the build needs";
            String advice = "install a JDK, or set JAVA_HOME to one";
            return facts.isBuilt()
                    ? Finding.warning("Java", what, advice)
                    : Finding.problem("Java", what, advice);
        }
        return Finding.ok("Java", version + ", a JDK");
    }

    private static Finding maven(MachineFacts facts) {
        String advice = "install Maven 3.8 or newer";
        if (facts.maven().isEmpty()) {
            String what = "there is no mvn on the PATH";
            return facts.isBuilt()
                    ? Finding.warning("Maven", what + ", but the project is built", advice)
                    : Finding.problem("Maven", what, advice);
        }
        String version = facts.maven().get();
        Matcher numbers = VERSION.matcher(version);
        if (numbers.matches()) {
            int major = Integer.parseInt(numbers.group(1));
            int minor = Integer.parseInt(numbers.group(2));
            if (major < MAVEN_MAJOR || major == MAVEN_MAJOR && minor < MAVEN_MINOR) {
                return Finding.problem("Maven", "Maven " + version + " is too old", advice);
            }
        }
        return Finding.ok("Maven", "Maven " + version);
    }

    private static Finding port(Port port, MachineFacts facts) {
        String subject = "port " + port.number();
        if (port.use().isFree()) {
            return Finding.ok(subject, "free for " + port.server());
        }
        if (port.use().byStack()) {
            return Finding.ok(
                    subject,
                    "%s of the stack that is up in %s".formatted(port.server(), facts.folder()));
        }
        return Finding.problem(
                subject,
                "%s has it, but %s needs it"
                        .formatted(
                                port.use().process().orElse("a process of another user"),
                                port.server()),
                "stop that process, or choose another port with `klines up %s PORT`"
                        .formatted(port.flag()));
    }

    private static Finding memory(MachineFacts facts) {
        String what =
                "%s available of %s, and the stack takes %s to %s"
                        .formatted(
                                gb(facts.availableMb()),
                                gb(facts.totalMb()),
                                gb(MEMORY_MB),
                                gb(MOST_MEMORY_MB));
        if (facts.totalMb() < MEMORY_MB) {
            return Finding.problem("memory", what, "use a machine or container with more");
        }
        if (facts.stack().isPresent()) {
            return Finding.ok(
                    "memory",
                    "%s available of %s while the stack is up"
                            .formatted(gb(facts.availableMb()), gb(facts.totalMb())));
        }
        return facts.availableMb() < MEMORY_MB
                ? Finding.warning("memory", what, "end other programs first")
                : Finding.ok("memory", what);
    }

    private static Finding folder(MachineFacts facts) {
        return facts.isWritable()
                ? Finding.ok("folder", facts.folder() + " can be written")
                : Finding.problem(
                        "folder",
                        facts.folder() + " cannot be written",
                        "change its permissions, or name another one with --dir");
    }

    private static Finding disk(MachineFacts facts) {
        String what = "%s free in %s".formatted(gb(facts.freeDiskMb()), facts.folder());
        String advice = "free some, or name a folder on another disk with --dir";
        if (facts.freeDiskMb() < LEAST_DISK_MB) {
            return Finding.problem("disk", what, advice);
        }
        return facts.freeDiskMb() < DISK_MB
                ? Finding.warning("disk", what + ", where a stack grows to some GB", advice)
                : Finding.ok("disk", what);
    }

    private static Finding files(MachineFacts facts) {
        if (facts.openFiles().isEmpty()) {
            return Finding.ok("open files", "this system does not tell its limit");
        }
        long limit = facts.openFiles().getAsLong();
        String what = "a process may have %d open".formatted(limit);
        String advice = "raise the limit with `ulimit -n %d`".formatted(FILES);
        if (limit < LEAST_FILES) {
            return Finding.problem("open files", what, advice);
        }
        return limit < FILES
                ? Finding.warning(
                        "open files", what + ", which Kafka and many subscribers exceed", advice)
                : Finding.ok("open files", what);
    }

    private static Finding browser(MachineFacts facts) {
        return Finding.ok(
                "browser",
                facts.browser()
                        .map(program -> program + ", for the browser tests")
                        .orElse("no Chromium, which only the browser tests need"));
    }

    private static String gb(long mb) {
        return String.format(Locale.ROOT, "%.1f GB", mb / (double) GB);
    }
}
