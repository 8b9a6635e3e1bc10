package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.connection.RedisFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class RequestSubmitterTest {
    private static final RetrySchedule SCHEDULE = new RetrySchedule(50, 2_000, 10_000);

    private final TestingRedisLink link = new TestingRedisLink();
    private final ManualClock clock = new ManualClock();
    private final WriterMetrics metrics = new WriterMetrics(new UnregisteredMetricsGroup(), clock);
    private final ManuallyTriggeredScheduledExecutorService timer =
            new ManuallyTriggeredScheduledExecutorService();
    private final RecordingHandler handler = new RecordingHandler();

    @Test
    void aBatchThatIsCarriedOutIsComplete() {
        submitter(FailedCommandPolicy.FAIL).submit(List.of(set("a")), handler);

        assertThat(handler.results).containsExactly("complete");
        assertThat(metrics.count(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(1);
    }

    @Test
    void failedRequestsAreReportedAfterADelayThatDoublesWithEachAttempt() {
        RedisRequest request = set("a");
        RequestSubmitter submitter = submitter(FailedCommandPolicy.FAIL);
        List<Long> delaysMs = new ArrayList<>();

        for (int attempt = 1; attempt <= 4; attempt++) {
            link.answeringAll("LOADING wait");
            submitter.submit(List.of(request), handler);
            assertThat(handler.results).as("before the delay is over").isEmpty();
            delaysMs.add(onlyDelayMs());
            timer.triggerNonPeriodicScheduledTasks();
            assertThat(handler.results).containsExactly("retry 1");
            handler.results.clear();
        }
        submitter.submit(List.of(request), handler);

        assertThat(delaysMs).containsExactly(50L, 100L, 200L, 400L);
        assertThat(handler.results).containsExactly("complete");
        assertThat(metrics.count(RedisSinkMetric.BATCHES_ANSWERED)).isEqualTo(5);
        assertThat(metrics.count(RedisSinkMetric.COMMANDS_RETRIED)).isEqualTo(4);
        assertThat(metrics.count(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(1);
    }

    @Test
    void theJobFailsWhenTheBudgetIsSpent() {
        RedisRequest request = set("a");
        RequestSubmitter submitter = submitter(FailedCommandPolicy.DROP);
        link.answeringAll("LOADING wait").answeringAll("LOADING wait");

        submitter.submit(List.of(request), handler);
        clock.advanceTime(Duration.ofMillis(10_000));
        submitter.submit(List.of(request), handler);

        assertThat(handler.results)
                .containsExactly(
                        "failed: Redis at here did not carry out a command in 2 attempts over 10000"
                                + " ms; the retry budget is spent: LOADING wait");
    }

    @Test
    void theSecondsOfAnOutageAreReported() {
        RedisRequest request = set("a");
        RequestSubmitter submitter = submitter(FailedCommandPolicy.FAIL);
        link.answeringAll("READONLY replica").answeringAll("READONLY replica");

        submitter.submit(List.of(request), handler);
        clock.advanceTime(Duration.ofSeconds(3));
        assertThat(metrics.downSeconds()).isEqualTo(3);
        submitter.submit(List.of(request), handler);
        clock.advanceTime(Duration.ofSeconds(4));
        assertThat(metrics.downSeconds()).isEqualTo(7);
        assertThat(metrics.count(RedisSinkMetric.CONNECTION_FAILURES)).isEqualTo(2);

        submitter.submit(List.of(request), handler);
        assertThat(metrics.downSeconds()).isZero();
    }

    @Test
    void aRefusedCommandFailsTheJobAndIsNamedWithoutItsArguments() {
        link.answeringAll("WRONGTYPE not a string");

        submitter(FailedCommandPolicy.FAIL).submit(List.of(set("a")), handler);

        assertThat(handler.results)
                .containsExactly(
                        "failed: Redis at here refused SET on key 'a': WRONGTYPE not a string");
        assertThat(metrics.count(RedisSinkMetric.COMMANDS_FAILED)).isEqualTo(1);
    }

    @Test
    void aRefusedCommandIsDroppedAndCountedUnderThatPolicy() {
        link.answering(
                command ->
                        command.equals("SET b")
                                ? null
                                : RedisFailure.ofReply("WRONGTYPE not a string", null));

        submitter(FailedCommandPolicy.DROP).submit(List.of(set("a"), set("b"), set("c")), handler);

        assertThat(handler.results).containsExactly("complete");
        assertThat(metrics.count(RedisSinkMetric.ELEMENTS_DROPPED)).isEqualTo(2);
        assertThat(metrics.count(RedisSinkMetric.COMMANDS_FAILED)).isEqualTo(2);
        assertThat(metrics.count(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(1);
    }

    @Test
    void deniedAccessFailsTheJobUnderEitherPolicy() {
        link.answeringAll("WRONGPASS invalid");

        submitter(FailedCommandPolicy.DROP).submit(List.of(set("a")), handler);

        assertThat(handler.results)
                .containsExactly(
                        "failed: Redis at here denies access to this job: WRONGPASS invalid");
    }

    @Test
    void anUnexpectedExceptionReachesTheHandler() {
        link.answering(
                command -> {
                    throw new IllegalStateException("a bug");
                });

        submitter(FailedCommandPolicy.FAIL).submit(List.of(set("a")), handler);

        assertThat(handler.results)
                .containsExactly("failed: The sink to Redis at here failed unexpectedly");
    }

    @Test
    void aRejectedTaskReachesTheHandler() {
        ManuallyTriggeredScheduledExecutorService refusing =
                new ManuallyTriggeredScheduledExecutorService() {
                    @Override
                    public void execute(Runnable command) {
                        throw new RejectedExecutionException("full");
                    }
                };
        RequestSubmitter submitter = submitter(FailedCommandPolicy.FAIL, refusing);

        submitter.submit(List.of(set("a")), handler);

        assertThat(handler.results)
                .containsExactly("failed: The sink to Redis at here accepts no requests");
    }

    @Test
    void aClosedSubmitterReportsNothingAndClosesItsLink() {
        RequestSubmitter submitter = submitter(FailedCommandPolicy.FAIL);
        link.answeringAll("LOADING wait");
        submitter.submit(List.of(set("a")), handler);

        submitter.close();
        submitter.submit(List.of(set("b")), handler);
        timer.triggerNonPeriodicScheduledTasks();

        assertThat(handler.results).isEmpty();
        assertThat(link.closed).isTrue();
    }

    @Test
    void anExceptionFromTheHandlerOfAnEndedTaskIsIgnored() {
        ResultHandler<RedisRequest> gone =
                new RecordingHandler() {
                    @Override
                    public void complete() {
                        throw new RejectedExecutionException("mailbox closed");
                    }
                };

        submitter(FailedCommandPolicy.FAIL).submit(List.of(set("a")), gone);

        assertThat(metrics.count(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(1);
    }

    private RequestSubmitter submitter(FailedCommandPolicy policy) {
        return submitter(policy, Executors.newDirectExecutorService());
    }

    private RequestSubmitter submitter(FailedCommandPolicy policy, ExecutorService threads) {
        double longestDelay = 1.0;
        return new RequestSubmitter(
                link, "here", SCHEDULE, policy, metrics, threads, timer, clock, () -> longestDelay);
    }

    private long onlyDelayMs() {
        assertThat(timer.getActiveNonPeriodicScheduledTask()).hasSize(1);
        Delayed task = timer.getActiveNonPeriodicScheduledTask().iterator().next();
        return task.getDelay(TimeUnit.MILLISECONDS);
    }

    private static RedisRequest set(String key) {
        return new RedisRequest(List.of(RedisCommand.of("SET").key(key).arg("canary").build()));
    }

    private static class RecordingHandler implements ResultHandler<RedisRequest> {
        final List<String> results = new ArrayList<>();

        @Override
        public void complete() {
            results.add("complete");
        }

        @Override
        public void completeExceptionally(Exception e) {
            results.add("failed: " + e.getMessage());
        }

        @Override
        public void retryForEntries(List<RedisRequest> requests) {
            results.add("retry " + requests.size());
        }
    }
}
