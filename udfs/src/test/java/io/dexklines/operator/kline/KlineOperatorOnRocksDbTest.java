package io.dexklines.operator.kline;

import java.nio.file.Path;

/** Keeps the state on RocksDB, with all pairs in the cache of decoded pairs. */
class KlineOperatorOnRocksDbTest extends KlineOperatorTest {

    @Override
    Path rocks(Path folder) {
        return folder;
    }
}
