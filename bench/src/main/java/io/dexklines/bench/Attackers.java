package io.dexklines.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Connections that send a request and never read, from loopback addresses of their own. The relay
 * closes each after a time, so each is replaced after {@value #LIFETIME_MS} ms.
 */
final class Attackers implements AutoCloseable {

    private static final int RECEIVE_BUFFER_BYTES = 4 * 1024;

    /** The addresses are 127.1.0.1 and the following. */
    private static final String NETWORK = "127.1.0.";

    private static final long LIFETIME_MS = 12_000;
    private static final long PAUSE_MS = 20;

    private final int port;
    private final int count;
    private final int addresses;
    private final List<String> requests;
    private final Thread thread = new Thread(this::run, "attackers");
    private final Deque<SocketChannel> open = new ArrayDeque<>();
    private int opened;
    private volatile boolean closing;

    /**
     * @param count how many connections there are at a time
     * @param requests the heads of the requests, which take turns
     */
    Attackers(int port, int count, int addresses, List<String> requests) {
        this.port = port;
        this.count = count;
        this.addresses = addresses;
        this.requests = requests;
        thread.setDaemon(true);
    }

    /** Begins to open connections as fast as possible, and then keeps as many open. */
    void begin() {
        thread.start();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        channel.bind(new InetSocketAddress(NETWORK + (1 + opened % addresses), 0));
        try {
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            String request = requests.get(opened / addresses % requests.size());
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            channel.close(); // refused
        }
        opened++;
        return channel;
    }

    private void run() {
        long replaced = 0;
        try {
            while (!closing && open.size() < count) {
                open.add(connect());
            }
            long beganNanos = System.nanoTime();
            while (!closing) {
                long elapsedMs = (System.nanoTime() - beganNanos) / 1_000_000;
                while (replaced < elapsedMs * count / LIFETIME_MS) {
                    open.remove().close();
                    open.add(connect());
                    replaced++;
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel channel : open) {
            channel.close();
        }
    }
}
