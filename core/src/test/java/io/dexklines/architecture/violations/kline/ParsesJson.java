package io.dexklines.architecture.violations.kline;

import com.fasterxml.jackson.core.JsonParser;

/** Kline arithmetic that parses JSON. */
public final class ParsesJson {

    private JsonParser parser;

    public JsonParser parser() {
        return parser;
    }
}
