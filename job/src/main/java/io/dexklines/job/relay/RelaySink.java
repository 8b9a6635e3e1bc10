package io.dexklines.job.relay;

import io.dexklines.job.board.KlineBoard;
import io.dexklines.job.retry.Backoff;
import io.dexklines.kline.KlineUpdates;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Publishes klines to WebSocket relays; see {@link RelayOutlet} for what that guarantees. */
final class RelaySink implements Sink<KlineUpdates> {

    private static final long serialVersionUID = 1L;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final RelayTarget target;

    RelaySink(RelayTarget target) {
        this.target = target;
    }

    @Override
    public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
        String token = target.token().get();
        KlineBoard board = new KlineBoard(target.rememberedSeries());
        List<RelayPublisher> publishers = new ArrayList<>();
        for (String url : target.urls()) {
            publishers.add(
                    new RelayPublisher(
                            URI.create(url),
                            token,
                            board,
                            new OutgoingKlines(target.waitingKlines()),
                            Clock.systemUTC(),
                            new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom())));
        }
        RelayWriter writer = new RelayWriter(board, publishers);
        writer.register(context.metricGroup());
        return writer;
    }
}
