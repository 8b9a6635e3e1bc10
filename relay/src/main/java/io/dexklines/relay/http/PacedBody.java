package io.dexklines.relay.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * The body of a response, written piece by piece as the client reads it. A client that does not
 * read holds two pieces in the channel, however long the body is.
 */
public final class PacedBody {

    private static final int PIECE_BYTES = 32 * 1024;

    private final HttpServerResponse response;
    private final ByteBuf body;
    private final ClientConnection connection;

    private PacedBody(HttpServerResponse response, ByteBuf body, ClientConnection connection) {
        this.response = response;
        this.body = body;
        this.connection = connection;
    }

    /**
     * Returns a body that any number of responses can share. It is outside of the heap, so that
     * sockets read it without a copy.
     */
    public static ByteBuf shared(byte[] bytes) {
        ByteBuf buffer = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
        return Unpooled.unreleasableBuffer(buffer.asReadOnly());
    }

    /**
     * Ends the response with a {@linkplain #shared shared} body, or with its length only if the
     * method is HEAD.
     */
    public static void sendShared(HttpServerRequest request, ByteBuf body) {
        send(request, body.duplicate(), null);
    }

    /** Ends the response with a body of its own, which counts as waiting until it is written. */
    public static void send(HttpServerRequest request, byte[] body) {
        // the pieces are released one by one, and the array by the garbage collector
        ByteBuf unreleased = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(body));
        send(request, unreleased, ClientConnection.of(request));
    }

    private static void send(HttpServerRequest request, ByteBuf body, ClientConnection connection) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            new PacedBody(response, body, connection).write();
        }
    }

    private void write() {
        while (body.readableBytes() > PIECE_BYTES) {
            if (response.writeQueueFull()) {
                queue(body.readableBytes());
                response.drainHandler(drained -> write());
                return;
            }
            response.write(BufferInternal.buffer(body.readSlice(PIECE_BYTES)));
        }
        queue(0);
        response.end(BufferInternal.buffer(body.readSlice(body.readableBytes())));
    }

    private void queue(int bytes) {
        if (connection != null) {
            connection.queue(bytes);
        }
    }
}
