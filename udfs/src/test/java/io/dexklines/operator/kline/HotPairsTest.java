package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.PairKlines;
import io.dexklines.kline.SwapBuilder;
import io.dexklines.trade.Pair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.junit.jupiter.api.Test;

class HotPairsTest {

    private static final KlineRules RULES = KlineRules.of(List.of(Interval.ONE_MINUTE), 0);
    private static final Pair FIRST = new Pair("56", "0x1");
    private static final Pair SECOND = new Pair("56", "0x2");
    private static final Pair THIRD = new Pair("56", "0x3");

    private final KeyedState state = new KeyedState();

    @Test
    void aHotPairIsReadAndWrittenOnce() throws Exception {
        HotPairs pairs = twoHot();

        for (int i = 0; i < 100; i++) {
            trades(pairs, FIRST);
        }
        assertThat(state.accesses).containsExactly("read 0x1");
        pairs.writeBack();
        pairs.writeBack();

        assertThat(state.accesses).containsExactly("read 0x1", "write 0x1");
        assertThat(state.trades(FIRST)).isEqualTo(100);
    }

    @Test
    void thePairThatWasUsedLeastRecentlyIsWrittenUnderItsOwnKeyAndLeaves() throws Exception {
        HotPairs pairs = twoHot();
        trades(pairs, FIRST);
        trades(pairs, SECOND);
        trades(pairs, FIRST);
        state.accesses.clear();

        trades(pairs, THIRD);

        assertThat(state.accesses).containsExactly("read 0x3", "evict 0x2", "write 0x2");
        assertThat(state.getCurrentKey()).isEqualTo(THIRD);
        trades(pairs, SECOND);
        assertThat(state.accesses).endsWith("read 0x2", "evict 0x1", "write 0x1");
        pairs.writeBack();
        assertThat(state.trades(FIRST)).isEqualTo(2);
        assertThat(state.trades(SECOND)).isEqualTo(2);
        assertThat(state.trades(THIRD)).isEqualTo(1);
    }

    @Test
    void aPairThatDidNotChangeLeavesWithoutAWrite() throws Exception {
        HotPairs pairs = twoHot();
        trades(pairs, FIRST);
        trades(pairs, SECOND);
        pairs.writeBack();
        state.accesses.clear();

        trades(pairs, THIRD);

        assertThat(state.accesses).containsExactly("read 0x3");
    }

    @Test
    void anUpdateOfAPairThatIsNotInTheCacheDrivesNoneOut() throws Exception {
        HotPairs pairs = twoHot();
        trades(pairs, FIRST);
        trades(pairs, SECOND);
        trades(pairs, THIRD);
        state.accesses.clear();

        state.setCurrentKey(FIRST);
        pairs.update(FIRST, pairs.get(FIRST));
        state.setCurrentKey(SECOND);
        pairs.update(SECOND, pairs.get(SECOND));

        assertThat(state.accesses).containsExactly("read 0x1", "write 0x1");
    }

    @Test
    void aPairThatIsRemovedIsNeitherWrittenNorFound() throws Exception {
        HotPairs pairs = twoHot();
        trades(pairs, FIRST);
        pairs.writeBack();
        trades(pairs, FIRST);

        pairs.remove(FIRST);
        pairs.writeBack();

        assertThat(pairs.get(FIRST)).isNull();
        assertThat(state.encoded).isEmpty();
    }

    @Test
    void withoutACacheEveryAccessIsOneOfTheState() throws Exception {
        HotPairs pairs = new HotPairs(state, 0, state, this::evicted);

        trades(pairs, FIRST);
        trades(pairs, FIRST);

        assertThat(state.accesses)
                .containsExactly("read 0x1", "write 0x1", "read 0x1", "write 0x1");
    }

    private HotPairs twoHot() {
        HotPairs[] pairs = new HotPairs[1];
        pairs[0] =
                new HotPairs(
                        state,
                        2,
                        state,
                        (key, klines) -> {
                            evicted(key, klines);
                            pairs[0].update(key, klines);
                        });
        return pairs[0];
    }

    private void evicted(Pair key, PairKlines klines) {
        assertThat(state.getCurrentKey()).isEqualTo(key);
        state.accesses.add("evict " + key.address());
    }

    private long time;

    private void trades(HotPairs pairs, Pair key) throws Exception {
        state.setCurrentKey(key);
        PairKlines held = pairs.get(key);
        PairKlines klines = held == null ? new PairKlines() : held;
        klines.add(key, SwapBuilder.at(60).identity(++time).swap(), RULES, 0);
        pairs.put(key, klines);
    }

    /** Keyed state that encodes, as RocksDB does, and records every access. */
    private static final class KeyedState implements ValueState<PairKlines>, KeyContext {

        private final Map<Object, byte[]> encoded = new HashMap<>();
        private final List<String> accesses = new ArrayList<>();
        private Pair key;

        @Override
        public PairKlines value() throws IOException {
            accesses.add("read " + key.address());
            return decoded(key);
        }

        @Override
        public void update(PairKlines klines) throws IOException {
            accesses.add("write " + key.address());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            klines.write(new DataOutputStream(bytes));
            encoded.put(key, bytes.toByteArray());
        }

        @Override
        public void clear() {
            encoded.remove(key);
        }

        @Override
        public void setCurrentKey(Object newKey) {
            key = (Pair) newKey;
        }

        @Override
        public Object getCurrentKey() {
            return key;
        }

        /** Returns how many trades of a pair the state has. */
        long trades(Pair pair) throws IOException {
            return decoded(pair).takeChanged(RULES, 0).get(0).trades();
        }

        private PairKlines decoded(Pair pair) throws IOException {
            byte[] bytes = encoded.get(pair);
            return bytes == null
                    ? null
                    : PairKlines.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        }
    }
}
