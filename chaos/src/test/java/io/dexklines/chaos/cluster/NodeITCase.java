package io.dexklines.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.StackException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    private EmbeddedRedis redis;
    private Node node;

    @BeforeEach
    void start() {
        redis = EmbeddedRedis.start(folder, 0);
        node = new Node("redis-0", Role.REDIS, redis);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void aKilledProcessStaysDownUntilItIsRestarted() {
        long former = node.pid();
        String address = redis.uri();

        node.kill();

        assertThat(node.revive()).isEmpty();
        assertThat(node.isAlive()).isFalse();

        node.restart();

        assertThat(node.isAlive()).isTrue();
        assertThat(node.pid()).isNotEqualTo(former);
        assertThat(redis.uri()).isEqualTo(address);
    }

    @Test
    void aProcessThatDiesByItselfIsRevived() throws Exception {
        ProcessHandle process = ProcessHandle.of(node.pid()).orElseThrow();
        assertThat(node.revive()).isEmpty();

        process.destroyForcibly();
        process.onExit().get();
        await().atMost(PATIENCE).until(() -> !node.isAlive());

        assertThat(node.revive()).contains(process.pid());
        assertThat(node.isAlive()).isTrue();
    }

    @Test
    void theKernelSaysWhetherAProcessStandsStill() {
        assertThat(node.isSuspended()).isFalse();

        node.suspend();
        await().atMost(PATIENCE).until(node::isSuspended);
        assertThat(node.isAlive()).isTrue();

        node.resume();
        await().atMost(PATIENCE).until(() -> !node.isSuspended());
    }

    /** As the kernel does when the shell ends that has started everything in the background. */
    @Test
    void whoeverResumesTheProcessGroupOfThisJvmDoesNotResumeIt() throws Exception {
        node.suspend();
        await().atMost(PATIENCE).until(node::isSuspended);

        // 0 is the group of the shell, which is that of this JVM
        Process shell = new ProcessBuilder("sh", "-c", "kill -CONT 0").inheritIO().start();

        assertThat(shell.waitFor()).isZero();
        assertThat(node.isSuspended()).isTrue();
    }

    @Test
    void nothingIsStartedInAClosedCluster() {
        node.end();

        assertThat(node.isAlive()).isFalse();
        assertThat(node.revive()).isEmpty();
        assertThatThrownBy(node::restart)
                .isInstanceOf(StackException.class)
                .hasMessage("redis-0 is not started in a closed cluster");
    }
}
