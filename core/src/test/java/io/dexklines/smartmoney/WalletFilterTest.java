package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WalletFilterTest {

    private static final Wallet WHALE = new Wallet("56", "0xaa");
    private static final Wallet SHARK = new Wallet("56", "0xbb");
    private static final Wallet ORCA = new Wallet("100000", "Orca");

    private final WalletFilter filter = new WalletFilter(0.001, 1000);

    @Test
    void knowsAListedWalletOnItsOwnChainOnly() {
        filter.apply(ListChange.listed(WHALE, "whale"));

        assertThat(knows(filter, WHALE)).isTrue();
        assertThat(knows(filter, new Wallet("1", "0xaa"))).isFalse();
        assertThat(knows(filter, SHARK)).isFalse();
        assertThat(filter.listed()).isEqualTo(1);
    }

    @Test
    void anUnlistedWalletIsStaleUntilARebuildHasEnded() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.listed(SHARK, "shark"));
        filter.apply(ListChange.unlisted(WHALE));
        assertThat(knows(filter, WHALE)).isTrue();
        assertThat(filter.stale()).isEqualTo(1);
        assertThat(filter.listed()).isEqualTo(1);

        filter.apply(ListChange.rebuildBegins(1));
        filter.apply(ListChange.rebuildListed(1, SHARK));
        assertThat(knows(filter, WHALE)).isTrue();
        filter.apply(ListChange.rebuildEnds(1));

        assertThat(knows(filter, WHALE)).isFalse();
        assertThat(knows(filter, SHARK)).isTrue();
        assertThat(filter.stale()).isZero();
        assertThat(filter.listed()).isEqualTo(1);
    }

    @Test
    void aTombstoneOfAnUnknownWalletMakesNothingStale() {
        filter.apply(ListChange.unlisted(ORCA));
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.unlisted(SHARK));

        assertThat(filter.stale()).isZero();
    }

    @Test
    void walletsListedDuringARebuildAreKnownAfterIt() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.rebuildBegins(1));
        filter.apply(ListChange.listed(SHARK, "shark"));
        // a chain that had no wallet when the rebuild began
        filter.apply(ListChange.listed(ORCA, "orca"));
        filter.apply(ListChange.rebuildListed(1, WHALE));
        filter.apply(ListChange.rebuildEnds(1));

        assertThat(knows(filter, WHALE)).isTrue();
        assertThat(knows(filter, SHARK)).isTrue();
        assertThat(knows(filter, ORCA)).isTrue();
    }

    @Test
    void aWalletUnlistedDuringARebuildIsStaleIfTheRebuildContainsIt() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.listed(SHARK, "shark"));
        filter.apply(ListChange.rebuildBegins(1));
        filter.apply(ListChange.unlisted(SHARK));
        filter.apply(ListChange.rebuildListed(1, WHALE));
        filter.apply(ListChange.unlisted(WHALE));
        filter.apply(ListChange.rebuildEnds(1));

        assertThat(filter.stale()).isEqualTo(1);
        assertThat(knows(filter, SHARK)).isFalse();
    }

    @Test
    void anAbandonedRebuildReplacesNothing() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.rebuildBegins(1));
        filter.apply(ListChange.rebuildBegins(2));
        filter.apply(ListChange.rebuildEnds(1));
        assertThat(knows(filter, WHALE)).isTrue();

        filter.apply(ListChange.rebuildListed(1, SHARK));
        filter.apply(ListChange.rebuildListed(2, WHALE));
        filter.apply(ListChange.rebuildEnds(2));

        assertThat(knows(filter, WHALE)).isTrue();
        assertThat(knows(filter, SHARK)).isFalse();
    }

    @Test
    void theVersionGrowsWithListedWalletsAndNotWithFollowers() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        long version = filter.version();

        filter.apply(ListChange.followed(Follow.ofAll(WHALE, "user")));
        filter.apply(ListChange.unfollowed(WHALE, "user"));
        assertThat(filter.version()).isEqualTo(version);

        filter.apply(ListChange.listed(SHARK, "shark"));
        assertThat(filter.version()).isGreaterThan(version);
    }

    @Test
    void onlyTheChainsThatChangedAreTaken() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.listed(ORCA, "orca"));
        assertThat(filter.takeChanged()).containsOnlyKeys("56", "100000");
        assertThat(filter.takeChanged()).isEmpty();

        filter.apply(ListChange.unlisted(ORCA));
        assertThat(filter.takeChanged()).containsOnlyKeys("100000");

        filter.apply(ListChange.rebuildBegins(1));
        assertThat(filter.takeChanged()).containsOnlyKeys("56", "100000");
    }

    @Test
    void continuesARebuildAfterARestore() throws IOException {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.listed(SHARK, "shark"));
        filter.apply(ListChange.unlisted(WHALE));
        filter.apply(ListChange.rebuildBegins(7));
        filter.apply(ListChange.rebuildListed(7, SHARK));
        WalletFilter restored = restored(filter.takeChanged());

        assertThat(restored.stale()).isEqualTo(1);
        assertThat(restored.layers()).isEqualTo(1);
        restored.apply(ListChange.rebuildEnds(7));

        assertThat(knows(restored, SHARK)).isTrue();
        assertThat(knows(restored, WHALE)).isFalse();
        assertThat(restored.stale()).isZero();
    }

    @Test
    void damagedStateIsRefused() {
        filter.apply(ListChange.listed(WHALE, "whale"));
        filter.apply(ListChange.rebuildBegins(7));
        byte[] bytes = filter.takeChanged().get("56");

        byte[] newer = bytes.clone();
        newer[0] = 9;
        assertThatIOException()
                .isThrownBy(() -> restored(Map.of("56", newer)))
                .withMessage(
                        "cannot read a chain's wallet filters of format version 9: this release reads"
                                + " versions up to 1");
        byte[] damaged = bytes.clone();
        damaged[bytes.length / 4] ^= 1;
        assertThatIOException()
                .isThrownBy(() -> restored(Map.of("56", damaged)))
                .withMessageContaining("is damaged");
        byte[] cut = Arrays.copyOf(bytes, bytes.length / 4);
        assertThatIOException()
                .isThrownBy(() -> restored(Map.of("56", cut)))
                .withMessageContaining("is damaged");
    }

    private static WalletFilter restored(Map<String, byte[]> bytes) throws IOException {
        WalletFilter restored = new WalletFilter(0.001, 1000);
        for (Map.Entry<String, byte[]> chain : bytes.entrySet()) {
            restored.restore(chain.getKey(), chain.getValue());
        }
        return restored;
    }

    private static boolean knows(WalletFilter filter, Wallet wallet) {
        boolean knows =
                filter.mightContain(wallet.chainId(), WalletFilter.fingerprint(wallet.address()));
        assertThat(filter.mightContain(wallet.chainId(), wallet.address())).isEqualTo(knows);
        return knows;
    }
}
