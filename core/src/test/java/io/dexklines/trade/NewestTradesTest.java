package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.SwapBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewestTradesTest {

    private static final Pair PAIR = new Pair("56", "0xab");

    private final NewestTrades newest = new NewestTrades(3);

    @Test
    void keepsAllTradesUpToTheLimitInTheirOrder() {
        newest.add(trade(2));
        newest.add(trade(1));
        newest.add(trade(3));

        assertThat(newest.tape(PAIR))
                .isEqualTo(new PairTape(PAIR, 0, List.of(trade(1), trade(2), trade(3))));
    }

    @Test
    void leavesOutTheOldestInWhateverOrderTheyArrive() {
        for (int seconds : new int[] {5, 1, 4, 2, 3}) {
            newest.add(trade(seconds));
        }

        assertThat(newest.tape(PAIR))
                .isEqualTo(new PairTape(PAIR, 2, List.of(trade(3), trade(4), trade(5))));
        assertThat(newest.size()).isEqualTo(3);
    }

    @Test
    void tapesThatWaitBecomeOneThatCountsWhatEachLeftOut() {
        newest.add(new PairTape(PAIR, 7, List.of(trade(1), trade(2))));
        newest.add(new PairTape(PAIR, 0, List.of(trade(3))));
        newest.add(new PairTape(PAIR, 1, List.of(trade(5), trade(6))));

        assertThat(newest.tape(PAIR))
                .isEqualTo(new PairTape(PAIR, 10, List.of(trade(3), trade(5), trade(6))));
    }

    @Test
    void aTapeThatIsTakenDoesNotChange() {
        newest.add(trade(1));
        PairTape taken = newest.tape(PAIR);

        newest.add(trade(2));

        assertThat(taken.trades()).containsExactly(trade(1));
    }

    private static Swap trade(long seconds) {
        return SwapBuilder.at(seconds).swap();
    }
}
