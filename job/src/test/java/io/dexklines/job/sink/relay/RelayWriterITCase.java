package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.LatestKlines;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every line that the writer sends, to a WebSocket server that comes and goes: what goes beyond
 * {@link RelayWriterContract}.
 */
@Timeout(60)
class RelayWriterITCase {

    private final TestingRelay relay = new TestingRelay();
    private final List<RelayPublisher<KlineUpdates>> publishers = new ArrayList<>();
    private final LatestKlines latest = new LatestKlines(1000);
    private RelayWriter<KlineUpdates, KlineUpdates> writer;

    @BeforeEach
    void startRelay() throws Exception {
        relay.start();
    }

    @AfterEach
    void closeAll() {
        writer.close();
        relay.close();
    }

    @Test
    void klinesArriveInTheFormOfTheContract() throws Exception {
        connect();

        writer.write(updates(PEPE, closed(0, 5), open(1, 1)), null);

        awaitPatiently(() -> relay.lines().size() == 2);
        assertThat(relay.lines()).containsExactly(lines(closed(0, 5), open(1, 1)));
    }

    @Test
    void aLargeBacklogOfAPairArrivesWhole() throws Exception {
        relay.stop();
        connect();
        Kline[] backlog = new Kline[1000];
        for (int minute = 0; minute < backlog.length; minute++) {
            backlog[minute] = closed(minute, 1);
        }

        writer.write(updates(PEPE, backlog), null);
        relay.start();
        writer.flush(true);

        awaitPatiently(() -> relay.lines().size() == 1000);
        assertThat(relay.lines()).containsExactlyInAnyOrder(lines(backlog));
    }

    @Test
    void anEmptyRelayGetsTheOpenAndTheLastClosedKlinesAgain() throws Exception {
        connect();
        writer.write(updates(PEPE, closed(0, 1), closed(1, 2), closed(2, 3), open(3, 4)), null);
        awaitPatiently(() -> relay.lines().size() == 4);

        relay.stop();
        relay.start();

        awaitPatiently(() -> relay.lines().size() == 3);
        assertThat(relay.lines())
                .containsExactlyInAnyOrder(lines(closed(1, 2), closed(2, 3), open(3, 4)));
        assertThat(publishers.get(0).connections()).isEqualTo(2);
    }

    @Test
    void whatIsLostOnTheWayIsSentAgain() throws Exception {
        try (CuttableProxy proxy = new CuttableProxy(relay.port())) {
            connect("ws://127.0.0.1:" + proxy.port() + "/publish");
            writer.write(updates(PEPE, closed(0, 1)), null);
            awaitPatiently(() -> relay.lines().size() == 1);

            proxy.swallow();
            for (int minute = 1; minute <= 5; minute++) {
                writer.write(updates(PEPE, closed(minute, 1)), null);
            }
            awaitPatiently(() -> publishers.get(0).linesSent() >= 6);
            proxy.cut();

            awaitPatiently(() -> relay.lines().containsAll(sent(0, 5)));
        }
    }

    private static List<String> sent(int firstMinute, int lastMinute) {
        return IntStream.rangeClosed(firstMinute, lastMinute)
                .mapToObj(minute -> RelayWriterContract.line(PEPE, closed(minute, 1)))
                .toList();
    }

    private void connect() {
        connect(relay.url());
    }

    private void connect(String url) {
        publishers.add(RelayWriterContract.publisher(url, TestingRelay.TOKEN, latest));
        writer = new RelayWriter<>(RelayWriterSink.OfKlines.remembering(latest), publishers);
    }

    private static void awaitPatiently(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static String[] lines(Kline... klines) {
        return Arrays.stream(klines)
                .map(kline -> RelayWriterContract.line(PEPE, kline))
                .toArray(String[]::new);
    }
}
