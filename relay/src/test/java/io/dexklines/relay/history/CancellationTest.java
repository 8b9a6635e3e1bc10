package io.dexklines.relay.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private long nanos = Long.MAX_VALUE - 10;
    private final Cancellation cancellation = Cancellation.after(50, () -> nanos);
    private final AtomicInteger aborted = new AtomicInteger();

    @Test
    void aQueryEndsAfterItsDeadline() {
        nanos += TimeUnit.MILLISECONDS.toNanos(50);
        cancellation.check();
        assertThat(cancellation.remainingMs()).isZero();

        nanos += TimeUnit.MILLISECONDS.toNanos(1);

        assertThatThrownBy(cancellation::check)
                .hasMessage("the query ended: DEADLINE")
                .isInstanceOf(QueryEndedException.class);
    }

    @Test
    void cancellingAbortsWhatAStoreDoesOnceAndOnlyWhileItAnswers() {
        cancellation.abortBy(aborted::incrementAndGet);
        cancellation.cancel();
        cancellation.cancel();
        assertThat(aborted).hasValue(1);
        assertThatThrownBy(cancellation::check).hasMessage("the query ended: CANCELLED");
        assertThatThrownBy(() -> cancellation.abortBy(aborted::incrementAndGet))
                .as("the next store is not asked")
                .isInstanceOf(QueryEndedException.class);

        Cancellation answered = Cancellation.never();
        answered.abortBy(aborted::incrementAndGet);
        answered.answered();
        answered.cancel();
        assertThat(aborted).hasValue(1);
        assertThat(answered.isCancelled()).isTrue();
    }
}
