package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.FlinkRest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shows that the checks of {@link OutageITCase} can fail. The production graph gets a sink that
 * waits for its store in the task's thread. While the store is down, each check must fail, and when
 * it is back, each must succeed.
 */
@WholeStack.Own
class OutageNegativeControlITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Long enough for several checkpoints and for the frames of many trades. */
    private static final Duration UNTIL_FAILED = Duration.ofSeconds(10);

    private static final String SEED = "outage.seed";

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            // what the cluster says of checkpoints is no older
                            .setConfiguration(
                                    Configuration.fromMap(Map.of("web.refresh-interval", "500 ms")))
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    /** The store of the sink that waits. The job runs in this process. */
    private static final Store STORE = new Store();

    @TempDir private Path folder;

    @Test
    void aSinkThatWaitsForItsStoreIsNoticed(@InjectClusterRESTAddress URI flink) throws Exception {
        long seed = Long.getLong(SEED, System.nanoTime());
        System.out.println(SEED + "=" + seed);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedRelay relay = EmbeddedRelay.start(folder.resolve("relay"), 0)) {
            createTopics(kafka);
            JobClient job = start(kafka, relay);
            FlinkRest rest = new FlinkRest(flink.toString(), Optional.empty());
            String id = job.getJobID().toHexString();
            try (LiveTrading trading =
                    new LiveTrading(
                            kafka.brokers(), relay.webSocketUrl(), () -> rest.job(id), seed)) {
                trading.awaitFramesOfEveryPair(PATIENCE);
                trading.awaitThreeCheckpoints(PATIENCE);
                trading.awaitNotifications(PATIENCE);

                STORE.stop();
                assertFails("three checkpoints", trading::awaitThreeCheckpoints);
                assertFails("trades of every pair", trading::awaitFramesOfEveryPair);
                assertFails("notifications", trading::awaitNotifications);

                STORE.goOn();
                trading.awaitThreeCheckpoints(PATIENCE);
                trading.awaitFramesOfEveryPair(PATIENCE);
                trading.awaitNotifications(PATIENCE);
                assertThat(rest.job(id).restarts()).isZero();
            } finally {
                STORE.goOn();
                job.cancel().get();
            }
        }
    }

    /** A check, which is given up after a while. */
    private interface Check {
        void await(Duration patience) throws Exception;
    }

    private static void assertFails(String what, Check check) {
        assertThatThrownBy(() -> check.await(UNTIL_FAILED))
                .isInstanceOf(ConditionTimeoutException.class)
                .hasMessageContaining(what);
    }

    private static void createTopics(EmbeddedKafka kafka) {
        for (String topic : List.of("sol-trades", "bsc-trades", "evm-trades-v4")) {
            kafka.createTopic(topic, 4);
        }
        for (String topic :
                List.of(
                        "trades-excluded",
                        "lists-refused",
                        "smart-money-wallets",
                        "smart-money-follows",
                        "smart-money-notifications",
                        "smart-money-clusters")) {
            kafka.createTopic(topic, 1);
        }
    }

    private static JobClient start(EmbeddedKafka kafka, EmbeddedRelay relay) throws Exception {
        KlineJobSettings settings =
                KlineJobSettings.load(
                        new String[] {
                            "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                            "--kafka.start-offset=first",
                            "--relay.urls=" + relay.publishUrl(),
                            "--relay.token=file:" + relay.tokenFile()
                        });
        StreamExecutionEnvironment env = KlineJob.environment();
        env.setParallelism(2);
        env.enableCheckpointing(1_000);
        Clock clock = Clock.systemUTC();
        Sinks production = Sinks.production(settings, clock);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                new Sinks(
                        OutageNegativeControlITCase::attachSinkThatWaits,
                        JobSink.none(),
                        production.relay(),
                        JobSink.none(),
                        production.excluded(),
                        production.alerts()));
        return env.executeAsync("a sink that waits");
    }

    private static void attachSinkThatWaits(Results results) {
        results.klines()
                .process(new Writer())
                .returns(CodecTypeInfo.KLINE_UPDATES)
                .name("Writer")
                .uid("writer")
                .startNewChain()
                .sinkTo(new DiscardingSink<>())
                .name("End")
                .uid("end");
    }

    /** Writes each element to {@link #STORE}, and returns when the store has taken it. */
    private static final class Writer extends ProcessFunction<KlineUpdates, KlineUpdates> {

        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(
                KlineUpdates updates, Context context, Collector<KlineUpdates> out)
                throws InterruptedException {
            STORE.write();
        }
    }

    /** A store that can be stopped. A write blocks until it goes on. */
    private static final class Store {

        private boolean stopped;

        synchronized void stop() {
            stopped = true;
        }

        synchronized void goOn() {
            stopped = false;
            notifyAll();
        }

        synchronized void write() throws InterruptedException {
            while (stopped) {
                wait();
            }
        }
    }
}
