package io.dexklines.relay;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A TCP connection from a chosen address, whose client keeps to no protocol. */
final class RawConnection implements AutoCloseable {

    /** One that never comes about fails the test. */
    private static final int TIMEOUT_MS = 20_000;

    private static final int RECEIVE_BUFFER_BYTES = 4 * 1024;

    private final Socket socket = new Socket();

    private RawConnection() {}

    /**
     * Connects.
     *
     * @param from an address of this machine, such as {@code 127.0.0.2}
     */
    static RawConnection to(int port, String from) throws IOException {
        RawConnection connection = new RawConnection();
        connection.socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        connection.socket.bind(new InetSocketAddress(from, 0));
        connection.socket.connect(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), TIMEOUT_MS);
        connection.socket.setSoTimeout(TIMEOUT_MS);
        return connection;
    }

    /** Sends lines that end with CRLF, and an empty line. */
    RawConnection request(String... lines) throws IOException {
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /**
     * Sends a WebSocket frame.
     *
     * @param firstByte flags and opcode
     * @param payload of less than 64 kB
     */
    RawConnection sendFrame(int firstByte, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length);
        frame.put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload); // a mask of zeros
        socket.getOutputStream().write(frame.array(), 0, frame.position());
        return this;
    }

    /** Reads a WebSocket frame of less than 64 kB. Returns its first byte and its payload. */
    byte[] frame() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        byte[] payload = new byte[length < 126 ? length : in.readUnsignedShort()];
        in.readFully(payload);
        return ByteBuffer.allocate(1 + payload.length).put((byte) first).put(payload).array();
    }

    /** Reads the status of a response. Returns 0 if the connection is closed instead. */
    int status() throws IOException {
        String head = head();
        return head.isEmpty() ? 0 : Integer.parseInt(head.split(" ")[1]);
    }

    /** Reads the head of a response. Returns an empty text if the connection is closed instead. */
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = readOrEnd(in);
            if (next < 0) {
                return "";
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** Reads until the connection is closed. Returns the number of bytes. */
    long readToEnd() throws IOException {
        long count = 0;
        while (readOrEnd(socket.getInputStream()) >= 0) {
            count++;
        }
        return count;
    }

    private static int readOrEnd(InputStream in) throws IOException {
        try {
            return in.read();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            return -1; // reset
        }
    }

    /**
     * Sends a byte every {@code periodMs} until the connection is closed. Returns how many were
     * sent.
     */
    int trickle(int periodMs) throws IOException {
        socket.setSoTimeout(periodMs);
        int sent = 0;
        while (true) {
            try {
                if (socket.getInputStream().read() < 0) {
                    return sent;
                }
            } catch (SocketTimeoutException e) {
                try {
                    send("x");
                    sent++;
                } catch (SocketException closed) {
                    return sent;
                }
            } catch (SocketException e) {
                return sent;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
