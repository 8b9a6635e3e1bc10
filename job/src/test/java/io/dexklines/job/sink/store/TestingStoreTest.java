package io.dexklines.job.sink.store;

import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.util.List;

/** Runs the contract against the store in memory. */
class TestingStoreTest extends StoreWriterContract {

    @Override
    protected Store store() {
        TestingStore memory = new TestingStore();
        return new Store() {

            @Override
            public StoreWriter<PairKline> writer(long remembered) {
                return memory.writer(remembered);
            }

            @Override
            public List<Long> trades(PairKline ofPair) {
                return memory.klines().entrySet().stream()
                        .filter(held -> held.getKey().startsWith(ofPair.pair().address() + '/'))
                        .map(held -> held.getValue().trades())
                        .toList();
            }

            @Override
            public PairKline refused() {
                Pair pair = new Pair("1", "0xrefused");
                Kline kline = SampleKlines.open(0, 1);
                memory.refuse(row -> row.pair().equals(pair));
                return new PairKline(pair, kline);
            }

            @Override
            public void setBack() {
                memory.setBack();
            }
        };
    }
}
