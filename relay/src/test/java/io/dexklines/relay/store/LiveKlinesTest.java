package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.Publication;
import io.dexklines.relay.stream.StreamHub;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class LiveKlinesTest {

    private static final KlineSeries SERIES = KlineSeries.of("1", "0xab", Interval.ONE_MINUTE);

    private static final String OF_FORMER_JOB =
            "\"t\":60000,\"o\":\"1.5\",\"c\":\"2\",\"h\":\"3\",\"l\":\"1\",\"v\":\"10\",\"n\":5,"
                    + "\"x\":false,\"q\":\"20.25\",\"V\":\"4\",\"Q\":\"8\"";

    private final StreamHub hub = new StreamHub(1 << 20, new RelayMetrics());
    private final LongAdder malformed = new LongAdder();
    private final LiveKlines live = new LiveKlines(hub, malformed);

    @Test
    void aPublishedKlineHasAllComponents() {
        publish(
                OF_FORMER_JOB
                        + ",\"mo\":\"100\",\"mh\":\"400\",\"ml\":\"50\",\"mc\":\"200\",\"nb\":2,"
                        + "\"tf\":61000,\"tl\":119000");

        assertThat(read())
                .containsExactly(
                        new PastKline(
                                60,
                                1.5,
                                3,
                                1,
                                2,
                                new PastKline.MarketCap(100, 400, 50, 200),
                                20.25,
                                10,
                                new PastKline.BuyVolume(8, 4),
                                5,
                                new PastKline.Sides(2, 3),
                                new PastKline.TradeTimes(61, 119),
                                false));
    }

    @Test
    void aKlineOfAFormerJobLacksWhatThatJobDidNotSend() {
        publish(OF_FORMER_JOB);

        assertThat(read())
                .containsExactly(
                        new PastKline(
                                60,
                                1.5,
                                3,
                                1,
                                2,
                                null,
                                20.25,
                                10,
                                new PastKline.BuyVolume(8, 4),
                                5,
                                null,
                                null,
                                false));
    }

    @Test
    void aKlineThatCannotBeReadIsSkippedAndCounted() {
        publish(OF_FORMER_JOB + ",\"mo\":\"100\",\"mh\":\"NaN\",\"ml\":\"50\",\"mc\":\"200\"");

        assertThat(read()).isEmpty();
        assertThat(malformed.sum()).isEqualTo(1);
    }

    private List<PastKline> read() {
        return live.read(SERIES, new Window(0, 1_000, 10, Window.End.NEWEST), Cancellation.never());
    }

    private void publish(String members) {
        byte[] data =
                ("{\"e\":\"kline\",\"k\":{" + members + "}}").getBytes(StandardCharsets.UTF_8);
        Publication kline =
                new Publication(
                        SERIES.stream(), data, new KlineVersion(60_000, 5, false, 0), null, null);
        hub.publish(List.of(List.of(kline)), () -> {});
    }
}
