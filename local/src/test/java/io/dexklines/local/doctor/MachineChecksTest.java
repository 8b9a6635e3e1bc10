package io.dexklines.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.doctor.MachineFacts.Port;
import io.dexklines.local.doctor.MachineFacts.Use;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A machine that is well, and machines that lack something. */
class MachineChecksTest {

    private static final Path FOLDER = Path.of("/home/me/.klines");

    private int java = 17;
    private boolean hasCompiler = true;
    private Optional<String> maven = Optional.of("3.9.9");
    private boolean isBuilt;
    private Use relayPort = Use.FREE;
    private OptionalLong stack = OptionalLong.empty();
    private long totalMb = 16 * 1024;
    private long availableMb = 12 * 1024;
    private boolean isWritable = true;
    private long freeDiskMb = 100 * 1024;
    private OptionalLong openFiles = OptionalLong.of(65536);
    private Optional<Path> browser = Optional.of(Path.of("/usr/bin/chromium"));

    @Test
    void aMachineThatIsWell() {
        assertThat(diagnosis().lines())
                .containsExactly(
                        "ok       Java: Java 17, a JDK",
                        "ok       Maven: Maven 3.9.9",
                        "ok       port 8080: free for the relay",
                        "ok       memory: 12.0 GB available of 16.0 GB, and the stack takes 4.0 GB"
                                + " to 6.0 GB",
                        "ok       folder: /home/me/.klines can be written",
                        "ok       disk: 100.0 GB free in /home/me/.klines",
                        "ok       open files: a process may have 65536 open",
                        "ok       browser: /usr/bin/chromium, for the browser tests",
                        "VERDICT ready ok=8 warnings=0 problems=0");
        assertThat(diagnosis().status()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void aMachineOnWhichNothingIsRight() {
        java = 11;
        maven = Optional.of("3.6.3");
        relayPort = Use.by(Optional.of("process 123 (nginx)"));
        totalMb = 2 * 1024;
        availableMb = 1024;
        isWritable = false;
        freeDiskMb = 512;
        openFiles = OptionalLong.of(256);
        browser = Optional.empty();

        assertThat(diagnosis().lines())
                .containsExactly(
                        "problem  Java: Java 11: install a JDK 17 or newer, or set JAVA_HOME",
                        "problem  Maven: Maven 3.6.3 is too old: install Maven 3.8 or newer",
                        "problem  port 8080: process 123 (nginx) has it, but the relay needs it:"
                                + " stop that process, or choose another port with `klines up"
                                + " --relay-port PORT`",
                        "problem  memory: 1.0 GB available of 2.0 GB, and the stack takes 4.0 GB to"
                                + " 6.0 GB: use a machine or container with more",
                        "problem  folder: /home/me/.klines cannot be written: change its"
                                + " permissions, or name another one with --dir",
                        "problem  disk: 0.5 GB free in /home/me/.klines: free some, or name a folder"
                                + " on another disk with --dir",
                        "problem  open files: a process may have 256 open: raise the limit with"
                                + " `ulimit -n 4096`",
                        "ok       browser: no Chromium, which only the browser tests need",
                        "VERDICT not-ready ok=1 warnings=0 problems=7");
        assertThat(diagnosis().status()).isEqualTo(ExitStatus.NO);
    }

    @Test
    void whatIsScarceIsAWarning() {
        availableMb = 3 * 1024;
        freeDiskMb = 2 * 1024;
        openFiles = OptionalLong.of(1024);

        assertThat(diagnosis().lines())
                .contains(
                        "warning  memory: 3.0 GB available of 16.0 GB, and the stack takes 4.0 GB to"
                                + " 6.0 GB: end other programs first",
                        "warning  disk: 2.0 GB free in /home/me/.klines, where a stack grows to some"
                                + " GB: free some, or name a folder on another disk with --dir",
                        "warning  open files: a process may have 1024 open, which Kafka and many"
                                + " subscribers exceed: raise the limit with `ulimit -n 4096`",
                        "VERDICT ready ok=5 warnings=3 problems=0");
        assertThat(diagnosis().status()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void aStackThatIsUpHasItsPortsAndItsMemory() {
        relayPort = Use.BY_STACK;
        stack = OptionalLong.of(4711);
        availableMb = 1024;

        assertThat(diagnosis().lines())
                .contains(
                        "ok       port 8080: the relay of the stack that is up in /home/me/.klines",
                        "ok       memory: 1.0 GB available of 16.0 GB while the stack is up",
                        "VERDICT ready ok=8 warnings=0 problems=0");
    }

    @Test
    void theProcessOfAnotherUserHasNoName() {
        relayPort = Use.by(Optional.empty());

        assertThat(diagnosis().lines())
                .contains(
                        "problem  port 8080: a process of another user has it, but the relay needs"
                                + " it: stop that process, or choose another port with `klines up"
                                + " --relay-port PORT`");
    }

    @Test
    void whatOnlyABuildNeedsIsAWarningOnceTheProjectIsBuilt() {
        hasCompiler = false;
        maven = Optional.empty();

        assertThat(diagnosis().status()).isEqualTo(ExitStatus.NO);

        isBuilt = true;
        assertThat(diagnosis().lines())
                .startsWith(
                        "warning  Java: Java 17 has no compiler, which the build needs: install a"
                                + " JDK, or set JAVA_HOME to one",
                        "warning  Maven: there is no mvn on the PATH, but the project is built:"
                                + " install Maven 3.8 or newer");
        assertThat(diagnosis().status()).isEqualTo(ExitStatus.OK);
    }

    private Diagnosis diagnosis() {
        return new Diagnosis(
                MachineChecks.findings(
                        new MachineFacts(
                                java,
                                hasCompiler,
                                maven,
                                isBuilt,
                                List.of(new Port(8080, "the relay", "--relay-port", relayPort)),
                                stack,
                                totalMb,
                                availableMb,
                                FOLDER,
                                isWritable,
                                freeDiskMb,
                                openFiles,
                                browser)));
    }
}
