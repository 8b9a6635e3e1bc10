package io.dexklines.relay.api;

import static io.dexklines.relay.api.FairPool.Admission.ADMITTED;
import static io.dexklines.relay.api.FairPool.Admission.FULL;
import static io.dexklines.relay.api.FairPool.Admission.TOO_MANY_OF_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairPoolTest {

    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    /** Reached when the first task blocks. */
    private final CountDownLatch blocks = new CountDownLatch(1);

    private FairPool pool;

    @AfterEach
    void close() {
        mayEnd.countDown();
        pool.close();
    }

    @Test
    void aClientDoesNotOccupyAllThreads() throws InterruptedException {
        pool = new FairPool("test", new FairPool.Limits(2, 1, 100, 100));
        CountDownLatch others = new CountDownLatch(3);
        pool.execute("flood", this::block);
        for (int task = 0; task < 50; task++) {
            assertThat(pool.execute("flood", this::block)).isEqualTo(ADMITTED);
        }

        for (int task = 0; task < 3; task++) {
            pool.execute("other", others::countDown);
        }

        others.await();
        blocks.await();
        assertThat(ran).containsExactly("blocked");
    }

    @Test
    void clientsTakeTurns() throws InterruptedException {
        pool = new FairPool("test", new FairPool.Limits(1, 1, 100, 100));
        CountDownLatch all = new CountDownLatch(9);
        pool.execute("flood", this::block);
        for (int task = 0; task < 6; task++) {
            record("flood", all);
        }
        record("a", all);
        record("a", all);
        record("b", all);

        mayEnd.countDown();
        all.await();

        assertThat(ran)
                .containsExactly(
                        "blocked", "a", "b", "flood", "a", "flood", "flood", "flood", "flood",
                        "flood");
    }

    @Test
    void theQueueIsBoundedInTotalAndForEachClient() {
        pool = new FairPool("test", new FairPool.Limits(1, 1, 5, 3));
        pool.execute("a", this::block);
        List<FairPool.Admission> admissions = new ArrayList<>();
        for (int task = 0; task < 4; task++) {
            admissions.add(pool.execute("a", () -> {}));
        }
        for (int task = 0; task < 3; task++) {
            admissions.add(pool.execute("b", () -> {}));
        }
        admissions.add(pool.execute("c", () -> {}));

        assertThat(admissions)
                .containsExactly(
                        ADMITTED,
                        ADMITTED,
                        ADMITTED,
                        TOO_MANY_OF_CLIENT,
                        ADMITTED,
                        ADMITTED,
                        FULL,
                        FULL);
    }

    @Test
    void aTaskThatFailsFreesItsThread() throws InterruptedException {
        pool = new FairPool("test", new FairPool.Limits(1, 1, 5, 3));
        CountDownLatch next = new CountDownLatch(1);
        pool.execute(
                "a",
                () -> {
                    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                    throw new IllegalStateException("on purpose");
                });
        pool.execute("a", next::countDown);

        next.await();
    }

    private void block() {
        ran.add("blocked");
        blocks.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(String client, CountDownLatch all) {
        pool.execute(
                client,
                () -> {
                    ran.add(client);
                    all.countDown();
                });
    }
}
