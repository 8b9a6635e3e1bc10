package io.dexklines.job.sink.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A TCP proxy whose connections can be cut at any byte, so that what is on the way is lost. */
final class CuttableProxy implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new ArrayList<>();
    private volatile int targetPort;
    private volatile boolean swallowing;

    CuttableProxy(int targetPort) throws IOException {
        this.targetPort = targetPort;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Resets all connections, and refuses new ones until there is another target. */
    void cutAndRefuse() throws IOException {
        targetPort = 0;
        cut();
    }

    void target(int port) {
        targetPort = port;
    }

    /** Discards what arrives, until the connections are cut. */
    void swallow() {
        swallowing = true;
    }

    /** Resets all connections. New ones are accepted. */
    synchronized void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        swallowing = false;
    }

    private void accept() throws IOException {
        while (true) {
            Socket from = server.accept();
            try {
                Socket to = new Socket(InetAddress.getLoopbackAddress(), targetPort);
                add(from, to);
                start(() -> copy(from.getInputStream(), to.getOutputStream()));
                start(() -> copy(to.getInputStream(), from.getOutputStream()));
            } catch (IOException e) {
                from.close();
            }
        }
    }

    private synchronized void add(Socket from, Socket to) throws IOException {
        for (Socket socket : List.of(from, to)) {
            // a close discards what was not sent yet
            socket.setSoLinger(true, 0);
            sockets.add(socket);
        }
        if (targetPort == 0) {
            cut();
        }
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8 * 1024];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            if (!swallowing) {
                out.write(buffer, 0, length);
            }
        }
        out.close();
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                task.run();
                            } catch (IOException e) {
                                // the connection was cut
                            }
                        },
                        "cuttable-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
