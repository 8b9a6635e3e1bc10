package io.dexklines.local.stack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of 127.0.0.1. */
public final class Ports {

    /** The address that all local servers bind to. */
    public static final String HOST = "127.0.0.1";

    /**
     * The range of {@link #free}. Linux takes the local ports of outgoing connections from 32768 to
     * 60999. A client that keeps trying to connect to a stopped server would sooner or later get
     * the server's port for its own end, and the server could not start again.
     */
    private static final int FIRST_PORT = 10_000;

    private static final int LAST_PORT = 32_767;

    private Ports() {}

    /** Returns a port that is free at the moment and that no outgoing connection will take. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
            if (isFree(port)) {
                return port;
            }
        }
    }

    /** Returns whether a server can listen on the port. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // like servers do, so that recently closed connections do not count
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the given port, or a free one for 0. */
    static int orFree(int port) {
        return port == 0 ? free() : port;
    }
}
