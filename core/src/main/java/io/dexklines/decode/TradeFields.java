package io.dexklines.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.PairLabels;
import java.io.IOException;

/**
 * The fields of one trade as read from its JSON, each with its value or what is wrong with it. An
 * instance is reused for all trades and allocates nothing but strings. If a key is repeated, the
 * last value counts.
 */
final class TradeFields {

    /** The longest symbol or name in characters. Longer ones are dropped. They are untrusted. */
    static final int MAX_LABEL_LENGTH = 64;

    private static final int MAX_LABEL_UNITS = 2 * MAX_LABEL_LENGTH;

    private static final String MISSING = "is missing";
    private static final String NULL = "is null";
    private static final String TOO_LONG =
            "is too long: it has more than " + DecimalNumber.MAX_LENGTH + " characters";

    private final TextCache anyText = new TextCache(text -> true);
    private final TextCache identifiers = new TextCache(Identifier::isValid);
    private final TextCache displayTexts =
            new TextCache(
                    text ->
                            text.codePointCount(0, text.length()) <= MAX_LABEL_LENGTH
                                    && PrintableText.isPrintable(text));

    final Text type = new Text("type", anyText);
    final Text chainId = new Text("chain_id", identifiers);
    final Text pairAddress = new Text("pair_addr", identifiers);
    final Text txHash = new Text("tx_hash", identifiers);
    final Text maker = new Text("maker", identifiers);
    final Decimal tokenAmount = new Decimal("token_amount", false);
    final Decimal baseTokenAmount = new Decimal("base_token_amount", false);
    final Decimal totalUsd = new Decimal("total_usd", false);
    final Decimal tokenPriceUsd = new Decimal("token_price_usd", true);
    final Decimal baseTokenPriceUsd = new Decimal("base_token_price_usd", false);
    final Decimal mcap = new Decimal("mcap", false);
    final Whole blockTime = new Whole("block_time");
    final Whole blockNum = new Whole("block_num");
    final Whole slot = new Whole("slot");
    final Whole transactionIndex = new Whole("transaction_index");
    final Whole logIndex = new Whole("log_index");
    boolean clamp;

    /** The number of labels that were given but cannot be shown. They are empty. */
    int labelsDropped;

    private String swapName;
    private String tokenAddress;
    private String tokenSymbol;
    private String baseTokenSymbol;
    private PairLabels labels = PairLabels.UNKNOWN;

    /** The fields without which a trade is invalid, in the order in which they are checked. */
    private final Field[] required = {
        chainId, pairAddress, txHash, maker, blockTime, tokenAmount, totalUsd, tokenPriceUsd
    };

    private final Field[] all = {
        type,
        chainId,
        pairAddress,
        txHash,
        maker,
        tokenAmount,
        baseTokenAmount,
        totalUsd,
        tokenPriceUsd,
        baseTokenPriceUsd,
        mcap,
        blockTime,
        blockNum,
        slot,
        transactionIndex,
        logIndex
    };

    /** Reads an object whose start the parser has just passed, up to its end. */
    void read(JsonParser parser) throws IOException {
        for (Field field : all) {
            field.clear();
        }
        clamp = false;
        labelsDropped = 0;
        swapName = "";
        clearPairInfo();

        String name = parser.nextFieldName();
        while (name != null) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "chain_id" -> chainId.readTextOrInteger(parser, token);
                case "pair_addr" -> pairAddress.read(parser, token);
                case "tx_hash" -> txHash.read(parser, token);
                case "maker" -> maker.read(parser, token);
                case "type" -> type.read(parser, token);
                case "token_amount" -> tokenAmount.read(parser, token);
                case "base_token_amount" -> baseTokenAmount.read(parser, token);
                case "total_usd" -> totalUsd.read(parser, token);
                case "token_price_usd" -> tokenPriceUsd.read(parser, token);
                case "base_token_price_usd" -> baseTokenPriceUsd.read(parser, token);
                case "mcap" -> mcap.read(parser, token);
                case "block_num" -> blockNum.read(parser, token);
                case "slot" -> slot.read(parser, token);
                case "block_time" -> blockTime.read(parser, token);
                case "transaction_index" -> transactionIndex.read(parser, token);
                case "log_index" -> logIndex.read(parser, token);
                case "clamp" -> clamp = token == JsonToken.VALUE_TRUE;
                case "swap_name" -> swapName = label(parser, token, displayTexts);
                case "pair_info" -> readPairInfo(parser, token);
                default -> {
                    // not used
                }
            }
            parser.skipChildren();
            name = parser.nextFieldName();
        }
    }

    /** Returns what is wrong with the first invalid required field; null if all are valid. */
    String problem() {
        for (Field field : required) {
            if (field.problem != null) {
                return field.name + " " + field.problem;
            }
        }
        return null;
    }

    /** Returns the labels. As long as they do not change, returns the same object. */
    PairLabels labels() {
        if (!labels.swapName().equals(swapName)
                || !labels.tokenAddress().equals(tokenAddress)
                || !labels.tokenSymbol().equals(tokenSymbol)
                || !labels.baseTokenSymbol().equals(baseTokenSymbol)) {
            labels = new PairLabels(swapName, tokenAddress, tokenSymbol, baseTokenSymbol);
        }
        return labels;
    }

    private void clearPairInfo() {
        tokenAddress = "";
        tokenSymbol = "";
        baseTokenSymbol = "";
    }

    private void readPairInfo(JsonParser parser, JsonToken start) throws IOException {
        clearPairInfo();
        if (start != JsonToken.START_OBJECT) {
            return;
        }
        String name = parser.nextFieldName();
        while (name != null) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "token_addr" -> tokenAddress = label(parser, token, identifiers);
                case "token_symbol" -> tokenSymbol = label(parser, token, displayTexts);
                case "base_token_symbol" -> baseTokenSymbol = label(parser, token, displayTexts);
                default -> {
                    // not used
                }
            }
            parser.skipChildren();
            name = parser.nextFieldName();
        }
    }

    /** Returns a label; an empty string if there is none or it is not admitted. */
    private String label(JsonParser parser, JsonToken token, TextCache admitted)
            throws IOException {
        if (token != JsonToken.VALUE_STRING || parser.getTextLength() == 0) {
            return "";
        }
        int length = parser.getTextLength();
        // a character has at most two UTF-16 units
        String label =
                length <= MAX_LABEL_UNITS
                        ? admitted.text(parser.getTextCharacters(), parser.getTextOffset(), length)
                        : null;
        if (label == null) {
            labelsDropped++;
            return "";
        }
        return label;
    }

    /** A field of a trade: its value, or the problem with it. */
    abstract static class Field {

        final String name;

        /** What is wrong, to be read after the name, such as "is missing"; null if nothing is. */
        String problem;

        Field(String name) {
            this.name = name;
        }

        void clear() {
            problem = MISSING;
        }
    }

    /** A string of 1 to {@link Identifier#MAX_LENGTH} characters. */
    static final class Text extends Field {

        /** The string; null if there is a {@link #problem}. */
        String value;

        private final TextCache admitted;

        Text(String name, TextCache admitted) {
            super(name);
            this.admitted = admitted;
        }

        void read(JsonParser parser, JsonToken token) throws IOException {
            value = null;
            if (token == JsonToken.VALUE_STRING) {
                take(parser);
            } else {
                problem = token == JsonToken.VALUE_NULL ? NULL : "is not a string";
            }
        }

        void readTextOrInteger(JsonParser parser, JsonToken token) throws IOException {
            if (token == JsonToken.VALUE_NUMBER_INT) {
                take(parser);
            } else {
                read(parser, token);
            }
        }

        private void take(JsonParser parser) throws IOException {
            char[] chars = parser.getTextCharacters();
            int length = parser.getTextLength();
            value = null;
            if (length > 0 && length <= Identifier.MAX_LENGTH) {
                value = admitted.text(chars, parser.getTextOffset(), length);
            }
            // the beginning of a long text has the same problem
            problem =
                    value != null
                            ? null
                            : Identifier.problem(
                                    new String(
                                            chars,
                                            parser.getTextOffset(),
                                            Math.min(length, Identifier.MAX_LENGTH + 1)));
        }
    }

    /** A decimal number, or a string that contains one. */
    static final class Decimal extends Field {

        private final boolean positive;
        private double value;

        Decimal(String name, boolean positive) {
            super(name);
            this.positive = positive;
        }

        @Override
        void clear() {
            super.clear();
            value = 0;
        }

        void read(JsonParser parser, JsonToken token) throws IOException {
            value = 0;
            if (token != JsonToken.VALUE_STRING
                    && token != JsonToken.VALUE_NUMBER_FLOAT
                    && token != JsonToken.VALUE_NUMBER_INT) {
                problem = token == JsonToken.VALUE_NULL ? NULL : "is not a number";
                return;
            }
            if (parser.getTextLength() > DecimalNumber.MAX_LENGTH) {
                problem = TOO_LONG;
                return;
            }
            double read =
                    DecimalNumber.parse(
                            parser.getTextCharacters(),
                            parser.getTextOffset(),
                            parser.getTextLength());
            if (Double.isNaN(read)) {
                problem = "is not a decimal number";
            } else if (Double.isInfinite(read)) {
                problem = "is not finite";
            } else {
                value = read;
                problem = read < 0 ? "is negative" : positive && read == 0 ? "is 0" : null;
            }
        }

        /** Returns the number, of any sign; 0 if there is no finite one. */
        double finite() {
            return value;
        }

        /** Returns the number; 0 if there is no finite one that is not negative. */
        double notNegative() {
            return value < 0 ? 0 : value;
        }
    }

    /** An integer. One that does not fit into a long is clamped to the nearest long. */
    static final class Whole extends Field {

        /** The number of characters up to which an integer always fits into a long. */
        private static final int SAFE_LENGTH = 18;

        /** The number; 0 if there is none. */
        long value;

        Whole(String name) {
            super(name);
        }

        @Override
        void clear() {
            super.clear();
            value = 0;
        }

        void read(JsonParser parser, JsonToken token) throws IOException {
            value = 0;
            if (token != JsonToken.VALUE_NUMBER_INT) {
                problem = token == JsonToken.VALUE_NULL ? NULL : "is not an integer";
                return;
            }
            if (parser.getTextLength() > DecimalNumber.MAX_LENGTH) {
                problem = TOO_LONG;
                return;
            }
            value = parser.getTextLength() <= SAFE_LENGTH ? parser.getLongValue() : nearest(parser);
            problem = value < 0 ? "is negative" : null;
        }

        private static long nearest(JsonParser parser) throws IOException {
            // JSON allows no leading zeros, so the text fails to parse only if it is out of range
            String text = parser.getText();
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException tooLarge) {
                return text.charAt(0) == '-' ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
        }
    }
}
