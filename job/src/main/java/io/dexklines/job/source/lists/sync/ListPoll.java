package io.dexklines.job.source.lists.sync;

import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A poll: reads the database, reads what was appended to the topics, and publishes the differences.
 * A poll that fails in the middle leaves differences that the next one finds.
 */
final class ListPoll implements SyncLoop.Poll, AutoCloseable {

    private final SyncSettings settings;
    private final ListTopics topics;
    private final Clock clock;

    ListPoll(SyncSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.topics =
                new ListTopics(
                        settings.kafka(),
                        settings.walletsTopic(),
                        settings.followsTopic(),
                        settings.source(),
                        clock);
    }

    @Override
    public PollReport run() throws FailedPollException {
        long beganMs = clock.millis();
        WantedLists wanted = new WantedLists(settings.chains());
        settings.database().read(queries(wanted));
        topics.read();
        boolean hasFollows = settings.followsQuery() != null;
        ListDifference follows = difference(wanted.follows(), topics.follows());
        boolean followsMayGo = hasFollows && mayRemove(follows, wanted.follows());
        WantedList wantedWallets = wanted.wallets();
        if (!followsMayGo) {
            // a follow that stays is of no use without its wallet
            follows.removed().forEach(key -> wantedWallets.keep(walletOf(key)));
        }
        ListDifference wallets = difference(wantedWallets, topics.wallets());
        boolean walletsMayGo =
                mayRemove(
                        wallets,
                        settings.walletsQuery() == null ? wanted.follows() : wantedWallets);
        List<PollReport.OfList> lists = new ArrayList<>();
        lists.add(PollReport.of("wallets", wantedWallets.rows(), wallets, walletsMayGo));
        if (hasFollows) {
            lists.add(PollReport.of("follows", wanted.follows().rows(), follows, followsMayGo));
        }
        if (lists.stream().anyMatch(PollReport.OfList::hasChanges)) {
            topics.publish(
                    receiver -> {
                        put(wallets, receiver);
                        if (hasFollows) {
                            put(follows, receiver);
                        }
                        if (followsMayGo) {
                            follows.removed().forEach(receiver::removeFollow);
                        }
                        if (walletsMayGo) {
                            wallets.removed().forEach(receiver::removeWallet);
                        }
                    });
        }
        return new PollReport(
                lists,
                wanted.invalid(),
                wanted.problems(),
                settings.maxRemovals(),
                clock.millis() - beganMs);
    }

    /** Returns the key of the wallet of a follow. */
    private static String walletOf(String followKey) {
        return followKey.substring(0, followKey.lastIndexOf(':'));
    }

    private List<TeamDatabase.Query> queries(WantedLists wanted) {
        List<TeamDatabase.Query> queries = new ArrayList<>();
        if (settings.walletsQuery() != null) {
            queries.add(
                    new TeamDatabase.Query(
                            "wallets",
                            settings.walletsQuery(),
                            WantedLists.WALLET_COLUMNS,
                            wanted::wallet));
        }
        if (settings.followsQuery() != null) {
            queries.add(
                    new TeamDatabase.Query(
                            "follows",
                            settings.followsQuery(),
                            WantedLists.FOLLOW_COLUMNS,
                            wanted::follow));
        }
        return queries;
    }

    private ListDifference difference(WantedList wanted, PublishedList published) {
        return ListDifference.between(wanted, published, settings.source(), settings.adopts());
    }

    private boolean mayRemove(ListDifference difference, WantedList answer) {
        return settings.allowsRemovals()
                || settings.maxRemovals()
                        .permits(
                                difference.removed().size(),
                                difference.published(),
                                answer.validRows());
    }

    private static void put(ListDifference difference, ListTopics.Receiver receiver) {
        for (Map<String, ListChange> changes : List.of(difference.added(), difference.changed())) {
            changes.forEach(receiver::put);
        }
    }

    @Override
    public void close() {
        topics.close();
    }
}
