package io.dexklines.job.sink.relay;

import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.LatestKlines;
import io.dexklines.kline.KlineUpdates;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A sink that publishes to WebSocket relays; see {@link RelaySink} for its guarantees.
 *
 * @param <I> the type of the input
 */
abstract class RelayWriterSink<I> implements Sink<I> {

    private static final long serialVersionUID = 1L;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final RelaySettings settings;

    RelayWriterSink(RelaySettings settings) {
        this.settings = settings;
    }

    final <T> SinkWriter<I> writer(
            WriterInitContext context,
            Function<I, List<T>> elements,
            Supplier<Outgoing<T>> outgoing,
            List<RelayMetric> metrics) {
        // resolved here, so that the token is not part of the job graph
        String token = settings.token().resolve();
        RelayWriter<I, T> writer =
                new RelayWriter<>(
                        elements,
                        settings.urls().stream()
                                .map(url -> publisher(url, token, outgoing.get()))
                                .collect(Collectors.toList()));
        writer.register(context.metricGroup(), metrics);
        return writer;
    }

    private static <T> RelayPublisher<T> publisher(String url, String token, Outgoing<T> outgoing) {
        return new RelayPublisher<>(
                URI.create(url),
                token,
                outgoing,
                Clock.systemUTC(),
                new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom()));
    }

    /** A sink of klines: each relay gets their newest versions. */
    static final class OfKlines extends RelayWriterSink<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        /** The most klines in the queue of an unreachable relay. */
        private static final int WAITING = 50_000;

        /** The most pairs and intervals with klines to repeat; each takes about a kilobyte. */
        private static final int REMEMBERED_SERIES = 100_000;

        OfKlines(RelaySettings settings) {
            super(settings);
        }

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
            LatestKlines latest = new LatestKlines(REMEMBERED_SERIES);
            return writer(
                    context,
                    remembering(latest),
                    () -> new OutgoingKlines(WAITING, latest),
                    RelayMetric.OF_KLINES);
        }

        /** Returns a function that adds an update to {@code latest} and returns it. */
        static Function<KlineUpdates, List<KlineUpdates>> remembering(LatestKlines latest) {
            return updates -> {
                latest.offerAll(updates);
                return List.of(updates);
            };
        }
    }

    /** A sink of events: each relay gets all of them. */
    static final class OfEvents extends RelayWriterSink<RelayEvent> {

        private static final long serialVersionUID = 1L;

        /** The most events in a queue, about 10 MB. */
        private static final int MAX_WAITING = 10_000;

        /**
         * The most sent events that are repeated after a reconnect. A relay remembers more ids than
         * that, so it ignores repeated events.
         */
        private static final int MAX_REPEATED = 50;

        OfEvents(RelaySettings settings) {
            super(settings);
        }

        @Override
        public SinkWriter<RelayEvent> createWriter(WriterInitContext context) {
            return writer(
                    context,
                    List::of,
                    () -> new OutgoingEvents(MAX_WAITING, MAX_REPEATED),
                    RelayMetric.OF_EVENTS);
        }
    }
}
