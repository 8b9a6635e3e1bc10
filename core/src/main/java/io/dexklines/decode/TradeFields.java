package io.dexklines.decode;

import com.fasterxml.jackson.core.JsonToken;
import io.dexklines.decode.PairInfoCache.PairInfo;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.PairLabels;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

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

    /** The name of the object that contains the {@link #pairInfoFields}. */
    static final String PAIR_INFO = "pair_info";

    private final TextCache anyText = new TextCache(value -> true);
    private final TextCache identifiers = new TextCache(JsonValue::isIdentifier);

    // There are so many transactions and wallets that a text is rarely in a cache, and to look for
    // it takes longer than to copy it. But neighbours in a record often have the same.
    private final TextCache transactions = new TextCache(JsonValue::isIdentifier, 1);
    private final TextCache wallets = new TextCache(JsonValue::isIdentifier, 1);

    private final TextCache displayTexts =
            new TextCache(
                    value -> {
                        String text = value.text();
                        return text.codePointCount(0, text.length()) <= MAX_LABEL_LENGTH
                                && PrintableText.isPrintable(text);
                    });

    /** The number of the trade. What was read of another trade is absent. */
    private long number;

    final Text type = new Text("type", anyText);
    final Text chainId = new Text("chain_id", identifiers, true);
    final Text pairAddress = new Text("pair_addr", identifiers);
    final Text txHash = new Text("tx_hash", transactions);
    final Text maker = new Text("maker", wallets);
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
    final Flag clamp = new Flag("clamp");
    private final Label swapName = new Label("swap_name", displayTexts);
    private final Label tokenAddress = new Label("token_addr", identifiers);
    private final Label tokenSymbol = new Label("token_symbol", displayTexts);
    private final Label baseTokenSymbol = new Label("base_token_symbol", displayTexts);

    /** The number of labels that were given but cannot be shown. They are empty. */
    int labelsDropped;

    private PairLabels labels = PairLabels.UNKNOWN;

    /** The fields without which a trade is invalid, in the order in which they are checked. */
    private final Checked[] required = {
        chainId, pairAddress, txHash, maker, blockTime, tokenAmount, totalUsd, tokenPriceUsd
    };

    /** The fields of a trade's object, except {@link #PAIR_INFO}, by name. */
    final Map<String, Field> trade =
            byName(
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
                    logIndex,
                    clamp,
                    swapName);

    /** The fields of the object {@link #PAIR_INFO} by name. */
    final Map<String, Field> pairInfoFields = byName(tokenAddress, tokenSymbol, baseTokenSymbol);

    private static Map<String, Field> byName(Field... fields) {
        return Arrays.stream(fields)
                .collect(Collectors.toUnmodifiableMap(field -> field.name, Function.identity()));
    }

    /** Begins the next trade, of which all fields are absent. */
    void clear() {
        number++;
        labelsDropped = 0;
    }

    /** Begins an object {@link #PAIR_INFO}, which replaces a former one of the trade. */
    void clearPairInfo() {
        tokenAddress.clear();
        tokenSymbol.clear();
        baseTokenSymbol.clear();
    }

    /** Returns what has been read of an object {@link #PAIR_INFO}. */
    PairInfo pairInfo(byte[] json, int dropped) {
        return new PairInfo(
                json, tokenAddress.value(), tokenSymbol.value(), baseTokenSymbol.value(), dropped);
    }

    /** Takes an object {@link #PAIR_INFO} that was read before, instead of a former one. */
    void readPairInfo(PairInfo info) {
        tokenAddress.set(info.tokenAddress());
        tokenSymbol.set(info.tokenSymbol());
        baseTokenSymbol.set(info.baseTokenSymbol());
        labelsDropped += info.labelsDropped();
    }

    /** Returns what is wrong with the first invalid required field; null if all are valid. */
    String problem() {
        for (Checked field : required) {
            if (!field.isValid()) {
                return field.name + " " + field.problem();
            }
        }
        return null;
    }

    /** Returns the labels. As long as they do not change, returns the same object. */
    PairLabels labels() {
        String exchange = swapName.value();
        String address = tokenAddress.value();
        String symbol = tokenSymbol.value();
        String baseSymbol = baseTokenSymbol.value();
        if (!labels.swapName().equals(exchange)
                || !labels.tokenAddress().equals(address)
                || !labels.tokenSymbol().equals(symbol)
                || !labels.baseTokenSymbol().equals(baseSymbol)) {
            labels = new PairLabels(exchange, address, symbol, baseSymbol);
        }
        return labels;
    }

    /** A field of a trade. */
    abstract class Field {

        final String name;

        /** The trade of which the field was read last. */
        private long readOf = -1;

        Field(String name) {
            this.name = name;
        }

        /** Takes the value, instead of a former one of the trade. */
        final void read(JsonValue json) {
            setPresent();
            take(json);
        }

        final void setPresent() {
            readOf = number;
        }

        /** Returns whether the trade has the field. */
        final boolean isPresent() {
            return readOf == number;
        }

        /** Makes the field absent. */
        final void clear() {
            readOf = -1;
        }

        abstract void take(JsonValue json);
    }

    /** A field with a value or a problem. */
    abstract class Checked extends Field {

        private boolean isValid;
        private String problem;

        Checked(String name) {
            super(name);
        }

        /** Returns whether the trade has the field, without a problem. */
        final boolean isValid() {
            return isPresent() && isValid;
        }

        /**
         * Returns what is wrong with an invalid field, to be read after the name, such as "is
         * missing".
         */
        final String problem() {
            return isPresent() ? problem : MISSING;
        }

        final void accept() {
            isValid = true;
        }

        final void reject(String newProblem) {
            isValid = false;
            problem = newProblem;
        }

        final void rejectKind(JsonValue json, String newProblem) {
            reject(json.is(JsonToken.VALUE_NULL) ? NULL : newProblem);
        }
    }

    /** A string of 1 to {@link Identifier#MAX_LENGTH} characters. */
    final class Text extends Checked {

        private String value;

        private final TextCache admitted;
        private final boolean orInteger;

        Text(String name, TextCache admitted) {
            this(name, admitted, false);
        }

        /**
         * @param orInteger whether an integer stands for the string of its characters
         */
        Text(String name, TextCache admitted, boolean orInteger) {
            super(name);
            this.admitted = admitted;
            this.orInteger = orInteger;
        }

        @Override
        void take(JsonValue json) {
            if (!json.is(JsonToken.VALUE_STRING)
                    && !(orInteger && json.is(JsonToken.VALUE_NUMBER_INT))) {
                rejectKind(json, "is not a string");
                return;
            }
            int length = json.length();
            if (length > 0 && length <= Identifier.MAX_LENGTH) {
                String text = admitted.text(json);
                if (text != null) {
                    value = text;
                    accept();
                    return;
                }
            }
            reject(Identifier.problem(json.text()));
        }

        /** Returns the string of a valid field. */
        String value() {
            return value;
        }
    }

    /** A decimal number, or a string that contains one. */
    final class Decimal extends Checked {

        private final boolean positive;
        private double value;

        Decimal(String name, boolean positive) {
            super(name);
            this.positive = positive;
        }

        @Override
        void take(JsonValue json) {
            value = 0;
            if (!json.is(JsonToken.VALUE_STRING)
                    && !json.is(JsonToken.VALUE_NUMBER_FLOAT)
                    && !json.is(JsonToken.VALUE_NUMBER_INT)) {
                rejectKind(json, "is not a number");
                return;
            }
            if (json.length() > DecimalNumber.MAX_LENGTH) {
                reject(TOO_LONG);
                return;
            }
            double read = json.decimal();
            if (Double.isNaN(read)) {
                reject("is not a decimal number");
            } else if (Double.isInfinite(read)) {
                reject("is not finite");
            } else {
                value = read;
                if (read < 0) {
                    reject("is negative");
                } else if (positive && read == 0) {
                    reject("is 0");
                } else {
                    accept();
                }
            }
        }

        /** Returns the number, of any sign; 0 if there is no finite one. */
        double finite() {
            return isPresent() ? value : 0;
        }

        /** Returns the number; 0 if there is no finite one that is not negative. */
        double notNegative() {
            double finite = finite();
            return finite < 0 ? 0 : finite;
        }
    }

    /** An integer. One that does not fit into a long is clamped to the nearest long. */
    final class Whole extends Checked {

        /** The number of characters up to which an integer always fits into a long. */
        private static final int SAFE_LENGTH = 18;

        private long value;

        Whole(String name) {
            super(name);
        }

        @Override
        void take(JsonValue json) {
            value = 0;
            if (!json.is(JsonToken.VALUE_NUMBER_INT)) {
                rejectKind(json, "is not an integer");
                return;
            }
            if (json.length() > DecimalNumber.MAX_LENGTH) {
                reject(TOO_LONG);
                return;
            }
            value =
                    json.isPlain() && json.length() <= SAFE_LENGTH
                            ? small(json.record(), json.from(), json.length())
                            : nearest(json.text());
            if (value < 0) {
                reject("is negative");
            } else {
                accept();
            }
        }

        /** Returns the number, of any sign; 0 if there is none. */
        long value() {
            return isPresent() ? value : 0;
        }

        private static long small(byte[] record, int from, int length) {
            boolean negative = record[from] == '-';
            long number = 0;
            for (int i = from + (negative ? 1 : 0); i < from + length; i++) {
                number = 10 * number + (record[i] - '0');
            }
            return negative ? -number : number;
        }

        private static long nearest(String text) {
            // JSON allows no leading zeros, so the text fails to parse only if it is out of range
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException tooLarge) {
                return text.charAt(0) == '-' ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
        }
    }

    /** A field that is true or not. */
    final class Flag extends Field {

        private boolean value;

        Flag(String name) {
            super(name);
        }

        @Override
        void take(JsonValue json) {
            value = json.is(JsonToken.VALUE_TRUE);
        }

        /** Returns whether the trade has the field and it is {@code true}. */
        boolean value() {
            return isPresent() && value;
        }
    }

    /** A label of a pair. One that is not admitted counts as dropped. */
    private final class Label extends Field {

        private String value;

        private final TextCache admitted;

        Label(String name, TextCache admitted) {
            super(name);
            this.admitted = admitted;
        }

        @Override
        void take(JsonValue json) {
            if (!json.is(JsonToken.VALUE_STRING) || json.length() == 0) {
                value = "";
                return;
            }
            // a character has at most two UTF-16 units
            String label = json.length() <= MAX_LABEL_UNITS ? admitted.text(json) : null;
            value = label == null ? "" : label;
            if (label == null) {
                labelsDropped++;
            }
        }

        void set(String label) {
            setPresent();
            value = label;
        }

        /** Returns the label; an empty string if there is none or it is not admitted. */
        String value() {
            return isPresent() ? value : "";
        }
    }
}
