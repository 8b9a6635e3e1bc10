package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static io.dexklines.verifier.Records.TOPIC;
import static io.dexklines.verifier.Records.buy;
import static io.dexklines.verifier.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixSearchTest {

    private static final Span HOUR = new Span("1h");
    private static final KlineKey KEY = new KlineKey(Records.PAIR, "1h", MONDAY);
    private static final int PARTITIONS = 4;

    /** With four partitions, there are 1.6 billion combinations. */
    private static final int RECORDS = 200;

    @Test
    void everyPlaceInEveryPartitionIsFoundAndNothingBetween() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<List<Entry>> partitions = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<Entry> entries = new ArrayList<>();
            for (int offset = 0; offset < RECORDS; offset++) {
                entries.addAll(entries(partition, offset, random));
            }
            partitions.add(entries);
        }
        List<Entry> tail = partitions.stream().flatMap(List::stream).toList();
        List<Swap> base =
                entries(0, 1_000, random).stream().map(e -> e.swap().orElseThrow()).toList();

        List<Swap> held = new ArrayList<>(base);
        for (List<Entry> entries : partitions) {
            int places = random.nextInt(RECORDS + 1);
            entries.stream()
                    .filter(entry -> entry.offset() < places)
                    .forEach(entry -> held.add(entry.swap().orElseThrow()));
        }
        assertThat(new PrefixSearch(row(held), HOUR, base, tail).finds()).isTrue();

        // a record that is not the next of its partition
        List<Swap> torn = new ArrayList<>(base);
        torn.add(partitions.get(2).get(2).swap().orElseThrow());
        torn.add(partitions.get(2).get(3).swap().orElseThrow());
        assertThat(new PrefixSearch(row(torn), HOUR, base, tail).finds()).isFalse();
    }

    @Test
    void aRowWithFewerTradesThanTheCutIsNeverRight() {
        List<Swap> base =
                entries(0, 0, new Random(1)).stream().map(e -> e.swap().orElseThrow()).toList();

        assertThat(new PrefixSearch(row(base.subList(0, 1)), HOUR, base, List.of()).finds())
                .isFalse();
        assertThat(new PrefixSearch(row(base), HOUR, base, List.of()).finds()).isTrue();
    }

    /** A record of two trades. */
    private static List<Entry> entries(int partition, long offset, Random random) {
        String tx = partition + "-" + offset;
        return new RecordReader(Records.CHAINS)
                .entries(
                        TOPIC,
                        partition,
                        offset,
                        0,
                        record(
                                buy(tx, MONDAY + offset, 1 + random.nextDouble(), 3),
                                buy(tx + "b", MONDAY + offset, 1 + random.nextDouble(), 3)));
    }

    private static Row row(List<Swap> swaps) {
        Kline kline = Kline.of(KEY, HOUR, swaps);
        Map<Column, Object> values = new EnumMap<>(Column.class);
        for (Column column : List.of(Column.VOLUME_USD, Column.TRADES, Column.HIGH, Column.OPEN)) {
            values.put(column, column.of(kline));
        }
        return new Row(KEY, values, Optional.empty());
    }
}
