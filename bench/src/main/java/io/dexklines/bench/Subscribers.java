package io.dexklines.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Many subscribers on one thread. They implement only the part of WebSocket that is needed to read
 * the relay's messages and share a buffer, so that they use little CPU time.
 */
final class Subscribers implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;

    /** More than the kernel holds for one connection, and a part of a frame. */
    private static final int READ_BUFFER_BYTES = 128 * 1024;

    private static final int STUCK_BUFFER_BYTES = 4 * 1024;
    private static final long QUIET_NANOS = 500_000_000L;
    private static final byte[] PONG = {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0};

    private static final int TEXT = 1;
    private static final int PING = 9;
    private static final int CLOSE = 8;

    private final int port;
    private final String address;
    private final Selector selector = Selector.open();
    private final Thread thread = new Thread(this::run, "subscribers");
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);

    private Latencies latencies = new Latencies();
    private volatile long lastReceivedNanos = System.nanoTime();
    private volatile boolean closing;

    Subscribers(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /**
     * @param address the loopback address of the subscribers
     */
    Subscribers(int port, String address) throws IOException {
        this.port = port;
        this.address = address;
        thread.setDaemon(true);
    }

    /** Connects {@code count} subscribers, each to all of the streams. */
    void connect(int count, List<String> streams) throws IOException {
        for (int subscriber = 0; subscriber < count; subscriber++) {
            SocketChannel channel = handshake(streams, BUFFER_BYTES);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        thread.start();
    }

    /** Connects a subscriber that never reads, to the streams and to one of its own. */
    SocketChannel connectStuck(List<String> streams, String ownStream) throws IOException {
        List<String> all = new ArrayList<>(streams);
        all.add(ownStream);
        return handshake(all, STUCK_BUFFER_BYTES);
    }

    private SocketChannel handshake(List<String> streams, int receiveBufferBytes)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        channel.bind(new InetSocketAddress(address, 0));
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request =
                """
                GET /ws/%s HTTP/1.1
                Host: 127.0.0.1
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                """
                        .formatted(String.join("/", streams))
                        .replace("\n", "\r\n");
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        StringBuilder response = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (response.indexOf("\r\n\r\n") < 0) {
            if (channel.read(one) < 0) {
                throw new EOFException("the relay refused the connection: " + response);
            }
            response.append((char) one.flip().get());
            one.clear();
        }
        if (!response.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException(response.toString());
        }
        return channel;
    }

    /** Returns the latencies since the last call. */
    synchronized Latencies latencies() {
        Latencies since = latencies;
        latencies = new Latencies();
        return since;
    }

    /**
     * Waits until no message has arrived for 0.5 s.
     *
     * @return the {@link System#nanoTime} at which the last one arrived
     */
    long awaitQuiet() throws InterruptedException {
        while (System.nanoTime() - lastReceivedNanos < QUIET_NANOS) {
            Thread.sleep(20);
        }
        return lastReceivedNanos;
    }

    private void run() {
        try {
            while (!closing) {
                selector.select(this::read);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the frames that have arrived. A part of a frame is attached to the key. */
    private void read(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            buffer.clear();
            if (key.attachment() != null) {
                buffer.put((byte[]) key.attach(null));
            }
            if (channel.read(buffer) < 0) {
                throw new EOFException("the relay closed a connection");
            }
            long nowMicros = Publisher.nowMicros();
            buffer.flip();
            synchronized (this) {
                while (frame(channel, nowMicros)) {
                    lastReceivedNanos = System.nanoTime();
                }
            }
            if (buffer.hasRemaining()) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                key.attach(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one frame from the buffer. Returns false if the frame is incomplete. */
    private boolean frame(SocketChannel channel, long nowMicros) throws IOException {
        if (buffer.remaining() < 4) {
            return false;
        }
        int start = buffer.position();
        int opcode = buffer.get(start) & 0x0f;
        int length = buffer.get(start + 1) & 0x7f;
        int header = 2;
        if (length == 126) {
            length = buffer.getShort(start + 2) & 0xffff;
            header = 4;
        }
        if (buffer.remaining() < header + length) {
            return false;
        }
        if (opcode == TEXT) {
            latencies.add(nowMicros - sentAtMicros(start + header));
        } else if (opcode == PING) {
            channel.write(ByteBuffer.wrap(PONG));
        } else if (opcode == CLOSE) {
            throw new EOFException("the relay closed a connection");
        }
        buffer.position(start + header + length);
        return true;
    }

    private long sentAtMicros(int payload) {
        long micros = 0;
        int from = payload + Publisher.BEFORE_TIME.length();
        for (int index = from; index < from + Publisher.TIME_DIGITS; index++) {
            micros = 10 * micros + (buffer.get(index) - '0');
        }
        return micros;
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
    }
}
