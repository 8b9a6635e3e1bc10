package io.dexklines.bench;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.SimulatedChain;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Publishes trades at a constant rate, each in a record of its own. All pairs trade in turn. The
 * pairs are spread evenly over chains and, on each chain, over the partitions of its topic. The
 * trades are numbered as {@link TradeFrames} expects them.
 */
final class TradeFeed implements AutoCloseable {

    private static final int PARTITIONS = 4;

    private final TradeFrames frames;
    private final List<SimulatedChain> chains;
    private final int pairs;
    private final PacedProducer producer;

    /** The number of trades that have been published. */
    private long trade;

    /**
     * @param brokers the brokers, whose topics have four partitions
     * @param frames notes when each trade is published
     * @param rate trades per second
     */
    TradeFeed(
            Brokers brokers, TradeFrames frames, List<SimulatedChain> chains, int pairs, int rate) {
        this.frames = frames;
        this.chains = chains;
        this.pairs = pairs;
        this.producer = new PacedProducer("feed", brokers, rate, Map.of(), this::publish);
    }

    /** Returns the stream of the {@code 1m} klines of each pair. */
    static List<String> streams(List<SimulatedChain> chains, int pairs) {
        return IntStream.range(0, pairs)
                .mapToObj(pair -> chain(chains, pair).id() + ":" + address(pair) + "@kline_1m")
                .toList();
    }

    /** Starts a thread that publishes until the feed is closed. */
    void start() {
        producer.start();
    }

    private int publish(PacedProducer to, long dueNs) {
        int pair = (int) (trade % pairs);
        SimulatedChain chain = chain(chains, pair);
        byte[] record = record(chain, pair, trade);
        frames.publishing(trade, System.nanoTime());
        to.send(chain.topic(), pair / chains.size() % PARTITIONS, record);
        trade++;
        return 1;
    }

    private static SimulatedChain chain(List<SimulatedChain> chains, int pair) {
        return chains.get(pair % chains.size());
    }

    private static byte[] record(SimulatedChain chain, int pair, long trade) {
        return String.format(
                        Locale.ROOT,
                        """
                        [{"chain_id":"%s","pair_addr":"%s","tx_hash":"0x%064x","maker":"0x%040x",\
                        "type":"buy","token_amount":"2","base_token_amount":"1","total_usd":"%d",\
                        "token_price_usd":"%d","block_num":%d,"block_time":%d}]""",
                        chain.id(),
                        address(pair),
                        trade,
                        trade % 3000,
                        2 * (1 + trade % 7),
                        1 + trade % 7,
                        trade,
                        System.currentTimeMillis() / 1000)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String address(int pair) {
        return String.format(Locale.ROOT, "0x%040x", 0xa11_000 + pair);
    }

    @Override
    public void close() {
        producer.close();
    }
}
