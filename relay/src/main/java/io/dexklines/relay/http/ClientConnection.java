package io.dexklines.relay.http;

import com.google.common.net.InetAddresses;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.AttributeKey;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.VertxConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An accepted connection, from before its first byte is read until it is closed: whose it is, what
 * it waits for, and what waits for it. Only its event loop may call it, except where noted.
 */
public final class ClientConnection {

    private enum Phase {
        /** The head of a request is incomplete. */
        READING_HEAD,
        /** A request is being answered. */
        ANSWERING,
        /** The last request is answered, and nothing of the next one has arrived. */
        IDLE,
        /** A WebSocket, which closes itself when it is idle or blocked. */
        WEB_SOCKET
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    private static final AttributeKey<ClientConnection> KEY =
            AttributeKey.valueOf(ClientConnection.class, "connection");

    /** How long an answer may take: one megabyte at 30 kbit/s. */
    private static final long MAX_ANSWERING_MS = 300_000;

    private final Channel channel;
    private final Door door;
    private final Connections connections;
    private final OutboundBudget.Account account;

    /** The client, or the proxy before it where requests name the client. */
    private InetAddress address;

    private final boolean proxied;

    /** The name under which the connection is counted. Null if it is not, as of a proxy. */
    private String counted;

    /** The name of the client whose request was the last. */
    private String name;

    /** The name under which the request is counted that a proxy has forwarded; null if none. */
    private String forwarded;

    // read by the thread that closes overdue connections
    private volatile long phaseSinceNanos = System.nanoTime();
    private volatile Phase phase = Phase.READING_HEAD;
    private volatile boolean sending;
    private volatile long progressNanos;

    /** The end of the pipeline that is next to the socket. */
    private volatile ChannelHandlerContext socket;

    private boolean released;
    private long channelBytes;
    private long queuedBytes;
    private Object sent;
    private long sentBytes;

    ClientConnection(Channel channel, InetAddress peer, Door door, Connections connections) {
        this.channel = channel;
        this.door = door;
        this.connections = connections;
        this.address = peer;
        this.proxied = door.trustedProxies().contains(peer);
        this.account = connections.budget().open(() -> connections.closeSlowest(this));
    }

    /** Returns the connection of a request. */
    public static ClientConnection of(HttpServerRequest request) {
        VertxConnection connection = (VertxConnection) request.connection();
        return connection.channelHandlerContext().channel().attr(KEY).get();
    }

    /**
     * Returns the {@linkplain ClientAddress#key name} under which a request's client is counted.
     */
    public static String clientOf(HttpServerRequest request) {
        return ClientAddress.key(of(request).client(forwardedFor(request.headers())));
    }

    /** Returns the values of the {@code X-Forwarded-For} headers, in order. */
    public static List<String> forwardedFor(MultiMap headers) {
        return headers.getAll("x-forwarded-for");
    }

    // ---- admission

    /** Counts the connection. Returns false if it must be refused. Called by the acceptor. */
    boolean admit() {
        if (!door.quota().open()) {
            return false;
        }
        if (!proxied && !count(address)) {
            door.quota().close();
            return false;
        }
        channel.attr(KEY).set(this);
        channel.pipeline().addLast("connection", new FirstBytes());
        if (proxied && door.proxyProtocol()) {
            channel.pipeline()
                    .addLast("proxy-protocol", new HAProxyMessageDecoder())
                    .addLast("proxied-address", new ProxiedAddress());
        }
        return true;
    }

    private boolean count(InetAddress client) {
        String key = ClientAddress.key(client);
        if (!door.quota().acquireNew(key)) {
            return false;
        }
        counted = key;
        return true;
    }

    /** Returns what was counted and what waits to be sent. Called when the channel is closed. */
    void release() {
        end();
        account.hold(0);
        released = true;
        if (counted != null) {
            door.quota().release(counted);
        }
        door.quota().close();
    }

    /** Notes that another request begins after an idle time. */
    private final class FirstBytes extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            socket = context;
            // a busy event loop registers a connection later than it was accepted
            enter(Phase.READING_HEAD);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (phase == Phase.IDLE) {
                enter(Phase.READING_HEAD);
            }
            context.fireChannelRead(bytes);
        }
    }

    /** Takes the client's address from the header that a trusted proxy sends first. */
    private final class ProxiedAddress extends SimpleChannelInboundHandler<HAProxyMessage> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
            String source = header.sourceAddress();
            if (source != null && InetAddresses.isInetAddress(source)) {
                address = InetAddresses.forString(source);
            }
            if (count(address)) {
                context.pipeline().remove(this);
            } else {
                connections.refused();
                cut();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable e) {
            LOG.debug("no PROXY protocol from {}", address, e);
            cut();
        }
    }

    // ---- requests

    /**
     * Begins to answer a request.
     *
     * @param forwardedFor its {@code X-Forwarded-For} headers
     * @return false if the client for whom a proxy forwards it has too many connections already
     */
    public boolean begin(List<String> forwardedFor) {
        enter(Phase.ANSWERING);
        name = ClientAddress.key(client(forwardedFor));
        if (proxied && !door.proxyProtocol()) {
            if (!door.quota().acquire(name)) {
                return false;
            }
            forwarded = name;
        }
        return true;
    }

    /**
     * Returns the {@linkplain ClientAddress#key name} of the client whose request {@linkplain
     * #begin began} last.
     */
    public String name() {
        return name;
    }

    /** Ends the answer, after which the client may send another request. */
    public void end() {
        if (forwarded != null) {
            door.quota().release(forwarded);
            forwarded = null;
        }
        if (phase != Phase.WEB_SOCKET) {
            enter(Phase.IDLE);
        }
    }

    /** Makes the connection a WebSocket, which counts until it is closed. */
    public void upgrade() {
        enter(Phase.WEB_SOCKET);
    }

    /**
     * Returns the address of the client, as far as trusted proxies tell it.
     *
     * @param forwardedFor the {@code X-Forwarded-For} headers of the request
     */
    public InetAddress client(List<String> forwardedFor) {
        return door.proxyProtocol()
                ? address
                : ClientAddress.of(address, forwardedFor, door.trustedProxies());
    }

    private void enter(Phase next) {
        // in this order: an overdue check that reads the old phase finds it has just begun
        phaseSinceNanos = System.nanoTime();
        phase = next;
    }

    // ---- what waits to be sent

    /** Sets how many bytes wait outside of the channel. */
    public void queue(long bytes) {
        if (!released && !door.internal()) {
            queuedBytes = bytes;
            account.hold(channelBytes + queuedBytes);
        }
    }

    /** Notes what the socket has left in the buffer. Called after every flush. */
    void wrote(ChannelOutboundBuffer buffer) {
        long left = buffer.totalPendingWriteBytes();
        if (released || door.internal() || left == 0 && channelBytes == 0) {
            return;
        }
        Object current = buffer.current();
        long progress = buffer.currentProgress();
        if (!sending || current != sent || progress != sentBytes) {
            progressNanos = System.nanoTime();
        }
        sent = current;
        sentBytes = progress;
        sending = left > 0;
        channelBytes = left;
        account.hold(channelBytes + queuedBytes);
    }

    // ---- deadlines

    /** Returns whether the connection has exceeded a time limit. Called by any thread. */
    boolean isOverdue(ConnectionLimits limits) {
        if (socket == null) {
            return false; // it waits for an event loop
        }
        Phase current = phase;
        long phaseMs = millisSince(phaseSinceNanos);
        return switch (current) {
            case READING_HEAD -> phaseMs > limits.headerTimeoutMs();
            case IDLE -> phaseMs > limits.idleTimeoutMs() || isStalled(limits);
            case ANSWERING -> phaseMs > MAX_ANSWERING_MS || isStalled(limits);
            case WEB_SOCKET -> false;
        };
    }

    private boolean isStalled(ConnectionLimits limits) {
        return sending && millisSince(progressNanos) > limits.stalledTimeoutMs();
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Returns the address at this end. */
    public InetAddress local() {
        return ((InetSocketAddress) channel.localAddress()).getAddress();
    }

    /**
     * Cuts the connection. A close that waits until everything is written would wait for the
     * client. Called by any thread.
     */
    void cut() {
        LOG.debug("cutting {}", channel);
        socket.close();
    }

    public boolean isOpen() {
        return channel.isOpen();
    }

    void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }
}
