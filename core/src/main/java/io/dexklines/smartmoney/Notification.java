package io.dexklines.smartmoney;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * That a user is to be told of a trade.
 *
 * @param id 16 hexadecimal digits in lower case, the same however often it is computed
 * @param userId who is told
 * @param trade of what
 */
public record Notification(String id, String userId, SmartMoneyTrade trade) {

    /** The notification of a user of a trade. There is one. */
    public static Notification of(String userId, SmartMoneyTrade trade) {
        long id =
                Hashing.farmHashFingerprint64()
                        .newHasher()
                        .putLong(trade.trade().position().identity())
                        .putString(userId, StandardCharsets.UTF_8)
                        .hash()
                        .asLong();
        return new Notification(HexFormat.of().toHexDigits(id), userId, trade);
    }
}
