package io.dexklines.operator.kline;

/** Keeps the state on RocksDB, with a cache that is full with one decoded pair. */
class KlineOperatorWithOneHotPairTest extends KlineOperatorOnRocksDbTest {

    @Override
    int maxHotPairs() {
        return 1;
    }
}
