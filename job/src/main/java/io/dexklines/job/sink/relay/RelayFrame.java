package io.dexklines.job.sink.relay;

import io.dexklines.kline.Kline;
import io.dexklines.text.DecimalText;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Pair;

/**
 * A text frame to the relay: one or more lines, each a JSON object of a stream's name and its
 * payload, klines in the shape of Binance's kline stream. Pure ASCII, whatever a pair calls itself.
 */
final class RelayFrame {

    private final StringBuilder text = new StringBuilder();

    /** Adds a line. */
    void add(RelayEvent event) {
        beginLine(event.stream());
        text.append(event.data()).append('}');
    }

    /**
     * Adds a line.
     *
     * @param eventTimeMs when it is sent, epoch milliseconds
     */
    void add(Pair pair, Kline kline, long eventTimeMs) {
        beginLine(pair.text() + "@kline_" + kline.interval().code());
        text.append("{\"e\":\"kline\",\"E\":").append(eventTimeMs).append(",\"s\":");
        quoted(pair.text());
        text.append(",\"k\":{\"t\":").append(kline.openTimeMs());
        text.append(",\"T\":").append(kline.closeTimeMs() - 1);
        text.append(",\"s\":");
        quoted(pair.text());
        text.append(",\"i\":\"").append(kline.interval().code());
        text.append("\",\"f\":\"").append(kline.first().text());
        text.append("\",\"L\":\"").append(kline.last().text()).append('"');
        number("o", kline.open());
        number("c", kline.close());
        number("h", kline.high());
        number("l", kline.low());
        number("v", kline.volumeToken());
        text.append(",\"n\":").append(kline.trades());
        text.append(",\"x\":").append(kline.closed());
        number("q", kline.volumeUsd());
        number("V", kline.buyVolumeToken());
        number("Q", kline.buyVolumeUsd());
        text.append("}}}");
    }

    /** How many characters, which are as many bytes, it has so far. */
    int length() {
        return text.length();
    }

    /** The lines so far, without a line break behind the last. */
    String text() {
        return text.toString();
    }

    private void beginLine(String stream) {
        if (text.length() > 0) {
            text.append('\n');
        }
        text.append("{\"stream\":");
        quoted(stream);
        text.append(",\"data\":");
    }

    private void number(String name, double value) {
        text.append(",\"").append(name).append("\":\"").append(DecimalText.of(value)).append('"');
    }

    private void quoted(String raw) {
        JsonObject.quote(raw, text);
    }
}
