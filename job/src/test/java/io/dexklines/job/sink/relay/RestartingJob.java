package io.dexklines.job.sink.relay;

import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.LatestKlines;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.PairKlines;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Swap;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The klines of one pair from several partitions, and a writer to a relay. Can be killed, after
 * which it continues from its last checkpoint and reads the partitions in another order.
 */
final class RestartingJob implements AutoCloseable {

    private final Pair pair;
    private final KlineRules rules;
    private final List<List<Swap>> partitions;
    private final CuttableProxy proxy;
    private final SplittableRandom random;

    private PairKlines klines = new PairKlines();
    private int[] read;
    private PairKlines checkpointKlines = new PairKlines();
    private int[] checkpointRead;
    private List<KlineUpdates> checkpointUnacknowledged = List.of();

    private RelayPublisher<KlineUpdates> publisher;
    private RelayWriter<KlineUpdates, KlineUpdates> writer;

    /**
     * @param partitions the trades of each partition, ascending by time; the caller adds to them
     * @param proxy through which the relay is reached
     */
    RestartingJob(
            Pair pair,
            KlineRules rules,
            List<List<Swap>> partitions,
            CuttableProxy proxy,
            SplittableRandom random) {
        this.pair = pair;
        this.rules = rules;
        this.partitions = partitions;
        this.proxy = proxy;
        this.random = random;
        this.read = new int[partitions.size()];
        this.checkpointRead = new int[partitions.size()];
        start();
    }

    private void start() {
        LatestKlines latest = new LatestKlines(1000);
        checkpointUnacknowledged.forEach(latest::offerAll);
        publisher =
                RelayWriterContract.publisher(
                        "ws://127.0.0.1:" + proxy.port() + "/publish",
                        RelayWriterContract.TOKEN,
                        latest,
                        Clock.systemUTC());
        writer =
                new RelayWriter<>(RelayWriterSink.OfKlines.remembering(latest), List.of(publisher));
        writer.restore(checkpointUnacknowledged);
    }

    /** Reads some trades of one partition. */
    void readSome() {
        int partition = random.nextInt(read.length);
        int unread = partitions.get(partition).size() - read[partition];
        for (int trade = Math.min(unread, random.nextInt(1, 40)); trade > 0; trade--) {
            klines.add(
                    pair, partitions.get(partition).get(read[partition]++), rules, watermarkMs());
        }
    }

    boolean hasReadAll() {
        for (int partition = 0; partition < read.length; partition++) {
            if (read[partition] < partitions.get(partition).size()) {
                return false;
            }
        }
        return true;
    }

    /** Emits what changed since the last emission. */
    void emit() {
        List<Kline> changed = klines.takeChanged(rules, watermarkMs());
        klines.dropEnded(rules, watermarkMs());
        if (!changed.isEmpty()) {
            writer.write(new KlineUpdates(pair, PairLabels.UNKNOWN, changed), null);
        }
    }

    /** Returns the time up to which every partition has been read. */
    private long watermarkMs() {
        long earliestMs = Long.MAX_VALUE;
        for (int partition = 0; partition < read.length; partition++) {
            long timeMs =
                    read[partition] == 0
                            ? 0
                            : 1000
                                    * partitions
                                            .get(partition)
                                            .get(read[partition] - 1)
                                            .position()
                                            .blockTimeSeconds();
            earliestMs = Math.min(earliestMs, timeMs);
        }
        return earliestMs - 1;
    }

    /** Waits until the relay has received all that was emitted. */
    void awaitReceived() throws InterruptedException {
        if (!publisher.outgoing().awaitEmpty(60_000)) {
            throw new IllegalStateException("the relay does not take the klines");
        }
    }

    /** Emits everything, as the job does before a barrier, and remembers the state. */
    void checkpoint() {
        emit();
        checkpointUnacknowledged = writer.snapshotState(1);
        checkpointKlines = klines.copy();
        checkpointRead = Arrays.copyOf(read, read.length);
    }

    /**
     * Ends the writer without letting it send anything, and continues from the last checkpoint.
     *
     * @param relayPort where the relay listens
     */
    void kill(int relayPort) throws IOException {
        proxy.cutAndRefuse();
        await().until(() -> !publisher.connected());
        writer.close();
        proxy.target(relayPort);
        klines = checkpointKlines.copy();
        read = Arrays.copyOf(checkpointRead, checkpointRead.length);
        start();
    }

    @Override
    public void close() {
        writer.close();
    }
}
