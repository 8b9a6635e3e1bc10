package io.dexklines.smartmoney;

import io.dexklines.trade.Trade;
import java.util.HexFormat;

/**
 * A trade of a listed wallet.
 *
 * @param wallet who made it
 * @param label the wallet's label when it was decided; text to show, never a key
 * @param firstBuy whether it is the first buy that the wallet is seen to make in the pair
 * @param trade the trade
 */
public record SmartMoneyTrade(Wallet wallet, String label, boolean firstBuy, Trade trade) {

    /** The trade's identity as 16 hexadecimal digits in lower case. */
    public String id() {
        return HexFormat.of().toHexDigits(trade.position().identity());
    }
}
