package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Tests the sink in a job on a Flink mini cluster. */
@Timeout(120)
class RedisSinkJobITCase {
    private static final int ELEMENTS = 20_000;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    /** Number of elements that have reached a writer. The job runs in this process. */
    private static final AtomicInteger CONVERTED = new AtomicInteger();

    @TempDir static Path folder;

    private static LocalRedis redis;

    @BeforeAll
    static void startRedis() throws IOException {
        redis = LocalRedis.start(folder);
    }

    @AfterAll
    static void stopRedis() throws IOException {
        redis.close();
    }

    @Test
    void aJobDoesNotRestartDuringAnOutage() throws Exception {
        try (Jedis client = redis.client()) {
            client.flushAll();
        }
        redis.kill();
        CONVERTED.set(0);

        JobClient job = start(numbersToRedis(FailedCommandPolicy.FAIL));
        await().atMost(Duration.ofSeconds(30)).until(() -> CONVERTED.get() >= 1_000);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        redis.restart();
        job.getJobExecutionResult().get();

        try (Jedis client = redis.client()) {
            assertThat(client.dbSize()).isEqualTo(ELEMENTS);
            assertThat(client.get("n:" + (ELEMENTS - 1))).isEqualTo("" + (ELEMENTS - 1));
        }
    }

    @Test
    void aFailingJobNamesTheCauseAndLeavesTheTaskManagerRunning() throws Exception {
        try (Jedis client = redis.client()) {
            client.flushAll();
            client.sadd("n:7", "a set");
        }

        JobClient failing =
                start(
                        numbersToRedis(FailedCommandPolicy.FAIL)
                                .converter(
                                        (number, context) ->
                                                List.of(
                                                        RedisCommand.of("HSET")
                                                                .key("n:" + number)
                                                                .arg("field")
                                                                .arg(number)
                                                                .build())));
        assertThatThrownBy(() -> failing.getJobExecutionResult().get())
                .hasStackTraceContaining("refused HSET on key 'n:7': WRONGTYPE");

        try (Jedis client = redis.client()) {
            client.flushAll();
        }
        start(numbersToRedis(FailedCommandPolicy.FAIL)).getJobExecutionResult().get();
        try (Jedis client = redis.client()) {
            assertThat(client.dbSize()).isEqualTo(ELEMENTS);
        }
    }

    private static JobClient start(RedisSinkBuilder<Long> sink) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        env.enableCheckpointing(100);
        env.fromSequence(0, ELEMENTS - 1)
                .returns(Types.LONG)
                .sinkTo(sink.build())
                .name("numbers to Redis")
                .uid("numbers-to-redis");
        return env.executeAsync();
    }

    private static RedisSinkBuilder<Long> numbersToRedis(FailedCommandPolicy policy) {
        return RedisSink.<Long>builder()
                .connection(redis.settings().build())
                .onFailedCommand(policy)
                .converter(
                        (number, context) -> {
                            CONVERTED.incrementAndGet();
                            return List.of(
                                    RedisCommand.of("SET").key("n:" + number).arg(number).build());
                        });
    }
}
