package io.dexklines.relay.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The records of the topic, and what clients send. */
class FollowRecordsTest {

    private static final String ADDRESS = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final Wallet WALLET = new Wallet("1", ADDRESS);
    private static final FollowRecords.Key KEY = FollowRecords.Key.of(WALLET, "alice");

    @Test
    void aFollowIsWrittenAsTheContractSays() {
        Follow all = new Follow(WALLET, "any", null, null, null);
        Follow some = new Follow(WALLET, "buy", 0.1 + 0.2, 1e21, 60L);

        assertThat(new String(KEY.bytes(), StandardCharsets.UTF_8))
                .isEqualTo("1:" + ADDRESS + ":alice");
        assertThat(text(FollowRecords.value(all, "alice")))
                .isEqualTo(
                        "{\"chain_id\":\"1\",\"address\":\""
                                + ADDRESS
                                + "\",\"user_id\":\"alice\",\"side\":\"any\"}");
        assertThat(text(FollowRecords.value(some, "alice")))
                .endsWith(
                        "\"side\":\"buy\",\"min_usd\":0.30000000000000004,\"max_usd\":1.0E21,"
                                + "\"cooldown_s\":60}");
        for (Follow follow : new Follow[] {all, some}) {
            assertThat(FollowRecords.follow(KEY, FollowRecords.value(follow, "alice")))
                    .isEqualTo(follow);
        }
    }

    @Test
    void recordsOfOthersAreReadAsTheJobReadsThem() {
        FollowRecords.Key key =
                FollowRecords.key(bytes("1:" + ADDRESS.substring(2).toUpperCase() + ":alice"));

        assertThat(key.wallet()).isEqualTo(WALLET);
        assertThat(key.userId()).isEqualTo("alice");
        assertThat(key.isCurrent()).isFalse();
        assertThat(KEY.isCurrent()).isTrue();
        assertThat(
                        FollowRecords.follow(
                                key,
                                bytes(
                                        "{\"chain_id\":1,\"side\":\"BUY\",\"min_usd\":\"1e3\","
                                                + "\"max_usd\":null,\"cooldown_s\":\"60.0\","
                                                + "\"more\":[]}")))
                .isEqualTo(new Follow(WALLET, "buy", 1000.0, null, 60L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | side is none",
                "[] | not a JSON object",
                "{ | not JSON",
                "{\"side\":\"any\",\"user_id\":\"bob\"} | user_id is not the key's",
                "{\"side\":\"any\",\"chain_id\":\"56\"} | not the key's",
                "{\"side\":\"any\",\"min_usd\":\"many\"} | min_usd is no number",
                "{\"side\":\"any\",\"min_usd\":2,\"max_usd\":1} | more than max_usd"
            })
    void recordsThatTheJobRefusesAreRefused(String value, String reason) {
        assertThatThrownBy(() -> FollowRecords.follow(KEY, bytes(value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"1:0xa", "1:0xa:", "1:0xa:a:b", "1:0x a:alice", "':0xa:alice'"})
    void aKeyThatIsNoneIsRefused(String key) {
        assertThatThrownBy(() -> FollowRecords.key(bytes(key)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClientNamesAWalletInAnyFormAndNeedsNoConditions() {
        assertThat(FollowRecords.requested(request("")))
                .isEqualTo(new Follow(WALLET, "any", null, null, null));
        assertThat(
                        FollowRecords.requested(
                                bytes(
                                        "{\"chain_id\":1,\"address\":\""
                                                + ADDRESS.substring(2).toUpperCase()
                                                + "\",\"side\":\"sell\",\"min_usd\":0,"
                                                + "\"max_usd\":5.5,\"cooldown_s\":3600}")))
                .isEqualTo(new Follow(WALLET, "sell", 0.0, 5.5, 3600L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"side\":\"both\" | side is none of buy, sell and any",
                "\"side\":[] | side is not a string",
                "\"min_usd\":\"5\" | min_usd is not a number",
                "\"min_usd\":-1 | min_usd is no number, negative or not finite",
                "\"max_usd\":1e999 | max_usd is no number, negative or not finite",
                "\"min_usd\":2,\"max_usd\":1 | min_usd is more than max_usd",
                "\"cooldown_s\":0.5 | cooldown_s is not a whole number of seconds up to 1000000000",
                "\"cooldown_s\":1000000001 | cooldown_s is not a whole number",
                "\"user_id\":\"bob\" | unknown field",
                "\"chain_id\":\"1\" | the body is not JSON",
                "\"chain\":1 | unknown field"
            })
    void aRequestThatMakesNoSenseIsRefused(String more, String reason) {
        assertThatThrownBy(() -> FollowRecords.requested(request("," + more)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "1,0xabc",
        "1,9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM",
        "100000,0x28c6c06298d514db089934071355e5743bf21d60",
        "1,''",
        "'',0x28c6c06298d514db089934071355e5743bf21d60",
        "a:b,0x28c6c06298d514db089934071355e5743bf21d60"
    })
    void anAddressThatIsNoneOfItsChainIsRefused(String chainId, String address) {
        assertThatThrownBy(
                        () ->
                                FollowRecords.requested(
                                        bytes(
                                                "{\"chain_id\":\"%s\",\"address\":\"%s\"}"
                                                        .formatted(chainId, address))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(address|chain_id) .*");
    }

    private static byte[] request(String more) {
        return bytes("{\"chain_id\":\"1\",\"address\":\"" + ADDRESS + "\"" + more + "}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
