package io.dexklines.relay.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a relay knows of the follows, from what it has read and what it has written. */
class FollowBookTest {

    private static final String ADDRESS = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final Wallet ONE = new Wallet("1", ADDRESS);
    private static final Wallet TWO = new Wallet("56", ADDRESS);
    private static final int PARTITION = 3;

    private final FollowBook book = new FollowBook(Long.MAX_VALUE);

    @Test
    void eachUserHasTheFollowsThatWereReadLast() {
        read(alice(TWO), buys(TWO), 0);
        read(alice(ONE), buys(ONE), 1);
        read(FollowRecords.Key.of(ONE, "bob"), any(ONE), 2);
        read(alice(ONE), any(ONE), 3);

        assertThat(book.of("alice")).containsExactly(any(ONE), buys(TWO));
        assertThat(book.of("bob")).containsExactly(any(ONE));
        assertThat(book.of("carol")).isEmpty();
        assertThat(book.size()).isEqualTo(3);

        read(alice(ONE), null, 4);
        read(alice(ONE), null, 5);

        assertThat(book.of("alice")).containsExactly(buys(TWO));
        assertThat(book.size()).isEqualTo(2);
    }

    @Test
    void aChangeCountsOnceItIsAcknowledgedAndIsNotUndoneByOlderRecords() {
        book.wrote(alice(ONE), buys(ONE), PARTITION, 7);
        assertThat(book.of("alice")).containsExactly(buys(ONE));

        read(alice(ONE), any(ONE), 6);
        assertThat(book.of("alice")).as("an older record").containsExactly(buys(ONE));

        read(alice(ONE), buys(ONE), 7);
        read(alice(ONE), any(ONE), 8);
        assertThat(book.of("alice")).as("a newer record").containsExactly(any(ONE));
    }

    @Test
    void aRemovalCountsOnceItIsAcknowledged() {
        read(alice(ONE), buys(ONE), 5);
        book.wrote(alice(ONE), null, PARTITION, 7);
        read(alice(ONE), any(ONE), 6);

        assertThat(book.of("alice")).isEmpty();
        assertThat(book.size()).isZero();

        read(alice(ONE), null, 7);
        read(alice(ONE), any(ONE), 8);

        assertThat(book.of("alice")).containsExactly(any(ONE));
    }

    @Test
    void anAcknowledgementThatComesAfterTheRecordWasReadChangesNothing() {
        read(alice(ONE), buys(ONE), 7);
        read(alice(ONE), null, 8);

        book.wrote(alice(ONE), buys(ONE), PARTITION, 7);

        assertThat(book.of("alice")).isEmpty();
    }

    @Test
    void aKeyThatMovedToAnotherPartitionBeginsAnew() {
        read(alice(ONE), buys(ONE), 100);

        book.read(alice(ONE), any(ONE), PARTITION + 1, 0);

        assertThat(book.of("alice")).containsExactly(any(ONE));
    }

    @Test
    void aChangeIsWrittenUnderEveryKeyThatTheTopicHas() {
        FollowRecords.Key former =
                FollowRecords.key(
                        ("1:" + ADDRESS.substring(2) + ":alice").getBytes(StandardCharsets.UTF_8));
        assertThat(book.keysOf(ONE, "alice")).containsExactly(alice(ONE));

        read(former, buys(ONE), 0);

        assertThat(book.of("alice")).containsExactly(buys(ONE));
        assertThat(book.keysOf(ONE, "alice")).containsExactly(former, alice(ONE));
        assertThat(book.keysOf(ONE, "bob")).hasSize(1);
    }

    @Test
    void aUserFollowsUpToALimitOfWallets() {
        read(alice(ONE), any(ONE), 0);
        book.beginWrite(TWO, "alice", 2);

        Wallet three = new Wallet("10", ADDRESS);
        assertThatThrownBy(() -> book.beginWrite(three, "alice", 2))
                .isInstanceOf(TooManyFollowsException.class)
                .hasMessage("you follow 2 wallets already, which is the most");

        book.beginWrite(ONE, "alice", 2);
        book.endWrite("alice");
        book.beginWrite(three, "bob", 2);
        book.endWrite("alice");
        book.beginWrite(three, "alice", 2);
    }

    @Test
    void theMemoryIsThatOfWhatIsHeld() {
        FollowBook small = new FollowBook(1_000);
        small.read(alice(ONE), any(ONE), PARTITION, 0);
        small.read(alice(ONE), buys(ONE), PARTITION, 1);
        small.read(alice(TWO), buys(TWO), PARTITION, 2);
        assertThat(small.isOverfull()).isFalse();

        small.read(FollowRecords.Key.of(ONE, "bob"), any(ONE), PARTITION, 3);
        assertThat(small.isOverfull()).isTrue();

        small.read(FollowRecords.Key.of(ONE, "bob"), null, PARTITION, 4);
        assertThat(small.isOverfull()).isFalse();
    }

    private void read(FollowRecords.Key key, Follow follow, long offset) {
        book.read(key, follow, PARTITION, offset);
    }

    private static FollowRecords.Key alice(Wallet wallet) {
        return FollowRecords.Key.of(wallet, "alice");
    }

    private static Follow any(Wallet wallet) {
        return new Follow(wallet, "any", null, null, null);
    }

    private static Follow buys(Wallet wallet) {
        return new Follow(wallet, "buy", 100.0, null, null);
    }
}
