package io.dexklines.relay.subscribe;

import static io.dexklines.relay.subscribe.ConnectionQuota.Admission.ADMITTED;
import static io.dexklines.relay.subscribe.ConnectionQuota.Admission.TOO_MANY;
import static io.dexklines.relay.subscribe.ConnectionQuota.Admission.TOO_MANY_FROM_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionQuotaTest {

    @Test
    void connectionsAreLimitedPerAddressAndInTotal() {
        ConnectionQuota quota = new ConnectionQuota(3, 2);

        assertThat(quota.acquire("a")).isEqualTo(ADMITTED);
        assertThat(quota.acquire("a")).isEqualTo(ADMITTED);
        assertThat(quota.acquire("a")).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(quota.acquire("b")).isEqualTo(ADMITTED);
        assertThat(quota.acquire("c")).isEqualTo(TOO_MANY);

        quota.release("a");
        assertThat(quota.acquire("a")).isEqualTo(ADMITTED);
        assertThat(quota.acquire("c")).isEqualTo(TOO_MANY);
    }
}
