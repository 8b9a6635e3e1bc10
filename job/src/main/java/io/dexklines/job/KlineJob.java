package io.dexklines.job;

import io.dexklines.job.config.CheckpointCheck;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.config.SmartMoneySettings;
import io.dexklines.job.sink.mysql.SchemaVersion;
import io.dexklines.kline.KlineRules;
import java.time.Clock;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main class of the job. Reads the settings, sets up the environment and defines the graph. */
public final class KlineJob {

    /** The name of the job in Flink's UI. */
    public static final String NAME = "dex-klines";

    /** The number of key groups, which bounds the parallelism. Part of the savepoint. */
    private static final int MAX_PARALLELISM = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(KlineJob.class);

    private KlineJob() {}

    /**
     * @param args {@code --config FILE} and {@code --key value}; see {@code KlineJobOptions}
     * @throws IllegalArgumentException if a setting is invalid, or if Flink's checkpoints do not
     *     fit; the message names the option and the way out
     */
    public static void main(String[] args) throws Exception {
        KlineJobSettings settings = KlineJobSettings.load(args);
        Clock clock = Clock.systemUTC();
        settings.mysql().ifPresent(SchemaVersion::checkAtStart);
        StreamExecutionEnvironment env = environment();
        CheckpointCheck.check(env.getConfiguration(), settings.kafka()).ifPresent(LOG::warn);
        KlinePipeline.define(
                env,
                pipeline(settings),
                Sources.kafka(settings, clock),
                Sinks.production(settings, clock));
        env.execute(NAME);
    }

    /**
     * Returns an environment with the settings that the code of the job relies on. Everything that
     * can be tuned is left to Flink's configuration.
     */
    public static StreamExecutionEnvironment environment() {
        Configuration invariants = new Configuration();
        invariants.set(PipelineOptions.GENERIC_TYPES, false);
        invariants.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // no function of the job keeps or changes its input
        invariants.set(PipelineOptions.OBJECT_REUSE, true);
        invariants.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        // a clock that overtakes records in flight would make them late after a restore
        invariants.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        return StreamExecutionEnvironment.getExecutionEnvironment(invariants);
    }

    public static KlinePipeline.Settings pipeline(KlineJobSettings settings) {
        return new KlinePipeline.Settings(
                KlineRules.of(
                                settings.klines().intervals(),
                                settings.klines().allowedLateness().toMillis())
                        .beginningAt(settings.kafka().startOffset().timestampMs()),
                settings.klines().liveInterval().toMillis(),
                settings.relay().map(RelaySettings::tapeTrades).orElse(0),
                settings.smartMoney().map(SmartMoneySettings::rules),
                settings.ingest().parallelism(),
                settings.klines().parallelism());
    }
}
