package io.dexklines.job.sink.check;

import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;

/** Runs the contract against the store in memory. */
class TestingKlineStoreTest extends KlineReaderContract {

    private final TestingKlineStore store = new TestingKlineStore();

    @Override
    protected KlineReader.Opener readers() {
        return store::open;
    }

    @Override
    protected void put(PairKline kline) {
        store.put(kline);
    }

    @Override
    protected void stop() {
        store.unreachable(true);
    }

    @Override
    protected void start() {
        store.unreachable(false);
    }
}
