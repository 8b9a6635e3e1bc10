package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The display names of a pair. The creator of a token chooses them freely, so they are untrusted
 * text: never markup and never a key.
 *
 * @param swapName the exchange, such as {@code UniswapV3}; empty if unknown
 * @param tokenAddress the token's contract; empty if unknown
 * @param tokenSymbol the token's symbol; empty if unknown
 * @param baseTokenSymbol the symbol of the token it trades against; empty if unknown
 */
public record PairLabels(
        String swapName, String tokenAddress, String tokenSymbol, String baseTokenSymbol) {

    /** The labels of a pair about which nothing is known. */
    public static final PairLabels UNKNOWN = new PairLabels("", "", "", "");

    /** Writes the four strings. */
    public void write(DataOutput out) throws IOException {
        out.writeUTF(swapName);
        out.writeUTF(tokenAddress);
        out.writeUTF(tokenSymbol);
        out.writeUTF(baseTokenSymbol);
    }

    /** Reads labels. */
    public static PairLabels read(DataInput in) throws IOException {
        return new PairLabels(
                UtfText.read(in), UtfText.read(in), UtfText.read(in), UtfText.read(in));
    }
}
