package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserFollowTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"side\":\"any\"}|all trades",
                "{\"side\":\"buy\",\"min_usd\":10.0}|buys, from 10 USD",
                "{\"side\":\"SELL\",\"min_usd\":0.5,\"max_usd\":\"5000.5\"}"
                        + "|sells, from 0.5 USD, up to 5000.5 USD",
                "{\"side\":\"any\",\"cooldown_s\":60,\"more\":[1]}|all trades, one of a pair in 60 s",
                "{\"side\":\"any\",\"cooldown_s\":0}|all trades",
                "{\"side\":\"both\"}|no valid side",
                "{}|no valid side",
                "null|unreadable conditions",
                "{\"side\":|unreadable conditions",
                "{\"side\":\"any\",\"min_usd\":\"much\"}|unreadable conditions"
            })
    void aRecordIsAUserWithAWalletAndConditions(String value, String conditions) {
        UserFollow follow = UserFollow.ofRecord("56:0xabc:alice", value).orElseThrow();

        assertThat(follow.userId()).isEqualTo("alice");
        assertThat(follow.wallet()).isEqualTo(new WalletKey("56", "0xabc"));
        assertThat(follow.describedConditions()).isEqualTo(conditions);
    }

    @Test
    void aUserIdOfAnEarlierReleaseIsReadToo() {
        assertThat(UserFollow.ofRecord("1:0xABC:auth0|7:x", "{}").orElseThrow().userId())
                .isEqualTo("auth0|7:x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "1:0xabc", "1:0xabc:", "a b:0xabc:alice"})
    void anotherKeyIsNotAFollow(String key) {
        assertThat(UserFollow.ofRecord(key, "{\"side\":\"any\"}")).isEqualTo(Optional.empty());
    }

    @Test
    void followsAreOrderedByUserChainAndAddress() {
        TreeSet<UserFollow> follows = new TreeSet<>();
        for (String key : new String[] {"56:0xb:bob", "56:0xa:bob", "1:0xc:bob", "8453:0xd:al"}) {
            follows.add(UserFollow.ofRecord(key, "{}").orElseThrow());
        }

        assertThat(follows)
                .extracting(follow -> follow.userId() + " " + follow.wallet().text())
                .containsExactly("al 8453:0xd", "bob 1:0xc", "bob 56:0xa", "bob 56:0xb");
    }
}
