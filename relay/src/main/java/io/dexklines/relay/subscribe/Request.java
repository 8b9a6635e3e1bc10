package io.dexklines.relay.subscribe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dexklines.relay.resume.Since;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.text.PrintableText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request of a subscriber: {@code {"method":"SUBSCRIBE","params":["1:0xabc@kline_1m"],"id":1}}.
 *
 * <p>The JSON is parsed first and its contents are checked later, so that an error can be answered
 * with the id of the request.
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

    /** Parses the JSON. */
    static Request parse(String text) throws RequestException {
        try {
            JsonNode body = JSON.readTree(text);
            return new Request(body == null ? MissingNode.getInstance() : body);
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            throw new RequestException(
                    RequestException.Reason.INVALID_JSON,
                    location == null
                            ? "Invalid JSON"
                            : "Invalid JSON: expected value at line %d column %d"
                                    .formatted(location.getLineNr(), location.getColumnNr()));
        }
    }

    /**
     * Returns the id for the reply: that of the request, or JSON null if it is missing or invalid.
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

    Method method() throws RequestException {
        if (!body.isObject()) {
            throw RequestException.invalid("expected an object");
        }
        if (!hasValidId()) {
            throw RequestException.invalid("request ID must be an unsigned integer");
        }
        JsonNode method = body.path("method");
        if (!method.isTextual()) {
            throw RequestException.invalid("missing field `method`");
        }
        for (Method known : Method.values()) {
            if (known.name().equals(method.textValue())) {
                return known;
            }
        }
        throw RequestException.invalid(
                "unknown variant `%s`, expected one of %s"
                        .formatted(
                                shortened(method.textValue()),
                                Arrays.stream(Method.values())
                                        .map(known -> "`" + known + "`")
                                        .collect(Collectors.joining(", "))));
    }

    /** Returns the parameters as stream names, without duplicates, in the given order. */
    Set<StreamName> streams() throws RequestException {
        Set<StreamName> streams = new LinkedHashSet<>();
        for (JsonNode param : params()) {
            if (!param.isTextual()) {
                throw RequestException.invalid("a stream name must be a string");
            }
            streams.add(stream(param.textValue()));
        }
        return streams;
    }

    private static StreamName stream(String name) throws RequestException {
        try {
            return StreamName.parse(name);
        } catch (IllegalArgumentException e) {
            throw RequestException.invalid("`%s`: %s".formatted(shortened(name), e.getMessage()));
        }
    }

    private List<JsonNode> params() throws RequestException {
        JsonNode params = body.path("params");
        if (!params.isArray()) {
            throw RequestException.invalid("missing field `params`");
        }
        List<JsonNode> list = new ArrayList<>();
        params.forEach(list::add);
        return list;
    }

    /**
     * Returns from where streams go on; those that are not in the map begin now.
     *
     * @param named the streams of the request
     */
    Map<StreamName, Long> since(Set<StreamName> named) throws RequestException {
        JsonNode since = body.path("since");
        Map<StreamName, Long> byStream = new LinkedHashMap<>();
        if (since.isObject()) {
            for (Map.Entry<String, JsonNode> each : since.properties()) {
                StreamName stream = stream(each.getKey());
                if (!named.contains(stream)) {
                    throw RequestException.invalid(
                            "`%s` of `since` is not among `params`"
                                    .formatted(shortened(each.getKey())));
                }
                byStream.put(stream, value(each.getValue()));
            }
        } else if (!since.isMissingNode() && !since.isNull()) {
            long value = value(since);
            named.forEach(stream -> byStream.put(stream, value));
        }
        return byStream;
    }

    private static long value(JsonNode since) throws RequestException {
        try {
            return Since.parse(since.isContainerNode() ? "" : since.asText());
        } catch (IllegalArgumentException e) {
            throw RequestException.invalid(e.getMessage());
        }
    }

    /** Returns the user's token; null if the request has none. */
    String token() {
        return body.path("token").textValue();
    }

    /** Refuses every property except {@code combined}, the only one. */
    void requirePropertyCombined() throws RequestException {
        List<JsonNode> params = params();
        if (params.isEmpty() || !params.get(0).isTextual()) {
            throw RequestException.invalid("property name must be a string");
        }
        if (!params.get(0).textValue().equals("combined")) {
            throw new RequestException(
                    RequestException.Reason.UNKNOWN_PROPERTY, "Unknown property");
        }
    }

    /** Returns the new value of the property. */
    boolean propertyValue() throws RequestException {
        List<JsonNode> params = params();
        if (params.size() != 2 || !params.get(1).isBoolean()) {
            throw new RequestException(
                    RequestException.Reason.INVALID_VALUE, "Invalid value type: expected Boolean");
        }
        return params.get(1).booleanValue();
    }

    private static String shortened(String text) {
        String shown = PrintableText.of(text, MAX_ECHO_LENGTH);
        return text.codePointCount(0, text.length()) <= MAX_ECHO_LENGTH ? shown : shown + "…";
    }
}
