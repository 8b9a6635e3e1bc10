package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.stream.StreamName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {

    @Test
    void streamsAreReturnedInOrderWithoutDuplicates() throws Exception {
        Request request =
                Request.parse(
                        "{\"method\":\"SUBSCRIBE\",\"params\":[\"1:0xB@kline_1m\",\"1@smartmoney\",\"1:0xb@kline_1m\"],\"id\":1}");

        assertThat(request.method()).isEqualTo(Request.Method.SUBSCRIBE);
        assertThat(request.id()).hasToString("1");
        assertThat(request.token()).isNull();
        assertThat(request.streams())
                .extracting(StreamName::text)
                .containsExactly("1:0xb@kline_1m", "1@smartmoney");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '%',
            value = {
                "17|{1:0xb@kline_1m=17, 1@smartmoney=17}",
                "\"17\"|{1:0xb@kline_1m=17, 1@smartmoney=17}",
                "{\"1:0xB@kline_1m\":18}|{1:0xb@kline_1m=18}",
                "{}|{}",
                "null|{}"
            })
    void streamsGoOnFromOneValueOrFromOneEach(String since, String byStream) throws Exception {
        Request request = resuming(since);

        assertThat(request.since(request.streams())).hasToString(byStream);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '%',
            value = {
                "-1|`since` must be an open time in milliseconds or an event id",
                "1.5|`since` must be an open time in milliseconds or an event id",
                "[1]|`since` must be an open time in milliseconds or an event id",
                "{\"1@smartmoney\":true}|`since` must be an open time in milliseconds or an event id",
                "{\"2@smartmoney\":1}|`2@smartmoney` of `since` is not among `params`"
            })
    void anInvalidSinceIsRefused(String since, String message) throws Exception {
        Request request = resuming(since);

        assertThatThrownBy(() -> request.since(request.streams()))
                .hasMessage("Invalid request: " + message);
    }

    private static Request resuming(String since) throws RequestException {
        return Request.parse(
                "{\"method\":\"SUBSCRIBE\",\"params\":[\"1:0xb@kline_1m\",\"1@smartmoney\"],\"since\":"
                        + since
                        + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9223372036854775807", "null", "\"a-1\""})
    void anIdIsAnUnsignedIntegerAShortStringOrNull(String id) throws Exception {
        Request request = Request.parse("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":" + id + "}");

        assertThat(request.method()).isEqualTo(Request.Method.LIST_SUBSCRIPTIONS);
        assertThat(request.id()).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"method\":\"LIST_SUBSCRIPTIONS\"}",
                "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":-1}",
                "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":1.5}",
                "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":[1]}",
                "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":9223372036854775808}",
                "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":\"1234567890123456789012345678901234567\"}"
            })
    void anInvalidIdIsRefusedAndAnsweredWithNull(String text) throws Exception {
        Request request = Request.parse(text);

        assertThat(request.id()).hasToString("null");
        assertThatThrownBy(request::method)
                .hasMessage("Invalid request: request ID must be an unsigned integer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|expected an object",
                "``|expected an object",
                "{\"id\":1}|missing field `method`",
                "{\"id\":1,\"method\":\"subscribe\"}|unknown variant `subscribe`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`"
            })
    void anUnknownMethodIsRefused(String text, String message) throws Exception {
        Request request = Request.parse(text);

        assertThatThrownBy(request::method).hasMessage("Invalid request: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"params\":\"x\"}|missing field `params`",
                "{\"params\":[1]}|a stream name must be a string",
                "{\"params\":[\"nonsense\"]}|`nonsense`: unknown stream, expected one of {chain_id}:{pair_addr}@kline_{interval}[_closed], {chain_id}:{pair_addr}@trade, {chain_id}@smartmoney, user:{user_id}@alerts"
            })
    void invalidStreamNamesAreRefused(String text, String message) throws Exception {
        Request request = Request.parse(text);

        assertThatThrownBy(request::streams).hasMessage("Invalid request: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "hello", "{}{}", "{\"id\":1,}"})
    void malformedJsonIsRefused(String text) {
        assertThatThrownBy(() -> Request.parse(text))
                .isInstanceOf(RequestException.class)
                .hasMessageStartingWith("Invalid JSON: expected value at line 1 column ")
                .extracting(refused -> ((RequestException) refused).code())
                .isEqualTo(3);
    }

    @Test
    void theOnlyPropertyIsCombined() throws Exception {
        Request request = Request.parse("{\"params\":[\"combined\",true]}");
        request.requirePropertyCombined();
        assertThat(request.propertyValue()).isTrue();

        assertThatThrownBy(Request.parse("{\"params\":[\"x\"]}")::requirePropertyCombined)
                .hasMessage("Unknown property");
        assertThatThrownBy(Request.parse("{\"params\":[\"combined\",1]}")::propertyValue)
                .hasMessage("Invalid value type: expected Boolean");
    }
}
