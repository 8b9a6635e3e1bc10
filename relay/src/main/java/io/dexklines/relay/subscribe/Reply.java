package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.relay.token.TokenRefusal;

/** Builds replies to requests, and the notice of an ended subscription, as JSON. */
final class Reply {

    private Reply() {}

    /**
     * Returns a reply such as {@code {"result":null,"id":1}}.
     *
     * @param result null, a boolean or a list of strings
     */
    static String result(Object result, JsonNode id) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode().putPOJO("result", result);
        reply.set("id", id);
        return reply.toString();
    }

    /** Returns {@code {"error":{"code":2,"msg":"…"},"id":1}}. */
    static String error(RequestException e, JsonNode id) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        reply.putObject("error").put("code", e.code()).put("msg", e.getMessage());
        reply.set("id", id);
        return reply.toString();
    }

    /**
     * Returns the notice that the relay has ended a subscription, {@code
     * {"e":"unsubscribed","E":…,"stream":"…","code":-2015,"reason":"expired","msg":"…"}}.
     *
     * @param combined whether messages contain the name of their stream
     */
    static String ended(StreamName stream, TokenRefusal refusal, boolean combined, long nowMs) {
        ObjectNode notice =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("e", "unsubscribed")
                        .put("E", nowMs)
                        .put("stream", stream.text())
                        .put("code", RequestException.Reason.UNAUTHORIZED.code())
                        .put("reason", refusal.label())
                        .put("msg", message(stream, refusal));
        return combined
                ? JsonNodeFactory.instance
                        .objectNode()
                        .put("stream", stream.text())
                        .<ObjectNode>set("data", notice)
                        .toString()
                : notice.toString();
    }

    /** Returns why a stream cannot be read, for the client. */
    static String message(StreamName stream, TokenRefusal refusal) {
        return stream + ": " + refusal.message();
    }
}
