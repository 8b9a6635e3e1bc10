package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dexklines.relay.stream.StreamName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a subscriber sends: {@code {"method":"SUBSCRIBE","params":["1:0xabc@kline_1m"],"id":1}}.
 *
 * <p>Reading comes in two steps so that an error can be answered with the request's id: first the
 * JSON, then what it asks for.
 */
final class Request {

    enum Method {
        SUBSCRIBE,
        UNSUBSCRIBE,
        LIST_SUBSCRIPTIONS,
        SET_PROPERTY,
        GET_PROPERTY
    }

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int MAX_ID_LENGTH = 36;
    private static final int MAX_ECHO_LENGTH = 64;

    private final JsonNode body;

    private Request(JsonNode body) {
        this.body = body;
    }

    /** Reads the JSON. */
    static Request parse(String text) throws RefusedRequest {
        try {
            JsonNode body = JSON.readTree(text);
            return new Request(body == null ? MissingNode.getInstance() : body);
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            throw new RefusedRequest(
                    RefusedRequest.Reason.INVALID_JSON,
                    location == null
                            ? "Invalid JSON"
                            : "Invalid JSON: expected value at line %d column %d"
                                    .formatted(location.getLineNr(), location.getColumnNr()));
        }
    }

    /**
     * What the answer carries as its id: the request's own, or null if it has none that will do.
     */
    JsonNode id() {
        return hasValidId() ? body.get("id") : JsonNodeFactory.instance.nullNode();
    }

    private boolean hasValidId() {
        JsonNode id = body.path("id");
        return id.isNull()
                || id.canConvertToLong() && id.isIntegralNumber() && id.longValue() >= 0
                || id.isTextual() && id.textValue().length() <= MAX_ID_LENGTH;
    }

    /** What is asked for. */
    Method method() throws RefusedRequest {
        if (!body.isObject()) {
            throw RefusedRequest.invalid("expected an object");
        }
        if (!hasValidId()) {
            throw RefusedRequest.invalid("request ID must be an unsigned integer");
        }
        JsonNode method = body.path("method");
        if (!method.isTextual()) {
            throw RefusedRequest.invalid("missing field `method`");
        }
        for (Method known : Method.values()) {
            if (known.name().equals(method.textValue())) {
                return known;
            }
        }
        throw RefusedRequest.invalid(
                "unknown variant `%s`, expected one of %s"
                        .formatted(
                                shortened(method.textValue()),
                                Arrays.stream(Method.values())
                                        .map(known -> "`" + known + "`")
                                        .collect(Collectors.joining(", "))));
    }

    /** The parameters as names of streams, each once, in the order given. */
    Set<StreamName> streams() throws RefusedRequest {
        Set<StreamName> streams = new LinkedHashSet<>();
        for (JsonNode param : params()) {
            if (!param.isTextual()) {
                throw RefusedRequest.invalid("a stream name must be a string");
            }
            try {
                streams.add(StreamName.parse(param.textValue()));
            } catch (IllegalArgumentException e) {
                throw RefusedRequest.invalid(
                        "`%s`: %s".formatted(shortened(param.textValue()), e.getMessage()));
            }
        }
        return streams;
    }

    private List<JsonNode> params() throws RefusedRequest {
        JsonNode params = body.path("params");
        if (!params.isArray()) {
            throw RefusedRequest.invalid("missing field `params`");
        }
        List<JsonNode> list = new ArrayList<>();
        params.forEach(list::add);
        return list;
    }

    /** The token that comes with the request, null if none does. */
    String token() {
        return body.path("token").textValue();
    }

    /** Refuses any property but {@code combined}, the only one there is. */
    void requirePropertyCombined() throws RefusedRequest {
        List<JsonNode> params = params();
        if (params.isEmpty() || !params.get(0).isTextual()) {
            throw RefusedRequest.invalid("property name must be a string");
        }
        if (!params.get(0).textValue().equals("combined")) {
            throw new RefusedRequest(RefusedRequest.Reason.UNKNOWN_PROPERTY, "Unknown property");
        }
    }

    /** What the property is to be set to. */
    boolean propertyValue() throws RefusedRequest {
        List<JsonNode> params = params();
        if (params.size() != 2 || !params.get(1).isBoolean()) {
            throw new RefusedRequest(
                    RefusedRequest.Reason.INVALID_VALUE, "Invalid value type: expected Boolean");
        }
        return params.get(1).booleanValue();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_ECHO_LENGTH ? text : text.substring(0, MAX_ECHO_LENGTH) + "…";
    }
}
