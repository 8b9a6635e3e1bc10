package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

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
}
