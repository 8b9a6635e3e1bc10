package io.dexklines.job.source.lists.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.Wallet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From the rows of a database to the records of the topics. */
class WantedListsTest {

    private static final String ONE = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final String TWO = "0x21a31ee1afc51d94c2efccaa2092ad1028285549";
    private static final String SOLANA = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

    private final WantedLists lists = new WantedLists(Set.of("1", "56", "100000"));

    @Test
    void rowsBecomeRecordsInTheFormInWhichTheJobStoresThem() {
        lists.wallet(row("chain_id", "1", "address", ONE.substring(2).toUpperCase(), "label", "a"));
        lists.wallet(row("chain_id", "100000", "address", SOLANA + "  ", "label", null));
        lists.follow(
                row(
                        "chain_id",
                        "56",
                        "address",
                        TWO,
                        "user_id",
                        "alice",
                        "side",
                        "BUY",
                        "min_usd",
                        "10.500000",
                        "max_usd",
                        "1E6",
                        "cooldown_s",
                        "60"));
        lists.follow(row("chain_id", "1", "address", ONE, "user_id", "bob"));

        assertThat(lists.wallets().records().values())
                .containsExactly(
                        ListChange.listed(new Wallet("100000", SOLANA), ""),
                        ListChange.listed(new Wallet("1", ONE), "a"),
                        // of a follow
                        ListChange.listed(new Wallet("56", TWO), ""));
        assertThat(lists.wallets().isImplied("56:" + TWO)).isTrue();
        assertThat(lists.wallets().isImplied("1:" + ONE)).isFalse();
        assertThat(lists.follows().records())
                .containsExactly(
                        Map.entry(
                                "1:" + ONE + ":bob",
                                ListChange.followed(Follow.ofAll(new Wallet("1", ONE), "bob"))),
                        Map.entry(
                                "56:" + TWO + ":alice",
                                ListChange.followed(
                                        new Follow(
                                                new Wallet("56", TWO),
                                                "alice",
                                                Side.BUY,
                                                10.5,
                                                1e6,
                                                60))));
        assertThat(lists.invalid()).isZero();
    }

    @Test
    void anInvalidRowIsNamedAndWhatIsPublishedUnderItsKeyStays() {
        String key = "1:" + ONE + ":alice";
        lists.follow(row("chain_id", "1", "address", ONE, "user_id", "alice", "side", "both"));
        lists.follow(row("chain_id", "1", "address", ONE, "user_id", "a b"));
        lists.follow(row("chain_id", "1", "address", ONE, "user_id", null));
        lists.follow(row("chain_id", "7", "address", ONE, "user_id", "alice"));
        lists.follow(
                row(
                        "chain_id",
                        "1",
                        "address",
                        ONE,
                        "user_id",
                        "bob",
                        "min_usd",
                        "2",
                        "max_usd",
                        "1"));
        lists.wallet(row("chain_id", null, "address", ONE));
        lists.wallet(row("chain_id", "1", "address", "0xabc"));

        assertThat(lists.problems())
                .containsExactly(
                        "invalid row 1 of follows (%s): side is none of buy, sell and any"
                                .formatted(key),
                        "invalid row 2 of follows: user_id 'a b' has a character other than A-Z a-z"
                                + " 0-9 . _ -",
                        "invalid row 3 of follows: user_id is missing",
                        "invalid row 4 of follows (7:%s:alice): the job has no trades of chain 7, only of 1, 100000, 56; name others with --chains"
                                .formatted(ONE),
                        "invalid row 5 of follows (1:%s:bob): min_usd is more than max_usd"
                                .formatted(ONE),
                        "invalid row 1 of wallets: chain_id is missing",
                        "invalid row 2 of wallets (1:0xabc): '0xabc' cannot be an address of chain"
                                + " 1: expected 0x and 40 hexadecimal digits");
        assertThat(lists.invalid()).isEqualTo(7);
        assertThat(lists.follows().rows()).isEqualTo(5);
        assertThat(lists.follows().validRows()).isZero();
        assertThat(lists.follows().isUnclear(key)).isTrue();
        assertThat(lists.wallets().isUnclear("1:" + ONE)).as("its wallet").isTrue();
        assertThat(lists.wallets().records()).isEmpty();
    }

    @Test
    void ofTwoRowsWithOneKeyTheSameCountsWhateverTheirOrder() {
        Map<String, String> buys =
                row("chain_id", "1", "address", ONE, "user_id", "a", "side", "buy");
        Map<String, String> sells =
                row("chain_id", "1", "address", ONE, "user_id", "a", "side", "sell");
        WantedLists other = new WantedLists(Set.of("1"));

        lists.follow(buys);
        lists.follow(sells);
        lists.follow(buys);
        other.follow(sells);
        other.follow(buys);

        assertThat(lists.follows().records()).isEqualTo(other.follows().records());
        assertThat(lists.invalid()).isOne();
        assertThat(lists.problems())
                .containsExactly(
                        "invalid row 2 of follows (1:%s:a): another row has the same key and says something else"
                                .formatted(ONE));
    }

    @Test
    void onlyTheFirstInvalidRowsAreDescribed() {
        for (int i = 0; i < 100; i++) {
            lists.wallet(row("chain_id", "1", "address", "x"));
        }

        assertThat(lists.problems()).hasSize(WantedLists.PROBLEMS_DESCRIBED);
        assertThat(lists.invalid()).isEqualTo(100);
    }

    private static Map<String, String> row(String... namesAndValues) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }
}
