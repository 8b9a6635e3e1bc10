package io.dexklines.job.sink;

import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.smartmoney.SmartMoney;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.PairTape;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Everything that the job computes, as streams.
 *
 * @param klines the klines that changed; all klines of a pair are on one subtask, in order
 * @param tape the newest trades of each pair, on the subtask of its klines; empty if they are not
 *     published
 * @param excluded every trade that is not counted, with the reason
 * @param smartMoney the hits, notifications and clusters; empty if smart money is disabled
 */
public record Results(
        DataStream<KlineUpdates> klines,
        Optional<DataStream<PairTape>> tape,
        DataStream<ExcludedTrade> excluded,
        Optional<SmartMoney> smartMoney) {}
