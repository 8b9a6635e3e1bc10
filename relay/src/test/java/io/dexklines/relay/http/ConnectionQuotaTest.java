package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionQuotaTest {

    @Test
    void connectionsAreLimitedInTotal() {
        ConnectionQuota quota = new ConnectionQuota(2, 1);

        assertThat(quota.open()).isTrue();
        assertThat(quota.open()).isTrue();
        assertThat(quota.open()).isFalse();

        quota.close();
        assertThat(quota.open()).isTrue();
    }

    @Test
    void connectionsAreLimitedForEachClient() {
        ConnectionQuota quota = new ConnectionQuota(100, 2);

        assertThat(quota.acquire("a")).isTrue();
        assertThat(quota.acquire("a")).isTrue();
        assertThat(quota.acquire("a")).isFalse();
        assertThat(quota.acquire("b")).isTrue();

        quota.release("a");
        assertThat(quota.acquire("a")).isTrue();
        assertThat(quota.acquire("a")).isFalse();
    }

    @Test
    void aClientMayOpenHalfAsManyASecondAsItMayHave() {
        long[] nanos = {0};
        ConnectionQuota quota = new ConnectionQuota(1_000, 100, () -> nanos[0]);

        assertThat(opened(quota, "a")).isEqualTo(200);
        assertThat(opened(quota, "b")).as("another client").isEqualTo(200);
        nanos[0] += TimeUnit.SECONDS.toNanos(1);
        assertThat(opened(quota, "a")).isEqualTo(50);

        // those that were refused have no place
        nanos[0] += TimeUnit.SECONDS.toNanos(60);
        for (int i = 0; i < 100; i++) {
            assertThat(quota.acquireNew("a")).isTrue();
        }
        assertThat(quota.acquireNew("a")).isFalse();
    }

    /** Opens connections, closes each at once, and returns how many were admitted. */
    private static int opened(ConnectionQuota quota, String client) {
        int opened = 0;
        for (int i = 0; i < 1_000; i++) {
            if (quota.acquireNew(client)) {
                quota.release(client);
                opened++;
            }
        }
        return opened;
    }
}
