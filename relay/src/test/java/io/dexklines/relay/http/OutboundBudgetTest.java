package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class OutboundBudgetTest {

    private final LongAdder waiting = new LongAdder();
    private final OutboundBudget budget = new OutboundBudget(100, waiting);
    private final List<String> closed = new ArrayList<>();

    @Test
    void theConnectionsThatHaveLaggedForTheLongestTimeAreClosedFirst() {
        OutboundBudget.Account caughtUp = account("caught up");
        caughtUp.hold(30);
        OutboundBudget.Account slowest = account("slowest");
        slowest.hold(10);
        OutboundBudget.Account slow = account("slow");
        slow.hold(20);
        caughtUp.hold(0);
        caughtUp.hold(30);
        assertThat(closed).isEmpty();

        account("newest").hold(41);

        assertThat(closed).containsExactly("slowest", "slow");
        assertThat(waiting.sum()).isEqualTo(101);
    }

    @Test
    void aConnectionThatIsBeingClosedIsNotCountedTwice() {
        OutboundBudget.Account first = account("first");
        first.hold(60);
        account("second").hold(50);
        assertThat(closed).containsExactly("first");

        // the first has not returned its bytes yet
        account("third").hold(10);
        assertThat(closed).containsExactly("first");

        first.hold(0);
        assertThat(waiting.sum()).isEqualTo(60);
        account("fourth").hold(50);
        assertThat(closed).containsExactly("first", "second");
    }

    @Test
    void whatAConnectionStillGathersWhileItIsBeingClosedCostsNoOther() {
        OutboundBudget.Account first = account("first");
        first.hold(60);
        OutboundBudget.Account second = account("second");
        second.hold(50);
        assertThat(closed).containsExactly("first");

        first.hold(500);
        second.hold(90);
        assertThat(closed).containsExactly("first");

        first.hold(0);
        second.hold(101);
        assertThat(closed).containsExactly("first", "second");
    }

    @Test
    void oneThatHoldsMoreThanTheBudgetIsClosed() {
        account("greedy").hold(101);

        assertThat(closed).containsExactly("greedy");
    }

    private OutboundBudget.Account account(String name) {
        return budget.open(() -> closed.add(name));
    }
}
