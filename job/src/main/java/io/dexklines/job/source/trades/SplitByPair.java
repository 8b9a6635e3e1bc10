package io.dexklines.job.source.trades;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.decode.DecodedRecord;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Splits a record into one batch for each of its pairs, so that fewer elements are shuffled. Counts
 * the trades and the excluded entries; see {@link IngestMetric}.
 */
final class SplitByPair extends ProcessFunction<DecodedRecord, PairSwaps> {

    /** The side output of the entries that the decoder excluded. */
    static final OutputTag<ExcludedTrade> EXCLUDED =
            new OutputTag<>("excluded", Types.POJO(ExcludedTrade.class));

    /** The side output of all valid swaps, one batch for each record. */
    static final OutputTag<TradeBatch> BATCHES =
            new OutputTag<>("batches", CodecTypeInfo.TRADE_BATCH);

    private static final long serialVersionUID = 1L;

    private transient Map<String, Counter> tradesDecoded;
    private transient Map<ExclusionReason, Counter> tradesExcluded;
    private transient Counter labelsDropped;

    @Override
    public void open(OpenContext context) {
        tradesDecoded = new HashMap<>();
        tradesExcluded = new EnumMap<>(ExclusionReason.class);
        labelsDropped =
                getRuntimeContext()
                        .getMetricGroup()
                        .counter(IngestMetric.LABELS_DROPPED.metricName());
        for (ExclusionReason reason : ExclusionReason.values()) {
            if (reason.compareTo(ExclusionReason.FUTURE) <= 0) {
                tradesExcluded.put(
                        reason,
                        counter(IngestMetric.TRADES_EXCLUDED, IngestMetric.REASON, reason.text()));
            }
        }
    }

    private Counter counter(IngestMetric metric, String key, String value) {
        return getRuntimeContext()
                .getMetricGroup()
                .addGroup(key, value)
                .counter(metric.metricName());
    }

    @Override
    public void processElement(DecodedRecord record, Context context, Collector<PairSwaps> out) {
        tradesDecoded
                .computeIfAbsent(
                        record.topic(),
                        topic -> counter(IngestMetric.TRADES_DECODED, IngestMetric.TOPIC, topic))
                .inc(record.trades().size());
        labelsDropped.inc(record.labelsDropped());
        for (ExcludedTrade excluded : record.excluded()) {
            tradesExcluded.get(excluded.reason()).inc();
            context.output(EXCLUDED, excluded);
        }
        if (!record.trades().isEmpty()) {
            context.output(
                    BATCHES,
                    new TradeBatch(
                            record.topic(), record.partition(), record.offset(), record.trades()));
        }
        split(record).forEach(out::collect);
    }

    /** Returns the batches of a record, in the order in which their pairs appear. */
    static List<PairSwaps> split(DecodedRecord record) {
        Map<Pair, Batch> batches = new LinkedHashMap<>();
        for (Trade trade : record.trades()) {
            batches.computeIfAbsent(
                            new Pair(trade.chainId(), trade.pairAddress()), pair -> new Batch())
                    .add(trade);
        }
        List<PairSwaps> split = new ArrayList<>(batches.size());
        batches.forEach(
                (pair, batch) ->
                        split.add(
                                new PairSwaps(
                                        pair,
                                        batch.labels,
                                        record.topic(),
                                        record.partition(),
                                        record.offset(),
                                        batch.swaps)));
        return split;
    }

    private static final class Batch {
        private final List<Swap> swaps = new ArrayList<>(2);
        private TradePosition labelsFrom;
        private PairLabels labels;

        void add(Trade trade) {
            swaps.add(Swap.of(trade));
            if (labelsFrom == null || trade.position().compareTo(labelsFrom) > 0) {
                labelsFrom = trade.position();
                labels = trade.labels();
            }
        }
    }
}
