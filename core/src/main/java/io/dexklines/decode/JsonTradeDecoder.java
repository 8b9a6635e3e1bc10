package io.dexklines.decode;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Decodes the value of a Kafka record. Each element of the value's array becomes a trade or an
 * excluded entry. A value that is not an array becomes one excluded entry. Not thread-safe.
 *
 * <p>A record is scanned in one pass by {@link ScanningDecoder}. One that the scanner does not
 * understand is decoded by {@link StreamingDecoder}, which understands every record and returns the
 * same for those that the scanner understands.
 *
 * <p>Decisions that the input contract leaves open:
 *
 * <ul>
 *   <li>An optional field of the wrong type counts as absent. {@code mcap}, {@code
 *       base_token_amount}, {@code base_token_price_usd}, {@code block_num}, {@code slot}, {@code
 *       transaction_index} and {@code log_index} are then 0. A negative {@code mcap} or {@code
 *       base_token_price_usd} is 0, too.
 *   <li>A label that cannot be shown counts as empty: a token's address that is no {@link
 *       io.dexklines.trade.Identifier}, a name or symbol that is not {@link
 *       io.dexklines.text.PrintableText} or longer than {@value TradeFields#MAX_LABEL_LENGTH}
 *       characters.
 *   <li>A number of more than {@value DecimalNumber#MAX_LENGTH} characters is invalid.
 *   <li>A record is malformed if it is not UTF-8, begins with a byte order mark, or is nested
 *       deeper than {@value StreamingDecoder#MAX_DEPTH} levels.
 * </ul>
 */
public final class JsonTradeDecoder {

    private final ScanningDecoder scanning;
    private final StreamingDecoder streaming;

    /**
     * @param chainsByTopic the chain ids that each topic may carry
     * @param maxFuture how far {@code block_time} may be ahead of the clock
     * @param clock the wall clock
     */
    public JsonTradeDecoder(
            Map<String, Set<String>> chainsByTopic, Duration maxFuture, Clock clock) {
        RecordEntries entries = new RecordEntries(chainsByTopic, maxFuture, clock);
        this.scanning = new ScanningDecoder(entries);
        this.streaming = new StreamingDecoder(entries);
    }

    /**
     * Decodes one record. Does not throw, whatever the value is.
     *
     * @param value the record's value; null for a tombstone
     * @param topic topic of the record, which determines the expected chains
     * @param partition partition of the record
     * @param offset offset of the record
     */
    public DecodedRecord decode(byte[] value, String topic, int partition, long offset) {
        DecodedRecord scanned = scanning.decode(value, topic, partition, offset);
        return scanned != null ? scanned : streaming.decode(value, topic, partition, offset);
    }
}
