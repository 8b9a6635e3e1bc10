package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.relay.resume.ResumeException;
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
     * Returns that streams cannot go on where the client asks for: {@code
     * {"error":{"code":-1130,"msg":"…","stream":"…","from":…},"id":1}}. The member {@code from} is
     * there if it is known from where the stream can go on.
     */
    static String error(StreamName stream, ResumeException e, JsonNode id) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        ObjectNode error =
                reply.putObject("error")
                        .put("code", e.reason().code())
                        .put("msg", stream + ": " + e.getMessage())
                        .put("stream", stream.text());
        if (e.from() != null) {
            error.put("from", e.from());
        }
        reply.set("id", id);
        return reply.toString();
    }

    /**
     * Returns the notice that the relay has ended a subscription whose past cannot be read any
     * longer, in the form of {@link #ended(StreamName, TokenRefusal, boolean, long)}.
     */
    static String ended(StreamName stream, ResumeException e, boolean combined, long nowMs) {
        return ended(
                stream,
                e.reason().code(),
                e.reason().label(),
                stream + ": " + e.getMessage(),
                combined,
                nowMs);
    }

    /**
     * Returns the notice that the relay has ended a subscription, {@code
     * {"e":"unsubscribed","E":…,"stream":"…","code":-2015,"reason":"expired","msg":"…"}}.
     *
     * @param combined whether messages contain the name of their stream
     */
    static String ended(StreamName stream, TokenRefusal refusal, boolean combined, long nowMs) {
        return ended(
                stream,
                RequestException.Reason.UNAUTHORIZED.code(),
                refusal.label(),
                message(stream, refusal),
                combined,
                nowMs);
    }

    private static String ended(
            StreamName stream,
            int code,
            String reason,
            String message,
            boolean combined,
            long nowMs) {
        ObjectNode notice =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("e", "unsubscribed")
                        .put("E", nowMs)
                        .put("stream", stream.text())
                        .put("code", code)
                        .put("reason", reason)
                        .put("msg", message);
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
