package io.dexklines.relay.subscribe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.VertxConnection;
import java.util.HashMap;
import java.util.Map;

/**
 * Negotiates {@code permessage-deflate} (RFC 7692) with subscribers that offer it, always without
 * context takeover in both directions. So messages can be compressed once for all, and a connection
 * keeps no window between two messages.
 */
public final class DeflateNegotiation extends WebSocketServerExtensionHandler {

    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";

    /** Of the encoder, which gets no messages, since frames bypass it. */
    private static final int UNUSED_LEVEL = 0;

    private DeflateNegotiation(int maxMessageBytes) {
        super(new WithoutContext(maxMessageBytes));
    }

    /**
     * Replaces the handler with which Vert.x negotiates extensions.
     *
     * @param maxMessageBytes the most bytes of a message from a client
     */
    public static void install(HttpConnection connection, int maxMessageBytes) {
        ChannelPipeline pipeline =
                ((VertxConnection) connection).channelHandlerContext().pipeline();
        pipeline.replace(
                WebSocketServerExtensionHandler.class,
                "deflate-negotiation",
                new DeflateNegotiation(maxMessageBytes));
    }

    @Override
    protected void onHttpRequestChannelRead(ChannelHandlerContext context, HttpRequest request)
            throws Exception {
        // publishers and followers do not negotiate it
        if (request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)
                && !SubscriberHandshake.isAt(new QueryStringDecoder(request.uri()).rawPath())) {
            request.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        }
        super.onHttpRequestChannelRead(context, request);
    }

    @Override
    protected void onHttpResponseWrite(
            ChannelHandlerContext context, HttpResponse response, ChannelPromise promise)
            throws Exception {
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            context.pipeline().addAfter(context.name(), "reserved-bits", new ReservedBits());
        }
        super.onHttpResponseWrite(context, response, promise);
    }

    /**
     * Negotiates as if each client had offered to do without context takeover, which RFC 7692
     * permits (sections 7.1.1.1 and 7.1.1.2).
     */
    private record WithoutContext(int maxMessageBytes)
            implements WebSocketServerExtensionHandshaker {

        private static final WebSocketServerExtensionHandshaker NETTY =
                new PerMessageDeflateServerExtensionHandshaker(
                        UNUSED_LEVEL,
                        false,
                        PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                        true,
                        true,
                        1);

        @Override
        public WebSocketServerExtension handshakeExtension(WebSocketExtensionData offer) {
            Map<String, String> parameters = new HashMap<>(offer.parameters());
            parameters.put(SERVER_NO_CONTEXT, null);
            parameters.put(CLIENT_NO_CONTEXT, null);
            try {
                WebSocketServerExtension agreed =
                        NETTY.handshakeExtension(
                                new WebSocketExtensionData(offer.name(), parameters));
                return agreed == null ? null : new Bounded(agreed, maxMessageBytes);
            } catch (NumberFormatException e) {
                return null; // an invalid window size declines the offer
            }
        }
    }

    /** An agreed extension whose messages are bounded. */
    private record Bounded(WebSocketServerExtension agreed, int maxMessageBytes)
            implements WebSocketServerExtension {
        @Override
        public int rsv() {
            return agreed.rsv();
        }

        @Override
        public WebSocketExtensionData newReponseData() {
            return agreed.newReponseData();
        }

        @Override
        public WebSocketExtensionEncoder newExtensionEncoder() {
            return agreed.newExtensionEncoder();
        }

        @Override
        public WebSocketExtensionDecoder newExtensionDecoder() {
            return new InflatingDecoder(maxMessageBytes);
        }
    }

    /** Refuses frames with reserved bits that no extension has taken. */
    private static final class ReservedBits extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof WebSocketFrame frame && frame.rsv() != 0) {
                ReferenceCountUtil.release(frame);
                context.fireExceptionCaught(
                        new CorruptedWebSocketFrameException(
                                WebSocketCloseStatus.PROTOCOL_ERROR, "reserved bits"));
            } else {
                super.channelRead(context, message);
            }
        }
    }
}
