package io.dexklines.relay.resume;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.text.DecimalText;
import java.nio.charset.StandardCharsets;

/**
 * The message of a stored kline. It has the members of a live one, apart from those that no store
 * holds: the places of the first and the last trade, {@code f} and {@code L}.
 */
final class KlineMessage {

    private final StringBuilder text = new StringBuilder(512);

    private KlineMessage() {}

    /**
     * Returns the message.
     *
     * @param version the version of the kline
     * @param nowMs when it is sent, epoch milliseconds
     */
    static StreamEvent of(
            StreamName stream,
            Interval interval,
            PastKline kline,
            KlineVersion version,
            long nowMs) {
        KlineMessage message = new KlineMessage();
        message.write(stream.pair(), interval, kline, version, nowMs);
        return new StreamEvent(
                stream.text(),
                message.text.toString().getBytes(StandardCharsets.US_ASCII),
                version,
                null);
    }

    private void write(
            String pair, Interval interval, PastKline kline, KlineVersion version, long nowMs) {
        // names of streams need no escaping
        text.append("{\"e\":\"kline\",\"E\":").append(nowMs);
        text.append(",\"s\":\"").append(pair);
        text.append("\",\"k\":{\"t\":").append(version.openTimeMs());
        text.append(",\"T\":").append(interval.closeTimeMs(version.openTimeMs()) - 1);
        text.append(",\"s\":\"").append(pair);
        text.append("\",\"i\":\"").append(interval.code()).append('"');
        number("o", kline.open());
        number("c", kline.close());
        number("h", kline.high());
        number("l", kline.low());
        number("v", kline.volumeToken());
        text.append(",\"n\":").append(version.trades());
        text.append(",\"x\":").append(version.closed());
        number("q", kline.volumeUsd());
        if (kline.buyVolume() != null) {
            number("V", kline.buyVolume().token());
            number("Q", kline.buyVolume().usd());
        }
        if (kline.mcap() != null) {
            number("mo", kline.mcap().open());
            number("mh", kline.mcap().high());
            number("ml", kline.mcap().low());
            number("mc", kline.mcap().close());
        }
        if (kline.sides() != null) {
            text.append(",\"nb\":").append(kline.sides().buys());
        }
        if (kline.tradeTimes() != null) {
            text.append(",\"tf\":").append(kline.tradeTimes().first() * 1_000);
            text.append(",\"tl\":").append(kline.tradeTimes().last() * 1_000);
        }
        text.append("}}");
    }

    private void number(String name, double value) {
        text.append(",\"").append(name).append("\":\"").append(DecimalText.of(value)).append('"');
    }
}
