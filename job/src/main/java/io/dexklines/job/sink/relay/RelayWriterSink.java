package io.dexklines.job.sink.relay;

import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.LatestKlines;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.secret.TlsAuthorities;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A sink that publishes to WebSocket relays; see {@link RelaySink} for its guarantees.
 *
 * @param <I> the type of the input, and of what waits for a relay
 */
abstract class RelayWriterSink<I> implements Sink<I>, SupportsWriterState<I, I> {

    private static final long serialVersionUID = 1L;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final RelaySettings settings;

    RelayWriterSink(RelaySettings settings) {
        this.settings = settings;
    }

    @Override
    public final SinkWriter<I> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    final StatefulSinkWriter<I, I> writer(
            WriterInitContext context,
            Function<I, List<I>> elements,
            Supplier<Outgoing<I>> outgoing,
            List<RelayMetric> metrics,
            Collection<I> unacknowledged)
            throws IOException {
        RelayWriter<I, I> writer = new RelayWriter<>(elements, publishers(settings, outgoing));
        writer.register(context.metricGroup(), metrics);
        writer.restore(unacknowledged);
        return writer;
    }

    /** Returns a publisher for each relay, with a queue of its own. */
    static <T> List<RelayPublisher<T>> publishers(
            RelaySettings settings, Supplier<Outgoing<T>> outgoing) throws IOException {
        // resolved here, so that the token is not part of the job graph
        String token = settings.token().resolve();
        SSLContext tls = new TlsAuthorities(settings.caFile()).context();
        return settings.urls().stream()
                .map(url -> publisher(url, tls, token, outgoing.get()))
                .collect(Collectors.toList());
    }

    private static <T> RelayPublisher<T> publisher(
            String url, SSLContext tls, String token, Outgoing<T> outgoing) {
        return new RelayPublisher<>(
                URI.create(url),
                tls,
                token,
                outgoing,
                Clock.systemUTC(),
                new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom()));
    }

    /** A sink of klines: each relay gets their newest versions. */
    static final class OfKlines extends RelayWriterSink<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        /** The heap that a kline in a queue takes. */
        private static final int BYTES_PER_KLINE = 500;

        private final int latestBytes;
        private final int waitingKlines;

        /** Half of the memory is for the klines to repeat, the other half for all queues. */
        OfKlines(RelaySettings settings) {
            super(settings);
            this.latestBytes = settings.memoryBytes() / 2;
            this.waitingKlines =
                    settings.memoryBytes() / 2 / settings.urls().size() / BYTES_PER_KLINE;
        }

        @Override
        public StatefulSinkWriter<KlineUpdates, KlineUpdates> restoreWriter(
                WriterInitContext context, Collection<KlineUpdates> unacknowledged)
                throws IOException {
            LatestKlines latest = LatestKlines.within(latestBytes);
            unacknowledged.forEach(latest::offerAll);
            return writer(
                    context,
                    remembering(latest),
                    () -> new OutgoingKlines(waitingKlines, latest),
                    RelayMetric.OF_KLINES,
                    unacknowledged);
        }

        @Override
        public SimpleVersionedSerializer<KlineUpdates> getWriterStateSerializer() {
            return new UnacknowledgedSerializer.OfKlines();
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
         * The most sent events that are repeated after a reconnect: those that a relay, when it
         * restarts, may not find in the database yet. A relay remembers more ids than that, so it
         * ignores repeated events.
         */
        private static final int MAX_REPEATED = 500;

        OfEvents(RelaySettings settings) {
            super(settings);
        }

        @Override
        public StatefulSinkWriter<RelayEvent, RelayEvent> restoreWriter(
                WriterInitContext context, Collection<RelayEvent> unacknowledged)
                throws IOException {
            return writer(
                    context,
                    List::of,
                    () -> new OutgoingEvents(MAX_WAITING, MAX_REPEATED),
                    RelayMetric.OF_EVENTS,
                    unacknowledged);
        }

        @Override
        public SimpleVersionedSerializer<RelayEvent> getWriterStateSerializer() {
            return new UnacknowledgedSerializer.OfEvents();
        }
    }
}
