package io.dexklines.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class JavaProcessTest {

    private static final long SELF = ProcessHandle.current().pid();

    @Test
    void addsTheThreadsWhoseNamesBeginWithAPrefix() throws IOException {
        Duration compilers = JavaProcess.threadCpu(SELF, List.of("C1 Comp", "C2 Comp"));
        Duration all = JavaProcess.threadCpu(SELF, List.of(""));

        assertThat(compilers).isPositive();
        assertThat(all).isGreaterThan(compilers);
        assertThat(JavaProcess.threadCpu(SELF, List.of("no such thread"))).isZero();
    }

    @Test
    void aProcessThatHasEndedIsAnError() {
        assertThatThrownBy(() -> JavaProcess.threadCpu(Long.MAX_VALUE, List.of("")))
                .isInstanceOf(IOException.class);
    }
}
