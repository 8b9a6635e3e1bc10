package io.dexklines.relay.subscribe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the compressed messages of a subscriber (RFC 7692), each on its own and as one frame.
 *
 * <p>Netty's decoder would keep an inflater as long as a message is incomplete, and if a message is
 * malformed, Vert.x would not learn that its connection is closed.
 */
final class InflatingDecoder extends WebSocketExtensionDecoder {

    /** What a sender leaves out at the end of a message: an empty stored block. */
    private static final byte[] TAIL = {0, 0, -1, -1};

    private static final int INFLATED_AT_ONCE = 1024;

    private final int maxMessageBytes;
    private BooleanSupplier admit = () -> true;
    private Runnable refuse = () -> {};

    /** The frames of a compressed message that is incomplete; null if there is none. */
    private ByteBuf begun;

    private boolean binary;

    /**
     * @param maxMessageBytes the most bytes of a message, before and after it is inflated
     */
    InflatingDecoder(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * Sets what decides on frames.
     *
     * @param admit called before each frame; the frame is dropped if it returns false
     * @param refuse called if a message is malformed or too long, which is dropped
     */
    void guard(BooleanSupplier admit, Runnable refuse) {
        this.admit = admit;
        this.refuse = refuse;
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
        boolean first =
                frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        boolean data = first || frame instanceof ContinuationWebSocketFrame;
        if (!admit.getAsBoolean() && data) {
            return;
        }
        boolean begins = first && frame.rsv() == WebSocketExtension.RSV1;
        if (begins) {
            begin(context, frame);
        }
        if (begun == null || !data || !begins && frame.rsv() != 0) {
            out.add(frame.retain());
            return;
        }
        byte[] message = null;
        boolean fits = begun.readableBytes() + frame.content().readableBytes() <= maxMessageBytes;
        if (fits) {
            begun.writeBytes(frame.content());
            if (!frame.isFinalFragment()) {
                return;
            }
            begun.writeBytes(TAIL);
            message = inflate(ByteBufUtil.getBytes(begun));
        }
        end();
        if (message == null) {
            refuse.run();
        } else {
            ByteBuf content = Unpooled.wrappedBuffer(message);
            out.add(binary ? new BinaryWebSocketFrame(content) : new TextWebSocketFrame(content));
        }
    }

    /** Returns null if the message is malformed or too long. */
    private byte[] inflate(byte[] compressed) {
        ByteArrayOutputStream message = new ByteArrayOutputStream(INFLATED_AT_ONCE);
        byte[] part = new byte[INFLATED_AT_ONCE];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(compressed);
            int length;
            while ((length = inflater.inflate(part)) > 0) {
                if (message.size() + length > maxMessageBytes) {
                    return null;
                }
                message.write(part, 0, length);
            }
            return message.toByteArray();
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    private void begin(ChannelHandlerContext context, WebSocketFrame first) {
        end();
        binary = first instanceof BinaryWebSocketFrame;
        begun = context.alloc().buffer();
    }

    private void end() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        end();
        super.handlerRemoved(context);
    }
}
