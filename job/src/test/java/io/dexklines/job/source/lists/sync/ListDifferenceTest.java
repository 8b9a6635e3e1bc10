package io.dexklines.job.source.lists.sync;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.source.lists.ListRecords;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.Wallet;
import org.junit.jupiter.api.Test;

/** What a poll publishes. */
class ListDifferenceTest {

    private static final String OURS = "database";
    private static final Wallet WALLET =
            new Wallet("1", "0x28c6c06298d514db089934071355e5743bf21d60");

    private final WantedList wanted = new WantedList();
    private final PublishedList published = new PublishedList(new ListRecords()::follow);

    @Test
    void whatIsNewIsAddedWhatDiffersIsChangedAndWhatIsGoneIsRemoved() {
        publish("same", Side.BUY, OURS);
        publish("other-side", Side.BUY, OURS);
        publish("gone", Side.BUY, OURS);
        want("same", Side.BUY);
        want("other-side", Side.SELL);
        want("new", Side.ANY);

        ListDifference difference = difference(false);

        assertThat(difference.added()).containsOnlyKeys(key("new"));
        assertThat(difference.changed()).containsOnlyKeys(key("other-side"));
        assertThat(difference.removed()).containsExactly(key("gone"));
        assertThat(difference.unchanged()).isOne();
        assertThat(difference.published()).isEqualTo(3);
    }

    @Test
    void whatOthersPublishedIsLeftAlone() {
        publish("user", Side.BUY, null);
        publish("user-only", Side.BUY, null);
        publish("other", Side.BUY, "another-database");
        want("user", Side.SELL);
        want("other", Side.SELL);

        ListDifference difference = difference(false);

        assertThat(difference.added()).isEmpty();
        assertThat(difference.changed()).isEmpty();
        assertThat(difference.removed()).isEmpty();
        assertThat(difference.foreign()).isEqualTo(2);
        assertThat(difference.published()).isZero();
    }

    @Test
    void theNewestRecordDecidesWhoseAKeyIs() {
        publish("taken", Side.BUY, OURS);
        publish("taken", Side.SELL, null);
        publish("left", Side.SELL, null);
        published.apply(key("left").getBytes(US_ASCII), null, null);
        want("left", Side.BUY);

        ListDifference difference = difference(false);

        assertThat(difference.removed()).as("a user has changed it since").isEmpty();
        assertThat(difference.added()).as("nobody has it").containsOnlyKeys(key("left"));
    }

    @Test
    void rowsOfOthersAreAdoptedOnDemand() {
        publish("user", Side.BUY, null);
        publish("user-only", Side.BUY, null);
        want("user", Side.BUY);

        ListDifference difference = difference(true);

        assertThat(difference.changed()).containsOnlyKeys(key("user"));
        assertThat(difference.foreign()).isZero();
        assertThat(difference.removed()).isEmpty();
    }

    @Test
    void aKeyInTheFormOfAFormerReleaseIsThatOfOthers() {
        byte[] former = key("alice").replace("0x", "").getBytes(US_ASCII);
        published.apply(former, "{\"side\":\"buy\"}".getBytes(UTF_8), null);
        want("alice", Side.SELL);

        assertThat(difference(false).foreign()).isOne();

        published.apply(former, null, null);

        assertThat(difference(false).added()).containsOnlyKeys(key("alice"));
    }

    @Test
    void aRecordWhoseRowIsInvalidStays() {
        publish("unclear", Side.BUY, OURS);
        wanted.keep(key("unclear"));

        assertThat(difference(false).removed()).isEmpty();
    }

    @Test
    void aWalletThatOnlyAFollowImpliesIsNoRowOfOthers() {
        PublishedList wallets = new PublishedList(new ListRecords()::wallet);
        wallets.apply(
                WALLET.text().getBytes(US_ASCII), "{\"label\":\"whale\"}".getBytes(UTF_8), null);
        wanted.imply(WALLET.text(), ListChange.listed(WALLET, ""));

        ListDifference difference = ListDifference.between(wanted, wallets, OURS, true);

        assertThat(difference.changed()).isEmpty();
        assertThat(difference.foreign()).isZero();
    }

    @Test
    void aRecordThatTheJobRefusesIsWrittenAgain() {
        published.apply(key("alice").getBytes(US_ASCII), "{}".getBytes(UTF_8), OURS);
        published.apply(null, "{}".getBytes(UTF_8), OURS);
        want("alice", Side.ANY);

        assertThat(difference(false).changed()).containsOnlyKeys(key("alice"));
    }

    private ListDifference difference(boolean adopts) {
        return ListDifference.between(wanted, published, OURS, adopts);
    }

    private void want(String user, Side side) {
        wanted.add(key(user), follow(user, side));
    }

    private void publish(String user, Side side, String source) {
        published.apply(key(user).getBytes(US_ASCII), ListTopics.value(follow(user, side)), source);
    }

    private static ListChange follow(String user, Side side) {
        return ListChange.followed(new Follow(WALLET, user, side, 5, Double.POSITIVE_INFINITY, 60));
    }

    private static String key(String user) {
        return WALLET.text() + ":" + user;
    }
}
