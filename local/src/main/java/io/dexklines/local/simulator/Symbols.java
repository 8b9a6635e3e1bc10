package io.dexklines.local.simulator;

import java.util.List;
import java.util.SplittableRandom;

/** Token symbols, ordinary and hostile ones. */
final class Symbols {

    /** Symbols that break a page, database or protocol that does not escape them. */
    static final List<String> HOSTILE =
            List.of(
                    "<img src=x onerror=alert(1)>",
                    "\u202eCDSU\u202c",
                    "\ud83d\udc36\ud83d\ude80\u200d\ud83c\udf15",
                    "\"><script>alert('dex')</script>",
                    "'; DROP TABLE kline; --",
                    "US\u200bDC",
                    "A,B;C\nD\tE\\",
                    "${jndi:ldap://127.0.0.1/x}",
                    "\u0041\u030a\u2028\ufeff" + "W".repeat(250));

    private static final String[] FIRST = {
        "PEPE", "WIF", "BONK", "DOGE", "CAT", "MOON", "FROG", "AI", "TRUMP", "GIGA", "CHAD", "MEW",
        "POP", "BRETT", "TURBO", "FLOKI", "SHIB", "NEIRO", "PNUT", "GOAT", "FART", "MOG", "ZEN",
        "RICH"
    };
    private static final String[] SECOND = {
        "", "", "", "COIN", "INU", "2.0", "AI", "X", "DAO", "FI", "SWAP", "69", "KING", "BABY"
    };

    private Symbols() {}

    static String draw(SplittableRandom random) {
        return FIRST[random.nextInt(FIRST.length)] + SECOND[random.nextInt(SECOND.length)];
    }
}
