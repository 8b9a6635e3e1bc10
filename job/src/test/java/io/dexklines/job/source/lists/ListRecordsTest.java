package io.dexklines.job.source.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.Wallet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser of the records of both list topics. */
class ListRecordsTest {

    private static final Wallet VITALIK =
            new Wallet("1", "0xd8da6bf26964af9d7eed9e03e53415d37aa96045");

    private final ListRecords records = new ListRecords();

    @Test
    void aWalletIsListedWithItsLabelAndInTheCaseOfItsChain() {
        assertThat(
                        wallet(
                                "1:0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045",
                                "{\"chain_id\":1,\"address\":\"0xD8DA6BF26964AF9D7EED9E03E53415D37AA96045\","
                                        + "\"label\":\"vitalik.eth\",\"since\":[2015]}"))
                .isEqualTo(ListChange.listed(VITALIK, "vitalik.eth"));
        assertThat(wallet("100000:9aLongBase58Case", "{}"))
                .isEqualTo(ListChange.listed(new Wallet("100000", "9aLongBase58Case"), ""));
    }

    @Test
    void anEvmWalletIsTheSameWithAndWithoutPrefix() {
        String bare = "D8DA6BF26964AF9D7EED9E03E53415D37AA96045";

        assertThat(wallet("1:" + bare, "{\"address\":\"" + VITALIK.address() + "\"}"))
                .isEqualTo(ListChange.listed(VITALIK, ""));
        assertThat(follow("1:" + bare + ":alice", "{\"side\":\"any\"}").follow())
                .isEqualTo(Follow.ofAll(VITALIK, "alice"));
        assertThat(wallet("1:" + bare, null)).isEqualTo(ListChange.unlisted(VITALIK));
    }

    @Test
    void whatEarlierReleasesAcceptedCanBeRemoved() {
        assertThat(wallet("1:a\"b", null)).isEqualTo(ListChange.unlisted(new Wallet("1", "a\"b")));
        assertThat(follow("1:0xa:auth0|7@x", null))
                .isEqualTo(ListChange.unfollowed(new Wallet("1", "0xa"), "auth0|7@x"));
        assertThatThrownBy(() -> follow("1:0xa: ", null))
                .hasMessage("user_id of the key has a character other than A-Z a-z 0-9 . _ -");
    }

    @Test
    void aLabelCannotControlATerminal() {
        assertThat(wallet("1:0xa", "{\"label\":\"\\u001b[2J\\ud83d\\u202e\"}").label())
                .isEqualTo("\uFFFD[2J\uFFFD\uFFFD");
    }

    @Test
    void aTombstoneWhoseKeyIsTooLongToBeSentIsRefused() {
        String address = "0x" + "d".repeat(4_000);

        assertThatThrownBy(() -> wallet("1:" + address, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address of the key is longer than 128 characters");
    }

    @Test
    void aTombstoneUnlistsOrUnfollows() {
        assertThat(wallet("1:0xD8DA6BF26964AF9D7EED9E03E53415D37AA96045", null))
                .isEqualTo(ListChange.unlisted(VITALIK));
        assertThat(follow(VITALIK.text() + ":alice:2", null))
                .isEqualTo(ListChange.unfollowed(VITALIK, "alice:2"));
    }

    @Test
    void aFollowHasItsFieldsAndDefaultsForTheRest() {
        assertThat(
                        follow(
                                        VITALIK.text() + ":alice",
                                        "{\"chain_id\":\"1\",\"address\":\""
                                                + VITALIK.address()
                                                + "\",\"user_id\":\"alice\",\"side\":\"buy\",\"min_usd\":10.5,"
                                                + "\"max_usd\":1e6,\"cooldown_s\":60}")
                                .follow())
                .isEqualTo(new Follow(VITALIK, "alice", Side.BUY, 10.5, 1e6, 60));
        assertThat(follow(VITALIK.text() + ":alice", "{\"side\":\"any\"}").follow())
                .isEqualTo(new Follow(VITALIK, "alice", Side.ANY, 0, Double.POSITIVE_INFINITY, 0));
    }

    @Test
    void otherFormsAreReadWhereTheirMeaningIsPlain() {
        assertThat(
                        follow(
                                        VITALIK.text() + ":42",
                                        "{\"chain_id\":1,\"user_id\":42,\"side\":\"BUY\","
                                                + "\"min_usd\":\"10.5\",\"max_usd\":\"1e6\","
                                                + "\"cooldown_s\":\"60\"}")
                                .follow())
                .isEqualTo(new Follow(VITALIK, "42", Side.BUY, 10.5, 1e6, 60));
        assertThat(
                        follow(VITALIK.text() + ":42", "{\"side\":\"Any\",\"cooldown_s\":60.0}")
                                .follow())
                .isEqualTo(new Follow(VITALIK, "42", Side.ANY, 0, Double.POSITIVE_INFINITY, 60));
        assertThat(wallet("1:0xa", "{\"label\":7}").label()).isEqualTo("7");
    }

    @Test
    void aLabelIsCutBetweenTheCharactersThatAPersonSees() {
        String rocket = "\uD83D\uDE80";

        assertThat(wallet("1:0xa", "{\"label\":\"" + rocket.repeat(200) + "\"}").label())
                .isEqualTo(rocket.repeat(128));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|{}|the key is not of the form {chain_id}:{address}",
                ":0xa|{}|chain_id of the key is empty",
                "1:|{}|address of the key is empty",
                "1:a:b|{}|address of the key has a character other than A-Z a-z 0-9 . _ -",
                "1:0xé|{}|address of the key has a character other than A-Z a-z 0-9 . _ -",
                "1:a\"b|{}|address of the key has a character other than A-Z a-z 0-9 . _ -",
                "1:0xa|[]|the value is not a JSON object",
                "1:0xa|''|the value is not a JSON object",
                "1:0xa|{|the value is not JSON",
                "1:0xa|{} {}|the value is not JSON",
                "1:0xa|{\"chain_id\":56}|chain_id is not the key's",
                "1:0xa|{\"chain_id\":1.0}|chain_id is not the key's",
                "1:0xa|{\"address\":\"0xb\"}|address is not the key's",
                "100000:AbC|{\"address\":\"abc\"}|address is not the key's",
                "1:0xa|{\"label\":[7]}|label is not a string"
            })
    void whatIsNoWalletIsRefusedWithTheReason(String key, String value, String reason) {
        assertThatThrownBy(() -> wallet(key, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1:0xa|{\"side\":\"any\"}|the key is not of the form {chain_id}:{address}:{user_id}",
                "1:0xa:a/b|{\"side\":\"any\"}|user_id of the key has a character other than A-Z a-z 0-9 . _ -",
                "1:0xa:a:b|{\"side\":\"any\"}|user_id of the key has a character other than A-Z a-z 0-9 . _ -",
                "1:0xa:u|{}|side is none of buy, sell and any",
                "1:0xa:u|{\"side\":\"long\"}|side is none of buy, sell and any",
                "1:0xa:u|{\"side\":true}|side is not a string",
                "1:0xa:u|{\"side\":\"any\",\"user_id\":\"v\"}|user_id is not the key's",
                "1:0xa:u|{\"side\":\"any\",\"user_id\":1.0}|user_id is not a string",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":\"1,000\"}|min_usd is not a number",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":\"\"}|min_usd is not a number",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":\"-1\"}|min_usd is negative or not finite",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":\"NaN\"}|min_usd is not a number",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":\"0x1p3\"}|min_usd is not a number",
                "1:0xa:u|{\"side\":\"any\",\"max_usd\":\"1e999\"}|max_usd is negative or not finite",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":-1}|min_usd is negative or not finite",
                "1:0xa:u|{\"side\":\"any\",\"max_usd\":1e999}|max_usd is negative or not finite",
                "1:0xa:u|{\"side\":\"any\",\"max_usd\":NaN}|the value is not JSON",
                "1:0xa:u|{\"side\":\"any\",\"min_usd\":2,\"max_usd\":1}|min_usd is more than max_usd",
                "1:0xa:u|{\"side\":\"any\",\"cooldown_s\":1.5}|cooldown_s is not a whole number of seconds",
                "1:0xa:u|{\"side\":\"any\",\"cooldown_s\":-1}|cooldown_s is negative or longer than thirty years",
                "1:0xa:u|{\"side\":\"any\",\"cooldown_s\":\"1m\"}|cooldown_s is not a whole number of seconds",
                "1:0xa:u|{\"side\":\"any\",\"cooldown_s\":9e18}|cooldown_s is negative or longer than thirty years"
            })
    void whatIsNoFollowIsRefusedWithTheReason(String key, String value, String reason) {
        assertThatThrownBy(() -> follow(key, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void aRecordWithoutAKeyOrNotInUtf8IsRefused() {
        assertThatThrownBy(() -> records.wallet(null, bytes("{}"))).hasMessage("there is no key");
        assertThatThrownBy(() -> records.wallet(bytes("1:0xa"), new byte[] {'{', (byte) 0xff, '}'}))
                .hasMessage("the value is not UTF-8");
    }

    @Test
    void aRefusalShowsTheRecordAndTheReason() {
        assertThat(
                        ListRecords.refusal(
                                new ConsumerRecord<>(
                                        "follows",
                                        2,
                                        7,
                                        bytes("1:0xa:u"),
                                        bytes("{\"side\":\"é\"}")),
                                "side is none of buy, sell and any"))
                .isEqualTo(
                        "{\"topic\":\"follows\",\"partition\":2,\"offset\":7,\"key\":\"1:0xa:u\","
                                + "\"reason\":\"side is none of buy, sell and any\","
                                + "\"value\":\"{\\u0022side\\u0022:\\u0022\\u00e9\\u0022}\"}");
        assertThat(
                        ListRecords.refusal(
                                new ConsumerRecord<>("follows", 0, 0, null, null),
                                "there is no key"))
                .isEqualTo(
                        "{\"topic\":\"follows\",\"partition\":0,\"offset\":0,"
                                + "\"reason\":\"there is no key\"}");
    }

    @Test
    void aRefusalIsNotCutInsideACharacter() {
        String key = "k".repeat(3_999) + "🚀";

        assertThat(
                        ListRecords.refusal(
                                new ConsumerRecord<>("t", 0, 0, bytes(key), null), "it is long"))
                .isEqualTo(
                        "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"key\":\""
                                + "k".repeat(3_999)
                                + "\\ufffd\",\"reason\":\"it is long\"}");
    }

    @Test
    void theLongestRefusalFitsIntoAListChange() throws Exception {
        byte[] large = "é".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        ListChange refused =
                ListChange.refused(
                        ListRecords.refusal(
                                new ConsumerRecord<>("t".repeat(249), 0, 0, large, large),
                                "the key is not of the form {chain_id}:{address}:{user_id}"));
        ByteArrayOutputStream written = new ByteArrayOutputStream();

        refused.write(new DataOutputStream(written));

        assertThat(
                        ListChange.read(
                                new DataInputStream(
                                        new ByteArrayInputStream(written.toByteArray()))))
                .isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1:rebuild", "Rebuild", "rebuild "})
    void onlyTheOneKeyAsksForTheFilterAnew(String other) {
        assertThat(ListRecords.isRebuild(bytes("rebuild"))).isTrue();
        assertThat(ListRecords.isRebuild(bytes(other))).isFalse();
        assertThat(ListRecords.isRebuild(null)).isFalse();
    }

    private ListChange wallet(String key, String value) {
        return records.wallet(bytes(key), value == null ? null : bytes(value));
    }

    private ListChange follow(String key, String value) {
        return records.follow(bytes(key), value == null ? null : bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
