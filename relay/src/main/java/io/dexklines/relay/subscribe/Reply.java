package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** The answers to requests, as JSON text. */
final class Reply {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Reply() {}

    /** {@code {"result":null,"id":1}}: done. */
    static String done(JsonNode id) {
        return result(NODES.nullNode(), id);
    }

    static String list(Collection<String> streams, JsonNode id) {
        var list = NODES.arrayNode(streams.size());
        streams.forEach(list::add);
        return result(list, id);
    }

    static String property(boolean value, JsonNode id) {
        return result(NODES.booleanNode(value), id);
    }

    private static String result(JsonNode result, JsonNode id) {
        ObjectNode reply = NODES.objectNode();
        reply.set("result", result);
        reply.set("id", id);
        return reply.toString();
    }

    /** {@code {"error":{"code":2,"msg":"…"},"id":1}}. */
    static String error(RefusedRequest refused, JsonNode id) {
        ObjectNode reply = NODES.objectNode();
        reply.putObject("error").put("code", refused.code()).put("msg", refused.getMessage());
        reply.set("id", id);
        return reply.toString();
    }
}
