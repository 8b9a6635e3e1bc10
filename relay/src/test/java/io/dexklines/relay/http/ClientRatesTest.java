package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientRatesTest {

    private long nanos = Long.MAX_VALUE - 5;
    private final ClientRates rates = new ClientRates(10, () -> nanos);

    @Test
    void aClientMayAskForTheBurstAndThenForItsRate() {
        assertThat(admitted("a", 100)).isEqualTo(40);
        assertThat(rates.askSeconds("a")).isEqualTo(1);
        assertThat(admitted("b", 100)).as("another client").isEqualTo(40);

        nanos += TimeUnit.SECONDS.toNanos(2);
        assertThat(admitted("a", 100)).isEqualTo(20);

        nanos += TimeUnit.DAYS.toNanos(1);
        assertThat(admitted("a", 100)).isEqualTo(40);
    }

    @Test
    void whatIsChargedLaterDelaysTheNextRequest() {
        assertThat(rates.askSeconds("a")).isZero();
        rates.charge("a", 68);

        assertThat(rates.askSeconds("a")).isEqualTo(3);
        nanos += TimeUnit.SECONDS.toNanos(3);
        assertThat(rates.askSeconds("a")).isZero();
    }

    @Test
    void theClientsThatAskedLastAreRemembered() {
        rates.charge("first", 1_000);
        for (int client = 1; client < ClientRates.MAX_CLIENTS; client++) {
            rates.askSeconds("client " + client);
        }
        assertThat(rates.askSeconds("first")).isPositive();
        for (int client = 0; client < ClientRates.MAX_CLIENTS; client++) {
            rates.askSeconds("other " + client);
        }

        assertThat(rates.askSeconds("first")).isZero();
    }

    private int admitted(String client, int requests) {
        int admitted = 0;
        for (int request = 0; request < requests; request++) {
            admitted += rates.askSeconds(client) == 0 ? 1 : 0;
        }
        return admitted;
    }
}
