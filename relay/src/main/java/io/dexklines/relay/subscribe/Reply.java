package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Builds replies to requests as JSON. */
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
}
