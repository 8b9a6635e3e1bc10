package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.resume.ResumeException;
import io.dexklines.relay.resume.Resumption;
import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.FrameDeflater;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.relay.stream.TextFrame;
import io.dexklines.relay.token.TokenGrant;
import io.dexklines.relay.token.TokenRefusal;
import io.dexklines.relay.token.TokenRefusedException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one subscriber, with its subscriptions and its {@link Backlog}.
 *
 * <p>Events are written to the channel while it is writable, and queued in the backlog otherwise.
 * They are written as encoded frames and bypass Vert.x' write queue: all events of a delivery are
 * one write and one flush, whose bytes are shared by the subscribers that get the same events.
 *
 * <p>If the subscriber negotiated compression, it gets compressed frames of the events that are
 * delivered to all subscribers at the same time. Events that waited, and the first ones of a
 * subscription, are encoded for this subscriber alone. They are not compressed, so no subscriber
 * can cause more work than the publishers do.
 */
final class SubscriberConnection {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriberConnection.class);

    private static final int WRITE_QUEUE_BYTES = 64 * 1024;
    private static final int MAX_FRAME_BYTES = 32 * 1024;

    /** The bytes of payloads above which a delivery writes before it has collected all of them. */
    private static final int MAX_COLLECTED_BYTES = 16 * 1024;

    private static final short POLICY_VIOLATION = 1008;
    private static final short MESSAGE_TOO_BIG = 1009;
    private static final short TRY_AGAIN_LATER = 1013;

    private final SubscriberRegistry registry;
    private final ServerWebSocket socket;
    private final ClientConnection client;
    private final ChannelHandlerContext channel;
    private final SubscriberLimits limits;
    private final String bearerToken;
    private final RelayMetrics metrics;

    private final Set<StreamName> streams = new LinkedHashSet<>();

    /** What permits reading the subscribed streams that need a token. */
    private final Map<StreamName, TokenGrant> grants = new HashMap<>();

    /** The streams that go on from a point in the past, by name, also those that have caught up. */
    private final Map<String, Resumption> resumptions = new HashMap<>();

    /** The requests whose streams have not caught up. */
    private final Set<Resuming> resuming = new LinkedHashSet<>();

    /** What is sent before the backlog: stored messages, which stay as they are. */
    private final Deque<StreamEvent> past = new ArrayDeque<>();

    private long pastBytes;

    private final Backlog backlog = new Backlog();
    private final InboundRate rate;

    /** Null unless compression was negotiated. */
    private final FrameDeflater deflater;

    /** The events of the delivery that is in progress; null if there are none. */
    private EventRun collected;

    private MessageForm form;
    private boolean awaitsTurn;

    /** Whether the answer to a request waits for stores. */
    private boolean awaitsPast;

    private boolean wrote;
    private boolean behind;
    private boolean writing;
    private boolean closed;
    private long lastFrameNanos;

    /** The bytes of the backlog that {@link #client} knows of. */
    private long queuedBytes;

    /** The time at which the channel became unwritable. Undefined while it is writable. */
    private long blockedAtNanos;

    /**
     * @param form the form of the messages, which a subscriber can change
     * @param bearerToken the token of the handshake, may be null
     */
    SubscriberConnection(
            SubscriberRegistry registry,
            ServerWebSocket socket,
            ClientConnection client,
            MessageForm form,
            SubscriberLimits limits,
            String bearerToken,
            RelayMetrics metrics) {
        this.registry = registry;
        this.socket = socket;
        this.client = client;
        this.channel = ((WebSocketInternal) socket).channelHandlerContext();
        this.form = form;
        this.limits = limits;
        this.bearerToken = bearerToken;
        this.metrics = metrics;
        this.lastFrameNanos = System.nanoTime();
        this.rate = new InboundRate(limits.maxFramesPerSecond(), lastFrameNanos);
        this.deflater =
                channel.pipeline().get(InflatingDecoder.class) == null ? null : registry.deflater();
    }

    /**
     * @param since from where the streams go on; null for now
     */
    void start(Set<StreamName> initialStreams, Long since) {
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        channel.pipeline().addBefore(channel.name(), "subscriber-writability", new Writability());
        InflatingDecoder inflater = channel.pipeline().get(InflatingDecoder.class);
        if (inflater != null) {
            // a few bytes can inflate to many, so frames are counted before
            inflater.guard(this::admits, () -> fail(new DecoderException("no deflated message")));
        }
        socket.frameHandler(this::receive);
        socket.textMessageHandler(form.isTranslated() ? ignored -> {} : this::answerInTurn);
        socket.exceptionHandler(this::fail);
        Set<StreamName> readable = new LinkedHashSet<>(initialStreams);
        for (StreamName stream : initialStreams) {
            if (stream.needsToken()) {
                try {
                    grants.put(stream, registry.authorise(stream, bearerToken));
                } catch (TokenRefusedException e) {
                    // the token was valid when the handshake began
                    readable.remove(stream);
                    notifyOfEnd(stream, e.refusal());
                }
            }
        }
        Map<StreamName, Long> from = new LinkedHashMap<>();
        if (since != null) {
            readable.stream()
                    .filter(Resumption::hasPast)
                    .forEach(stream -> from.put(stream, since));
            readable.removeAll(from.keySet());
        }
        add(readable);
        if (!from.isEmpty()) {
            resume(
                    from,
                    () -> {},
                    (stream, e) ->
                            reply(Reply.error(stream, e, JsonNodeFactory.instance.nullNode())));
        }
    }

    /** Disconnects a client that sent malformed or oversized frames. */
    private void fail(Throwable e) {
        if (e instanceof DecoderException || e instanceof IllegalStateException) {
            // deferred, since a delivery may be in progress
            registry.execute(
                    () -> closeBeyondLimit(MESSAGE_TOO_BIG, "message too big or malformed"));
        }
    }

    /** Pauses the subscriber's requests while the channel is not writable. */
    private final class Writability extends ChannelInboundHandlerAdapter {
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
            super.channelWritabilityChanged(context);
            if (closed) {
                return;
            }
            if (context.channel().isWritable()) {
                resume();
                drain();
            } else {
                blockedAtNanos = System.nanoTime();
                // replies to further requests would pile up
                socket.pause();
            }
        }
    }

    // ---- requests

    private void receive(WebSocketFrame frame) {
        lastFrameNanos = System.nanoTime();
        if (deflater == null) {
            admits();
        }
    }

    /** Counts a frame. Returns false if the connection closes. */
    private boolean admits() {
        if (!closed && !rate.admits(System.nanoTime())) {
            closeBeyondLimit(POLICY_VIOLATION, "too many requests");
        }
        return !closed;
    }

    /** Answers a message when it is the client's turn, and reads nothing until then. */
    private void answerInTurn(String message) {
        awaitsTurn = true;
        registry.turns()
                .takeMessage(
                        client.name(),
                        message,
                        () -> {
                            awaitsTurn = false;
                            answer(message);
                            resume();
                        });
        if (awaitsTurn) {
            socket.pause();
        }
    }

    /** Reads further requests, unless one waits for its turn or replies would pile up. */
    private void resume() {
        if (!closed && !awaitsTurn && !awaitsPast && isWritable()) {
            socket.resume();
        }
    }

    private void answer(String message) {
        if (closed) {
            return;
        }
        JsonNode id = JsonNodeFactory.instance.nullNode();
        try {
            Request request = Request.parse(message);
            id = request.id();
            answer(request);
        } catch (RequestException e) {
            reply(Reply.error(e, id));
        }
    }

    private void answer(Request request) throws RequestException {
        switch (request.method()) {
            case SUBSCRIBE -> {
                Set<StreamName> named = request.streams();
                Set<StreamName> wanted = new LinkedHashSet<>(named);
                wanted.removeAll(streams);
                requireRoomFor(wanted);
                Map<StreamName, Long> since = request.since(named);
                since.keySet().retainAll(wanted);
                since.keySet().removeIf(stream -> !Resumption.hasPast(stream));
                requirePast(since);
                grants.putAll(authorise(named, request.token()));
                if (since.isEmpty()) {
                    reply(Reply.result(null, request.id()));
                    add(wanted);
                } else {
                    wanted.removeAll(since.keySet());
                    subscribe(wanted, since, request.id());
                }
            }
            case UNSUBSCRIBE -> {
                Set<StreamName> unwanted = request.streams();
                unwanted.retainAll(streams);
                remove(unwanted);
                reply(Reply.result(null, request.id()));
            }
            case LIST_SUBSCRIPTIONS ->
                    reply(
                            Reply.result(
                                    streams.stream().map(StreamName::text).toList(), request.id()));
            case SET_PROPERTY -> {
                request.requirePropertyCombined();
                form = request.propertyValue() ? MessageForm.COMBINED : MessageForm.RAW;
                reply(Reply.result(null, request.id()));
            }
            case GET_PROPERTY -> {
                request.requirePropertyCombined();
                reply(Reply.result(form == MessageForm.COMBINED, request.id()));
            }
        }
    }

    private void requireRoomFor(Set<StreamName> more) throws RequestException {
        int total = streams.size() + more.size();
        if (total > limits.maxStreams()) {
            throw RequestException.invalid(
                    "too many streams, at most %d per connection".formatted(limits.maxStreams()));
        }
        if (!more.isEmpty() && !registry.hub().hasRoomFor(more, total)) {
            throw RequestException.invalid(
                    "too many streams of all connections, try again later, or with %d at most"
                            .formatted(StreamHub.FEW_STREAMS));
        }
    }

    private void requirePast(Map<StreamName, Long> since) throws RequestException {
        if (since.size() > SubscriberRegistry.MAX_RESUMED_AT_ONCE) {
            throw RequestException.invalid(
                    "too many streams with `since`, at most %d in a request"
                            .formatted(SubscriberRegistry.MAX_RESUMED_AT_ONCE));
        }
    }

    /** Subscribes to streams, some of which go on from a point in the past, and then answers. */
    private void subscribe(Set<StreamName> fromNow, Map<StreamName, Long> since, JsonNode id) {
        awaitsPast = true;
        resume(
                since,
                () -> {
                    awaitsPast = false;
                    reply(Reply.result(null, id));
                    add(fromNow);
                    resume();
                },
                (stream, e) -> {
                    awaitsPast = false;
                    reply(Reply.error(stream, e, id));
                    resume();
                });
    }

    /**
     * Subscribes to streams that go on from a point in the past.
     *
     * @param begun called when it is certain that all streams begin
     * @param refused called instead if one cannot; no stream begins then
     */
    private void resume(
            Map<StreamName, Long> since,
            Runnable begun,
            BiConsumer<StreamName, ResumeException> refused) {
        List<Resumption> wanted = new ArrayList<>();
        since.forEach((stream, from) -> wanted.add(Resumption.of(stream, from)));
        wanted.forEach(each -> resumptions.put(each.stream().text(), each));
        streams.addAll(since.keySet());
        PastOf request = new PastOf(List.copyOf(since.keySet()), begun, refused);
        request.resuming = new Resuming(wanted, request);
        resuming.add(request.resuming);
        registry.hub()
                .resume(
                        registry,
                        List.copyOf(since.keySet()),
                        held -> {
                            if (!closed) {
                                since.keySet().stream()
                                        .filter(streams::contains)
                                        .forEach(stream -> registry.add(stream, this));
                                request.resuming.begin(held);
                            }
                        });
    }

    /** What a request for a point in the past needs of this connection. */
    private final class PastOf implements Resuming.Client {
        private final List<StreamName> named;
        private final Runnable begun;
        private final BiConsumer<StreamName, ResumeException> refused;
        private Resuming resuming;

        PastOf(
                List<StreamName> named,
                Runnable begun,
                BiConsumer<StreamName, ResumeException> refused) {
            this.named = named;
            this.begun = begun;
            this.refused = refused;
        }

        @Override
        public Runnable read(
                List<Resumption.Query> queries, Consumer<List<Resumption.Answer>> answered) {
            return registry.resumes()
                    .read(
                            client.name(),
                            queries,
                            answers -> registry.execute(() -> answered.accept(answers)));
        }

        @Override
        public void after(long ms, Runnable task) {
            registry.after(ms, task);
        }

        @Override
        public long nowMs() {
            return System.currentTimeMillis();
        }

        @Override
        public void begun() {
            begun.run();
        }

        @Override
        public void refused(StreamName stream, ResumeException e) {
            SubscriberConnection.this.resuming.remove(resuming);
            remove(named.stream().filter(streams::contains).toList());
            refused.accept(stream, e);
        }

        @Override
        public void ended(StreamName stream, ResumeException e) {
            remove(Set.of(stream));
            reply(Reply.ended(stream, e, form == MessageForm.COMBINED, System.currentTimeMillis()));
        }

        @Override
        public void sendPast(List<StreamEvent> events) {
            deliverCollected(); // of other streams, and older
            for (StreamEvent event : events) {
                past.add(event);
                pastBytes += event.data().length;
            }
            drain();
        }

        @Override
        public void sendBuffered(List<Emission> emissions) {
            SubscriberConnection.this.resuming.remove(resuming);
            emissions.forEach(SubscriberConnection.this::offer);
            endDelivery();
        }
    }

    /**
     * Verifies the token for each stream that needs one. A subscribed stream keeps the token it has
     * unless the request has one, which then replaces it.
     *
     * @param token the token of the request, may be null
     */
    private Map<StreamName, TokenGrant> authorise(Collection<StreamName> named, String token)
            throws RequestException {
        Map<StreamName, TokenGrant> granted = new HashMap<>();
        for (StreamName stream : named) {
            if (stream.needsToken() && (token != null || !grants.containsKey(stream))) {
                try {
                    granted.put(
                            stream,
                            registry.authorise(stream, token != null ? token : bearerToken));
                } catch (TokenRefusedException e) {
                    throw new RequestException(
                            RequestException.Reason.UNAUTHORIZED,
                            Reply.message(stream, e.refusal()));
                }
            }
        }
        return granted;
    }

    /** Ends the subscriptions whose tokens are no longer valid. */
    void endUnauthorised() {
        for (Map.Entry<StreamName, TokenGrant> granted : List.copyOf(grants.entrySet())) {
            StreamName stream = granted.getKey();
            registry.refusalOf(granted.getValue())
                    .ifPresent(
                            refusal -> {
                                remove(Set.of(stream));
                                metrics.endedSubscriptions.increment(refusal.label());
                                notifyOfEnd(stream, refusal);
                            });
        }
    }

    private void notifyOfEnd(StreamName stream, TokenRefusal refusal) {
        reply(
                Reply.ended(
                        stream, refusal, form == MessageForm.COMBINED, System.currentTimeMillis()));
    }

    private void add(Collection<StreamName> wanted) {
        streams.addAll(wanted);
        List<StreamName> added = List.copyOf(wanted);
        registry.hub().subscribe(registry, added, currents -> begin(added, currents));
    }

    /**
     * Starts the subscriptions. Everything that is delivered later is newer than {@code currents}.
     */
    private void begin(List<StreamName> added, List<Emission> currents) {
        if (closed) {
            return;
        }
        for (StreamName stream : added) {
            if (streams.contains(stream)) {
                registry.add(stream, this);
            }
        }
        deliverCollected(); // of other streams, and older
        currents.forEach(this::offer);
        endDelivery();
    }

    private void remove(Collection<StreamName> unwanted) {
        unwanted.forEach(stream -> registry.remove(stream, this));
        if (!backlog.isEmpty()) {
            backlog.removeStreams(
                    unwanted.stream().map(StreamName::text).collect(Collectors.toSet()));
        }
        if (!past.isEmpty()) {
            Set<String> names = unwanted.stream().map(StreamName::text).collect(Collectors.toSet());
            past.removeIf(event -> names.contains(event.stream()));
            pastBytes = past.stream().mapToLong(event -> event.data().length).sum();
        }
        for (StreamName stream : unwanted) {
            if (resumptions.remove(stream.text()) != null) {
                resuming.forEach(each -> each.remove(stream));
            }
        }
        registry.hub().unsubscribe(registry, unwanted);
        grants.keySet().removeAll(unwanted);
        streams.removeAll(unwanted);
    }

    // ---- events

    /**
     * Notes an event that is being delivered. The caller must call {@link #deliverCollected} after
     * the last one, or when there {@linkplain #hasCollectedMuch are many}.
     *
     * @param none the empty run of this delivery
     * @return whether it is the first
     */
    boolean collect(EventRun none, StreamEvent event, Emission emission) {
        if (!resumptions.isEmpty()) {
            Resumption resumption = resumptions.get(event.stream());
            if (resumption != null && !resumption.admits(event)) {
                return false;
            }
        }
        boolean first = collected == null;
        collected = (first ? none : collected).with(event, emission);
        return first;
    }

    /** Returns whether the collected events should be written. */
    boolean hasCollectedMuch() {
        return collected != null && collected.bytes() >= MAX_COLLECTED_BYTES;
    }

    /** Writes and flushes the collected events, or queues them. */
    void deliverCollected() {
        EventRun run = collected;
        if (run == null) {
            return;
        }
        collected = null;
        if (closed) {
            run.leave();
            return;
        }
        if (nothingWaits() && isWritable()) {
            metrics.delivered.add(run.size());
            metrics.flushes.increment();
            channel.writeAndFlush(run.take(form, deflater, channel.alloc()), channel.voidPromise());
        } else {
            run.emissions().forEach(this::queue);
            run.leave();
        }
        endDelivery();
    }

    private void queue(Emission emission) {
        metrics.conflated.add(backlog.add(waiting(emission)));
    }

    /**
     * Writes or queues the emission, without compressing it. The caller must call {@link
     * #endDelivery} later.
     */
    void offer(Emission emission) {
        if (closed) {
            return;
        }
        if (nothingWaits() && hasRoom()) {
            write(emission);
        } else {
            queue(emission);
        }
    }

    /** Returns the emission as the backlog counts it: without compressed frames. */
    private Emission waiting(Emission emission) {
        return registry.deflater() == null ? emission : emission.withoutFrames();
    }

    /** Flushes the written events and checks the size of the backlog. */
    void endDelivery() {
        flush();
        behind = !hasTakenAll();
        queueBacklog();
        if (backlog.size() > limits.maxBacklog()) {
            closeTooSlow("too slow: too many messages wait");
        }
    }

    private void drain() {
        if (writing) {
            return;
        }
        writePast();
        while (past.isEmpty() && !backlog.isEmpty() && isWritable()) {
            write(backlog.poll());
        }
        queueBacklog();
        flush();
        behind = !hasTakenAll();
        if (past.isEmpty() && !resuming.isEmpty()) {
            List.copyOf(resuming).forEach(Resuming::drained);
        }
    }

    private void writePast() {
        writing = true;
        while (!past.isEmpty() && hasRoom()) {
            StreamEvent event = past.remove();
            pastBytes -= event.data().length;
            write(form.frame(event, null));
            metrics.delivered.increment();
        }
        writing = false;
    }

    private boolean nothingWaits() {
        return past.isEmpty() && backlog.isEmpty();
    }

    private void queueBacklog() {
        // a relay that follows begins with all that this one holds
        long bytes = backlog.bytes() + pastBytes;
        if (form != MessageForm.LINES && bytes != queuedBytes) {
            queuedBytes = bytes;
            client.queue(queuedBytes);
        }
    }

    /** Flushes what was written. Does nothing for a blocked connection, which writes nothing. */
    void flush() {
        if (wrote) {
            wrote = false;
            metrics.flushes.increment();
            channel.flush();
        }
    }

    private boolean hasTakenAll() {
        return closed || channel.channel().bytesBeforeUnwritable() > WRITE_QUEUE_BYTES;
    }

    /** Returns whether the socket did not take everything that was written last. */
    boolean isBehind() {
        return behind;
    }

    private boolean isWritable() {
        return channel.channel().isWritable();
    }

    /**
     * Writes an emission while the channel is writable. The rest is queued so that nothing else is
     * written before it.
     */
    private void write(Emission emission) {
        List<StreamEvent> events = emission.events();
        int written = 0;
        writing = true;
        if (form == MessageForm.LINES) {
            write(emission.linesMessage(MAX_FRAME_BYTES));
            written = events.size();
        }
        while (written < events.size() && hasRoom()) {
            write(form.frame(events.get(written), null));
            written++;
        }
        writing = false;
        metrics.delivered.add(written);
        if (written < events.size()) {
            Emission rest = new Emission(emission.pair(), events.subList(written, events.size()));
            backlog.putBack(waiting(rest));
        }
    }

    /** Returns whether the channel is writable, if need be after a flush. */
    private boolean hasRoom() {
        if (!isWritable()) {
            flush();
        }
        return isWritable();
    }

    private void write(byte[] frame) {
        wrote = true;
        channel.write(Unpooled.wrappedBuffer(frame), channel.voidPromise());
    }

    private void reply(String json) {
        byte[] frame = TextFrame.of(json.getBytes(StandardCharsets.UTF_8));
        channel.writeAndFlush(Unpooled.wrappedBuffer(frame), channel.voidPromise());
    }

    // ---- disconnecting

    /** Pings the subscriber, or disconnects it if it exceeded the idle timeout. */
    void ping() {
        if (isWritable()) {
            if (millisSince(lastFrameNanos) > limits.idleTimeoutMs()) {
                closeBeyondLimit(POLICY_VIOLATION, "silent for too long");
            } else {
                socket.writePing(Buffer.buffer());
            }
        }
    }

    /** Disconnects the subscriber if the channel has been blocked for too long. */
    void closeIfBlocked() {
        if (!isWritable() && millisSince(blockedAtNanos) > limits.maxBlockedMs()) {
            closeTooSlow("too slow: full for too long");
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private void closeTooSlow(String reason) {
        if (!closed) {
            metrics.disconnectedSlow.increment();
            LOG.debug("subscriber {}: {}", socket.remoteAddress(), reason);
            close(TRY_AGAIN_LATER, reason);
        }
    }

    private void closeBeyondLimit(short code, String reason) {
        if (!closed) {
            metrics.disconnectedLimit.increment();
            LOG.debug("subscriber {}: {}", socket.remoteAddress(), reason);
            close(code, reason);
        }
    }

    /**
     * Drops the backlog and sends a close frame. If the client does not answer it within the grace
     * period, the connection is cut.
     */
    Future<Void> close(short code, String reason) {
        release();
        socket.resume();
        long timer = registry.afterCloseGrace(channel::close);
        return socket.close(code, reason).onComplete(done -> registry.cancel(timer));
    }

    /** Ends all subscriptions and drops the backlog. */
    void release() {
        if (!closed) {
            closed = true;
            resuming.forEach(Resuming::end);
            resuming.clear();
            past.clear();
            pastBytes = 0;
            backlog.clear();
            client.queue(0);
            behind = false;
            remove(List.copyOf(streams));
        }
    }
}
