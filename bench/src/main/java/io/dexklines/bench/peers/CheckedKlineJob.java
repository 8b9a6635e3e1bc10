package io.dexklines.bench.peers;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.peer.KlineFile;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * This project's job with one more sink, which writes all klines to a file for the comparison.
 *
 * <p>Arguments: a folder, then those of the job.
 */
public final class CheckedKlineJob {

    private CheckedKlineJob() {}

    public static void main(String[] args) throws Exception {
        KlineJobSettings settings = KlineJobSettings.load(Arrays.copyOfRange(args, 1, args.length));
        Clock clock = Clock.systemUTC();
        StreamExecutionEnvironment env = KlineJob.environment();
        Sinks sinks = Sinks.production(settings, clock);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                new Sinks(
                        sinks.mysql(),
                        sinks.redis(),
                        sinks.relay(),
                        results -> writeFile(results, args[0]),
                        sinks.excluded(),
                        sinks.alerts()));
        env.execute(KlineJob.NAME);
    }

    private static void writeFile(Results results, String folder) {
        results.klines().sinkTo(new Files(folder)).name("File of klines").uid("kline-file");
    }

    /** A sink that writes klines to a file of its own. */
    private static final class Files implements Sink<KlineUpdates> {

        private static final long serialVersionUID = 1;

        private final String folder;

        Files(String folder) {
            this.folder = folder;
        }

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
            KlineFile file = KlineFile.in(Path.of(folder));
            return new SinkWriter<>() {
                @Override
                public void write(KlineUpdates updates, Context time) {
                    for (Kline kline : updates.klines()) {
                        file.append(plain(updates.pair().text(), kline));
                    }
                }

                @Override
                public void flush(boolean endOfInput) {
                    // every kline is written at once
                }

                @Override
                public void close() {
                    file.close();
                }
            };
        }
    }

    private static io.dexklines.peer.Kline plain(String pair, Kline kline) {
        io.dexklines.peer.Kline plain = new io.dexklines.peer.Kline();
        plain.pair = pair;
        plain.interval = kline.interval().code();
        plain.openTimeMs = kline.openTimeMs();
        plain.open = kline.open();
        plain.high = kline.high();
        plain.low = kline.low();
        plain.close = kline.close();
        plain.mcapOpen = kline.mcapOpen();
        plain.mcapHigh = kline.mcapHigh();
        plain.mcapLow = kline.mcapLow();
        plain.mcapClose = kline.mcapClose();
        plain.volumeUsd = kline.volumeUsd();
        plain.volumeToken = kline.volumeToken();
        plain.buyVolumeUsd = kline.buyVolumeUsd();
        plain.buyVolumeToken = kline.buyVolumeToken();
        plain.trades = kline.trades();
        plain.buys = kline.buys();
        return plain;
    }
}
