package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of 127.0.0.1. */
public final class Ports {

    /** The address that all local servers bind to. */
    public static final String HOST = "127.0.0.1";

    private Ports() {}

    /** Returns a port that is free at the moment. */
    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
