package io.dexklines.job.endtoend.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy that can stop forwarding, as a server does whose process is stopped: connections stay
 * open, and nothing arrives.
 */
final class FreezableProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean frozen;

    private FreezableProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Starts a proxy on a free port for a server on the given port of this machine. */
    static FreezableProxy to(int target) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FreezableProxy proxy = new FreezableProxy(server, target);
        daemon(proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Stops forwarding. */
    synchronized void freeze() {
        frozen = true;
    }

    /** Forwards what has been held back, and everything after it. */
    synchronized void thaw() {
        frozen = false;
        notifyAll();
    }

    synchronized boolean isFrozen() {
        return frozen;
    }

    private synchronized void awaitThaw() throws InterruptedException {
        while (frozen) {
            wait();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(upstream);
                daemon(() -> forward(client, upstream));
                daemon(() -> forward(upstream, client));
            }
        } catch (IOException closed) {
            sockets.forEach(FreezableProxy::close);
        }
    }

    private void forward(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                awaitThaw();
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException closed) {
            // the other direction ends, too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "freezable proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }

    @Override
    public void close() throws IOException {
        thaw();
        server.close();
        sockets.forEach(FreezableProxy::close);
    }
}
