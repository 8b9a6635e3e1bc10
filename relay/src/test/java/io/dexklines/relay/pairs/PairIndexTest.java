package io.dexklines.relay.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairIndexTest {

    private static final String ALPHABET = "abc012xyz_é\u20ac\ud83d\ude00";

    @Test
    void everyResultEqualsThatOfComparingAllTexts() {
        long seed = System.nanoTime();
        System.out.println("PairIndexTest seed " + seed);
        Random random = new Random(seed);
        List<PairSummary> pairs = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        PairIndex index = PairIndex.EMPTY;
        for (int round = 0; round < 200; round++) {
            change(random, pairs, texts);
            index = new PairIndex(pairs, texts, index);
            for (int search = 0; search < 20; search++) {
                String chain = random.nextInt(4) == 0 ? "1" : null;
                List<String> words =
                        IntStream.range(0, random.nextInt(4))
                                .mapToObj(word -> text(random, 1 + random.nextInt(4)))
                                .toList();
                PairOrder order = PairOrder.values()[random.nextInt(PairOrder.values().length)];
                int offset = random.nextInt(10);
                int limit = 1 + random.nextInt(50);

                PairIndex.Found found =
                        index.find(
                                new PairFilter(chain, words),
                                order,
                                offset,
                                limit,
                                Cancellation.never());

                List<PairSummary> expected =
                        IntStream.range(0, pairs.size())
                                .filter(pair -> words.stream().allMatch(texts.get(pair)::contains))
                                .mapToObj(pairs::get)
                                .filter(pair -> chain == null || pair.key().chainId().equals(chain))
                                .sorted(order.comparator())
                                .toList();
                assertThat(found.total()).isEqualTo(expected.size());
                assertThat(found.pairs())
                        .isEqualTo(expected.stream().skip(offset).limit(limit).toList());
            }
        }
    }

    /** Appends some pairs and sometimes removes some. */
    private static void change(Random random, List<PairSummary> pairs, List<String> texts) {
        for (int added = random.nextInt(12); added > 0; added--) {
            Pair key = new Pair(random.nextBoolean() ? "1" : "56", "0x" + random.nextLong());
            String text = text(random, 20);
            pairs.add(
                    new PairSummary(
                            key,
                            new PairLabels("", "", text, ""),
                            new DayStatistics(1, 1, 1, 1, random.nextInt(5), random.nextInt(5))));
            texts.add(text);
        }
        if (random.nextInt(5) == 0 && !pairs.isEmpty()) {
            int removed = random.nextInt(pairs.size());
            pairs.remove(removed);
            texts.remove(removed);
        }
    }

    private static String text(Random random, int length) {
        return random.ints(length, 0, ALPHABET.length())
                .collect(
                        StringBuilder::new,
                        (text, at) -> text.append(ALPHABET.charAt(at)),
                        StringBuilder::append)
                .toString();
    }

    @Test
    void aSearchEndsWhenNobodyWaitsForIt() {
        List<PairSummary> pairs =
                List.of(new PairSummary(new Pair("1", "0xa"), PairLabels.UNKNOWN, null));
        PairIndex index = new PairIndex(pairs, List.of("0xa"), PairIndex.EMPTY);
        Cancellation cancellation = Cancellation.never();
        cancellation.cancel();

        assertThatThrownBy(
                        () ->
                                index.find(
                                        PairFilter.of(null, "a"),
                                        PairOrder.VOLUME,
                                        0,
                                        1,
                                        cancellation))
                .isInstanceOf(QueryEndedException.class);
    }
}
