package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.relay.stream.TextFrame;
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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber: its streams, its requests and what waits for it.
 *
 * <p>Events go to the channel while it takes them; from then on to the {@link Backlog}, until the
 * channel takes them again. They go there as finished frames, past Vert.x' own queue: their bytes
 * are shared by all subscribers, and what one delivery brings leaves in one flush.
 */
final class SubscriberConnection {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriberConnection.class);

    private static final int WRITE_QUEUE_BYTES = 64 * 1024;
    private static final short POLICY_VIOLATION = 1008;
    private static final short MESSAGE_TOO_BIG = 1009;
    private static final short TRY_AGAIN_LATER = 1013;

    private final SubscriberLane lane;
    private final ServerWebSocket socket;
    private final ChannelHandlerContext channel;
    private final SubscriberLimits limits;
    private final UserTokens userTokens;
    private final String bearerToken;
    private final RelayMetrics metrics;

    private final Set<StreamName> streams = new LinkedHashSet<>();
    private final Backlog backlog = new Backlog();
    private final InboundRate rate;

    private boolean combined;
    private boolean unflushed;
    private boolean left;
    private long heardAtNanos;

    /** Since when the channel takes nothing; meaningless while it does. */
    private long blockedAtNanos;

    /**
     * @param userTokens null if nobody may read alerts
     * @param bearerToken the token of the handshake, null if it had none
     */
    SubscriberConnection(
            SubscriberLane lane,
            ServerWebSocket socket,
            boolean combined,
            SubscriberLimits limits,
            UserTokens userTokens,
            String bearerToken,
            RelayMetrics metrics) {
        this.lane = lane;
        this.socket = socket;
        this.channel = ((WebSocketInternal) socket).channelHandlerContext();
        this.combined = combined;
        this.limits = limits;
        this.userTokens = userTokens;
        this.bearerToken = bearerToken;
        this.metrics = metrics;
        this.heardAtNanos = System.nanoTime();
        this.rate = new InboundRate(limits.maxFramesPerSecond(), heardAtNanos);
    }

    void start(Set<StreamName> initialStreams) {
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        channel.pipeline().addBefore(channel.name(), "subscriber-writability", new Writability());
        socket.frameHandler(this::receive);
        socket.textMessageHandler(this::answer);
        socket.exceptionHandler(this::fail);
        add(initialStreams);
    }

    /** A broken connection closes by itself; here belongs who sends what cannot be read. */
    private void fail(Throwable e) {
        if (e instanceof DecoderException || e instanceof IllegalStateException) {
            // later: this may be in the middle of a delivery
            lane.execute(() -> leaveBeyondLimit(MESSAGE_TOO_BIG, "message too big or malformed"));
        }
    }

    /** Tells when the channel takes more, and when it stops to. */
    private final class Writability extends ChannelInboundHandlerAdapter {
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
            super.channelWritabilityChanged(context);
            if (left) {
                return;
            }
            if (context.channel().isWritable()) {
                socket.resume();
                drain();
            } else {
                blockedAtNanos = System.nanoTime();
                // nor are its requests read, whose answers would pile up
                socket.pause();
            }
        }
    }

    // ---- what it sends

    private void receive(WebSocketFrame frame) {
        heardAtNanos = System.nanoTime();
        if (!rate.admits(heardAtNanos)) {
            leaveBeyondLimit(POLICY_VIOLATION, "too many requests");
        }
    }

    private void answer(String message) {
        if (left) {
            return;
        }
        JsonNode id = JsonNodeFactory.instance.nullNode();
        try {
            Request request = Request.parse(message);
            id = request.id();
            answer(request);
        } catch (RefusedRequest refused) {
            reply(Reply.error(refused, id));
        }
    }

    private void answer(Request request) throws RefusedRequest {
        switch (request.method()) {
            case SUBSCRIBE -> {
                Set<StreamName> wanted = request.streams();
                wanted.removeAll(streams);
                requireRoomFor(wanted.size());
                requireTokens(wanted, request.token());
                reply(Reply.done(request.id()));
                add(wanted);
            }
            case UNSUBSCRIBE -> {
                Set<StreamName> unwanted = request.streams();
                unwanted.retainAll(streams);
                remove(unwanted);
                reply(Reply.done(request.id()));
            }
            case LIST_SUBSCRIPTIONS ->
                    reply(
                            Reply.list(
                                    streams.stream().map(StreamName::text).toList(), request.id()));
            case SET_PROPERTY -> {
                request.requirePropertyCombined();
                combined = request.propertyValue();
                reply(Reply.done(request.id()));
            }
            case GET_PROPERTY -> {
                request.requirePropertyCombined();
                reply(Reply.property(combined, request.id()));
            }
        }
    }

    private void requireRoomFor(int more) throws RefusedRequest {
        if (streams.size() + more > limits.maxStreams()) {
            throw RefusedRequest.invalid(
                    "too many streams, at most %d per connection".formatted(limits.maxStreams()));
        }
    }

    private void requireTokens(Collection<StreamName> wanted, String token) throws RefusedRequest {
        for (StreamName stream : wanted) {
            if (!mayRead(stream, token, bearerToken, userTokens)) {
                throw new RefusedRequest(
                        RefusedRequest.Reason.UNAUTHORIZED,
                        "%s needs that user's token".formatted(stream));
            }
        }
    }

    /** Whether one of the two tokens, either of which may be null, opens the stream. */
    static boolean mayRead(
            StreamName stream, String token, String bearerToken, UserTokens userTokens) {
        return stream.kind() != StreamName.Kind.ALERTS
                || userTokens != null
                        && (userTokens.admits(stream.userId(), token)
                                || userTokens.admits(stream.userId(), bearerToken));
    }

    private void add(Collection<StreamName> wanted) {
        streams.addAll(wanted);
        List<StreamName> added = List.copyOf(wanted);
        lane.hub().subscribe(lane, added, currents -> begin(added, currents));
    }

    /** From here on the lane is handed what is newer than {@code currents}. */
    private void begin(List<StreamName> added, List<StreamEvent> currents) {
        if (left) {
            return;
        }
        for (StreamName stream : added) {
            if (streams.contains(stream)) {
                lane.add(stream, this);
            }
        }
        currents.forEach(this::offer);
        lane.endDelivery();
    }

    private void remove(Collection<StreamName> unwanted) {
        unwanted.forEach(stream -> lane.remove(stream, this));
        if (!backlog.isEmpty()) {
            backlog.removeStreams(
                    unwanted.stream().map(StreamName::text).collect(Collectors.toSet()));
        }
        lane.hub().unsubscribe(lane, unwanted);
        streams.removeAll(unwanted);
    }

    // ---- what it gets

    /** Sends the event or keeps it; {@link SubscriberLane#endDelivery} has to follow. */
    void offer(StreamEvent event) {
        if (left) {
            return;
        }
        if (unflushed && !isWritable()) {
            channel.flush();
        }
        if (backlog.isEmpty() && isWritable()) {
            write(event);
        } else if (backlog.add(event)) {
            metrics.conflated.increment();
        }
        if (!unflushed) {
            unflushed = true;
            lane.flushLater(this);
        }
    }

    void endOfDelivery() {
        unflushed = false;
        channel.flush();
        if (backlog.size() > limits.maxBacklog()) {
            leaveTooSlow("too slow: too many messages wait");
        }
    }

    private void drain() {
        while (!backlog.isEmpty() && isWritable()) {
            write(backlog.poll());
        }
        channel.flush();
    }

    private boolean isWritable() {
        return channel.channel().isWritable();
    }

    private void write(StreamEvent event) {
        byte[] frame = combined ? event.combinedFrame() : event.rawFrame();
        channel.write(Unpooled.wrappedBuffer(frame), channel.voidPromise());
        metrics.delivered.increment();
    }

    private void reply(String json) {
        byte[] frame = TextFrame.of(json.getBytes(StandardCharsets.UTF_8));
        channel.writeAndFlush(Unpooled.wrappedBuffer(frame), channel.voidPromise());
    }

    // ---- how long it stays

    void beat() {
        if (isWritable()) {
            if (millisSince(heardAtNanos) > limits.idleTimeoutMs()) {
                leaveBeyondLimit(POLICY_VIOLATION, "silent for too long");
            } else {
                socket.writePing(Buffer.buffer());
            }
        }
    }

    void watch() {
        if (!isWritable() && millisSince(blockedAtNanos) > limits.maxBlockedMs()) {
            leaveTooSlow("too slow: full for too long");
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private void leaveTooSlow(String reason) {
        if (!left) {
            metrics.disconnectedSlow.increment();
            LOG.info("subscriber {}: {}", socket.remoteAddress(), reason);
            leave(TRY_AGAIN_LATER, reason);
        }
    }

    private void leaveBeyondLimit(short code, String reason) {
        if (!left) {
            metrics.disconnectedLimit.increment();
            LOG.info("subscriber {}: {}", socket.remoteAddress(), reason);
            leave(code, reason);
        }
    }

    /**
     * Takes leave: gives up what waits and says why, if the other side still listens. Whether it
     * does or not, the connection is closed soon.
     */
    Future<Void> leave(short code, String reason) {
        forget();
        socket.resume();
        long timer = lane.inCloseGrace(channel::close);
        return socket.close(code, reason).onComplete(closed -> lane.cancel(timer));
    }

    /** Ends all that the relay does for it. */
    void forget() {
        if (!left) {
            left = true;
            backlog.clear();
            remove(List.copyOf(streams));
        }
    }
}
