package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.WalletDecisions.Decision;
import io.dexklines.smartmoney.WalletDecisions.Outcome;
import io.dexklines.smartmoney.WalletMemory.Cooldown;
import io.dexklines.trade.FormerIdentity;
import io.dexklines.trade.TradeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WalletDecisionsTest {

    private static final long NOON = 1_772_193_600L;
    private static final long NOON_MS = NOON * 1000;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    private static final Wallet WHALE = new Wallet("56", "0xaa");
    private static final TradeBuilder BUY = TradeBuilder.of(WHALE, NOON);

    private final WalletDecisions decisions = new WalletDecisions(DAY_MS, 30 * DAY_MS);
    private final MapMemory memory = new MapMemory();

    @Test
    void aTradeOfAnUnlistedWalletIsIgnoredAndNotRemembered() throws Exception {
        memory.label = null;
        memory.follow(Follow.ofAll(WHALE, "user"));

        Decision decision = decide(BUY, NOON_MS);

        assertThat(decision.outcome()).isEqualTo(Outcome.NOT_LISTED);
        assertThat(decision.notifications()).isEmpty();
        assertThat(memory.size()).isZero();
        memory.label = "whale";
        assertThat(decide(BUY, NOON_MS).outcome()).isEqualTo(Outcome.HIT);
    }

    @Test
    void aTradeOfAListedWalletIsAHitEvenWithoutFollowers() throws Exception {
        Decision decision = decide(BUY, NOON_MS);

        assertThat(decision.outcome()).isEqualTo(Outcome.HIT);
        assertThat(decision.hit())
                .isEqualTo(new SmartMoneyTrade(WHALE, "whale", true, BUY.trade()));
        assertThat(decision.notifications()).isEmpty();
    }

    @Test
    void aRedeliveredTradeIsRecognizedForADayAfterItsArrival() throws Exception {
        decide(BUY, NOON_MS);

        assertThat(decide(BUY, NOON_MS + DAY_MS - 1).outcome()).isEqualTo(Outcome.REDELIVERED);
        assertThat(decide(BUY, NOON_MS + DAY_MS).outcome()).isEqualTo(Outcome.HIT);
        assertThat(decide(BUY, NOON_MS + DAY_MS + 1).outcome()).isEqualTo(Outcome.REDELIVERED);
    }

    @Test
    void theFirstBuyInAPairIsMarkedAndSoIsOneAfterThirtyDaysWithoutABuy() throws Exception {
        assertThat(isFirstBuy(BUY.sell().identity(1), 0)).isFalse();
        assertThat(isFirstBuy(BUY.identity(2), 0)).isTrue();
        assertThat(isFirstBuy(BUY.identity(3).in("0xother", "0xt"), 0)).isTrue();
        assertThat(isFirstBuy(BUY.identity(4), 20 * DAY_MS)).isFalse();
        assertThat(isFirstBuy(BUY.identity(5), 50 * DAY_MS - 1)).isFalse();
        assertThat(isFirstBuy(BUY.identity(6), 80 * DAY_MS)).isTrue();
    }

    @Test
    void anEarlierArrivalDoesNotShortenHowLongABuyIsRemembered() throws Exception {
        decide(BUY.identity(1), NOON_MS + 1000);
        decide(BUY.identity(2), NOON_MS);

        assertThat(isFirstBuy(BUY.identity(3), 30 * DAY_MS + 999)).isFalse();
    }

    @Test
    void eachFollowerWhoseConditionsAreMetIsNotifiedOnce() throws Exception {
        memory.follow(Follow.ofAll(WHALE, "all"));
        memory.follow(new Follow(WHALE, "buys", Side.BUY, 0, Double.POSITIVE_INFINITY, 0));
        memory.follow(new Follow(WHALE, "sells", Side.SELL, 0, Double.POSITIVE_INFINITY, 0));
        memory.follow(new Follow(WHALE, "from 100 to 200", Side.ANY, 100, 200, 0));

        assertThat(notified(BUY.identity(1).usd(100), 0))
                .containsExactly("all", "buys", "from 100 to 200");
        assertThat(notified(BUY.identity(2).usd(200).sell(), 0))
                .containsExactly("all", "sells", "from 100 to 200");
        assertThat(notified(BUY.identity(3).usd(99.99), 0)).containsExactly("all", "buys");
        assertThat(notified(BUY.identity(4).usd(200.01), 0)).containsExactly("all", "buys");
        assertThat(notified(BUY.identity(4).usd(200.01), 0)).isEmpty();
    }

    @Test
    void theIdOfANotificationDependsOnTradeAndUserAndNeverChanges() throws Exception {
        memory.follow(Follow.ofAll(WHALE, "a"));
        memory.follow(Follow.ofAll(WHALE, "b"));

        assertThat(decide(BUY, NOON_MS).notifications())
                .extracting(Notification::id)
                .containsExactly(
                        "9303e188519cefe36e386b36e4ab1dfb", "a96c08e00a0ebc0dc3b8e016567f7423");
        assertThat(new SmartMoneyTrade(WHALE, "", false, BUY.identity(-1).trade()).id())
                .isEqualTo("0000000000000001ffffffffffffffff");
        assertThat(new SmartMoneyTrade(WHALE, "", false, BUY.identity(10).trade()).id())
                .isEqualTo("0000000000000001000000000000000a");
    }

    @Test
    void aHitOfAFormerVersionIsRedeliveredForAsLongAsItIsRemembered() throws Exception {
        long former = FormerIdentity.of(BUY.trade()).low();
        memory.formerTrades().put(former, NOON_MS + 1);

        assertThat(decide(BUY, NOON_MS).outcome()).isEqualTo(Outcome.REDELIVERED);
        assertThat(decide(BUY.identity(2), NOON_MS).outcome()).isEqualTo(Outcome.HIT);
        assertThat(decide(BUY, NOON_MS + 1).outcome()).isEqualTo(Outcome.HIT);
    }

    @Test
    void aCooldownSuppressesTheSamePairByBlockTime() throws Exception {
        memory.follow(cooling("user", 60));

        assertThat(notified(BUY.at(NOON), 0)).containsExactly("user");
        assertThat(notified(BUY.at(NOON + 59), 1)).isEmpty();
        assertThat(notified(BUY.at(NOON + 58).in("0xother", "0xt"), 2)).containsExactly("user");
        // a suppressed notification does not start a cooldown
        assertThat(notified(BUY.at(NOON + 60), 3)).containsExactly("user");
        assertThat(notified(BUY.at(NOON + 61), 4)).isEmpty();
        // an older trade that arrives late is suppressed too
        assertThat(notified(BUY.at(NOON - 300), 5)).isEmpty();
    }

    @Test
    void aCooldownEndsByArrivalTimeWhateverTheBlockTime() throws Exception {
        memory.follow(cooling("user", 60));
        assertThat(notified(BUY.at(NOON), 0)).containsExactly("user");

        assertThat(notified(BUY.at(NOON + 1), 59_999)).isEmpty();
        assertThat(notified(BUY.at(NOON + 2), 60_000)).containsExactly("user");
    }

    @Test
    void eachUserHasACooldownOfTheirOwn() throws Exception {
        memory.follow(cooling("patient", 60));
        memory.follow(Follow.ofAll(WHALE, "eager"));

        assertThat(notified(BUY.at(NOON), 0)).containsExactly("patient", "eager");
        assertThat(notified(BUY.at(NOON + 1), 0)).containsExactly("eager");
    }

    @Test
    void aCooldownOfForeverNeverEnds() throws Exception {
        memory.follow(cooling("user", Long.MAX_VALUE));

        assertThat(notified(BUY.at(NOON), 0)).containsExactly("user");
        assertThat(notified(BUY.at(NOON + 1), 1000 * DAY_MS)).isEmpty();
    }

    @Test
    void cooldownKeysAreUnambiguous() {
        assertThat(WalletMemory.cooldownKey("1:user", "0x"))
                .isNotEqualTo(WalletMemory.cooldownKey("user", "0x1:"));
        assertThat(WalletMemory.cooldownKey("bc", "a"))
                .isNotEqualTo(WalletMemory.cooldownKey("c", "ab"));
    }

    @Test
    void returnsWhenTheFirstRememberedEntryExpires() throws Exception {
        assertThat(decide(BUY.identity(1), NOON_MS).rememberedUntilMs())
                .isEqualTo(NOON_MS + DAY_MS);
        memory.follow(cooling("user", 60));
        assertThat(decide(BUY.identity(2), NOON_MS).rememberedUntilMs())
                .isEqualTo(NOON_MS + 60_000);
        assertThat(decide(BUY.identity(2), NOON_MS).rememberedUntilMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(
                        new WalletDecisions(DAY_MS, HOUR_MS)
                                .decide(arrived(BUY.identity(3).at(NOON + 1), NOON_MS), memory)
                                .rememberedUntilMs())
                .isEqualTo(NOON_MS + HOUR_MS);
    }

    private boolean isFirstBuy(TradeBuilder builder, long afterMs) throws Exception {
        return decide(builder, NOON_MS + afterMs).hit().firstBuy();
    }

    private List<String> notified(TradeBuilder builder, long afterMs) throws Exception {
        return decide(builder, NOON_MS + afterMs).notifications().stream()
                .map(Notification::userId)
                .toList();
    }

    private Decision decide(TradeBuilder builder, long arrivalMs) throws Exception {
        return decisions.decide(arrived(builder, arrivalMs), memory);
    }

    private static WalletTrade arrived(TradeBuilder builder, long arrivalMs) {
        return new WalletTrade(builder.trade(), builder.wallet(), arrivalMs);
    }

    private static Follow cooling(String user, long seconds) {
        return new Follow(WHALE, user, Side.ANY, 0, Double.POSITIVE_INFINITY, seconds);
    }

    /** A memory backed by maps. */
    private static final class MapMemory implements WalletMemory {

        private String label = "whale";
        private final Map<String, Follow> follows = new LinkedHashMap<>();
        private final Map<TradeId, Long> trades = new HashMap<>();
        private final Map<Long, Long> formerTrades = new HashMap<>();
        private final Map<String, Long> boughtPairs = new HashMap<>();
        private final Map<String, Cooldown> cooldowns = new HashMap<>();

        void follow(Follow follow) {
            follows.put(follow.userId(), follow);
        }

        int size() {
            return trades.size() + boughtPairs.size() + cooldowns.size();
        }

        @Override
        public String label() {
            return label;
        }

        @Override
        public Iterable<Follow> follows() {
            return follows.values();
        }

        @Override
        public Remembered<TradeId, Long> trades() {
            return in(trades);
        }

        @Override
        public Remembered<Long, Long> formerTrades() {
            return in(formerTrades);
        }

        @Override
        public Remembered<String, Long> boughtPairs() {
            return in(boughtPairs);
        }

        @Override
        public Remembered<String, Cooldown> cooldowns() {
            return in(cooldowns);
        }

        private static <K, V> Remembered<K, V> in(Map<K, V> map) {
            return new Remembered<>() {
                @Override
                public V get(K key) {
                    return map.get(key);
                }

                @Override
                public void put(K key, V value) {
                    map.put(key, value);
                }
            };
        }
    }
}
