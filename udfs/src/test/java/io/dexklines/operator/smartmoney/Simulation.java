package io.dexklines.operator.smartmoney;

import io.dexklines.operator.smartmoney.Disagreement.Subject;
import io.dexklines.operator.smartmoney.Stage.Found;
import io.dexklines.operator.smartmoney.Stage.Passed;
import io.dexklines.operator.smartmoney.Stage.Progress;
import io.dexklines.operator.smartmoney.Stage.Sent;
import io.dexklines.oracle.ClusterOracle;
import io.dexklines.oracle.OracleWalletTrade;
import io.dexklines.oracle.WalletOracle;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.ListChange.Kind;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import io.dexklines.trade.TradePosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Simulates the topics, the clock and the network around the stage in a random interleaving, and
 * compares all output with the oracle after every step. Everything is derived from the seed.
 *
 * <p>Each sender has a queue to each receiver, and any queue may move next. One subtask may
 * therefore know a change of the lists long before another. After a crash, the stage and the oracle
 * return to the last snapshot. Later records are read again, at a later time of the clock, and
 * watermarks start anew. The topics stay as they are.
 *
 * <p>The oracle predicts exactly when and how a trade is decided: when the progress of the lists at
 * its check passes its arrival, by the lists received there until then. It does not predict whether
 * the filter drops the trade before. The filter may drop it unless its wallet was listed when the
 * trade was read and has been ever since.
 */
final class Simulation {

    private static final int MAX_RESTARTS = 4;
    private static final long BEFORE_TIME = Long.MIN_VALUE;

    /** Longer than anything is remembered, the delay of its removal included. */
    private static final long FORGETS_WITHIN_MS = 86_400_000;

    /** A change in the topic of the lists, with the time at which it was written. */
    private record Written(ListChange change, long timeMs) {}

    /**
     * A trade that was read and is not decided yet.
     *
     * @param written the number of changes that had been written when the trade was read
     */
    private record Pending(Trade trade, long arrivalMs, int written, boolean passed) {

        Pending passes() {
            return new Pending(trade, arrivalMs, written, true);
        }

        Wallet wallet() {
            return new Wallet(trade.chainId(), trade.maker());
        }
    }

    /** The position of the reader of the lists. */
    private record ListsAt(int read, List<Wallet> toRebuild, boolean rebuilds) {}

    /** The content of a checkpoint, with the state of the oracles and the readers. */
    private record Checkpoint(
            Stage.Snapshot stage,
            int[] read,
            ListsAt lists,
            WalletOracle wallets,
            ClusterOracle clusters,
            List<Pending> pending,
            Map<String, Long> foundAtMs) {}

    private final Stage stage;
    private final Scenario scenario;
    private final Random random;
    private final List<Written> topic = new ArrayList<>();

    private WalletOracle wallets;
    private ClusterOracle clusters;
    private List<Pending> pending = new ArrayList<>();

    /** The arrival of the last found trade, by wallet and identity, in milliseconds. */
    private Map<String, Long> foundAtMs = new HashMap<>();

    private int[] read;
    private int listsRead;
    private Deque<Wallet> toRebuild = new ArrayDeque<>();
    private boolean rebuilds;
    private int generation;
    private long progressMs;
    private long nowMs;

    private int filters;
    private int checks;
    private List<Queue<Object>> listsToFilter;
    private List<Queue<Object>> listsToCheck;
    private List<List<Queue<Object>>> filterToCheck;
    private List<List<Queue<Object>>> checkToCluster;
    private long[] filterListsMs;
    private long[] filterSentMs;
    private long[][] checkPassedMs;
    private long[] checkListsMs;
    private long[] checkMs;
    private long[][] clusterMs;

    private Checkpoint lastCheckpoint;
    private long checkpoints;
    private int restarts;

    /** The number of trades that were found. */
    private int found;

    Simulation(Stage stage, Scenario scenario, long seed) {
        this.stage = stage;
        this.scenario = scenario;
        // a seed other than that of the scenario
        this.random = new Random(~seed);
        this.read = new int[scenario.partitions().size()];
        this.nowMs = scenario.startMs();
    }

    /**
     * Runs to the end of the inputs.
     *
     * @return how many trades were found
     * @throws Disagreement if the stage and the oracle disagree
     */
    int run() throws Exception {
        for (int i = random.nextInt(20); i > 0; i--) {
            write(randomChange());
        }
        restart(null);
        while (unread() > 0) {
            int step = random.nextInt(100);
            if (step < 12) {
                readTrades();
            } else if (step < 20) {
                write(randomChange());
            } else if (step < 34) {
                readLists();
            } else if (step < 78) {
                deliver();
            } else if (step < 90) {
                passTime(random.nextInt(3) == 0 ? random.nextInt(3000) : random.nextInt(3));
            } else if (step < 91 && scenario.longPauses()) {
                passTime(random.nextInt(150_000));
            } else if (step < 93) {
                int filter = random.nextInt(filters);
                expectNothing(stage.filterTradesTime(filter, nowMs + random.nextInt(100_000)));
            } else if (step < 98) {
                checkpoint();
            } else if (restarts < MAX_RESTARTS) {
                restarts++;
                if (random.nextBoolean()) {
                    // stopped with a savepoint
                    if (random.nextBoolean()) {
                        end();
                    }
                    checkpoint();
                }
                restart(lastCheckpoint);
            }
        }
        finish();
        return found;
    }

    // --- the topics

    private ListChange randomChange() {
        Wallet wallet = scenario.wallets().get(random.nextInt(scenario.wallets().size()));
        String user = scenario.users().get(random.nextInt(scenario.users().size()));
        int kind = random.nextInt(10);
        if (kind < 4) {
            return ListChange.listed(wallet, "label " + random.nextInt(3));
        } else if (kind < 6) {
            return ListChange.unlisted(wallet);
        } else if (kind < 9) {
            return ListChange.followed(
                    new Follow(
                            wallet,
                            user,
                            Side.values()[random.nextInt(3)],
                            random.nextBoolean() ? 0 : 30,
                            random.nextBoolean() ? Double.POSITIVE_INFINITY : 80,
                            random.nextBoolean() ? 0 : 1 + random.nextInt(60)));
        }
        return ListChange.unfollowed(wallet, user);
    }

    private void write(ListChange change) {
        topic.add(new Written(change, nowMs));
    }

    private int unread() {
        int unread = 0;
        for (int partition = 0; partition < read.length; partition++) {
            unread += scenario.partitions().get(partition).size() - read[partition];
        }
        return unread;
    }

    private void passTime(long ms) throws Exception {
        nowMs += ms;
        stage.time(nowMs);
    }

    // --- the sources

    private void readTrades() throws Exception {
        int partition = random.nextInt(read.length);
        while (read[partition] == scenario.partitions().get(partition).size()) {
            partition = (partition + 1) % read.length;
        }
        TradeBatch batch = scenario.partitions().get(partition).get(read[partition]++);
        int filter = partition % filters;
        long arrivalMs = Math.max(nowMs, filterSentMs[filter] + 1);
        for (Trade trade : batch.trades()) {
            pending.add(new Pending(trade, arrivalMs, topic.size(), false));
        }
        filterSends(filter, stage.filterTrades(filter, batch));
    }

    private void readLists() {
        if (random.nextInt(20) < 3) {
            rebuild();
        } else {
            long ms = nowMs - 1 - (random.nextInt(3) == 0 ? random.nextInt(1000) : 0);
            while (listsRead < topic.size()
                    && (topic.get(listsRead).timeMs() <= ms || random.nextBoolean())) {
                sendChange(topic.get(listsRead++).change());
            }
            if (ms > progressMs && random.nextInt(4) > 0) {
                progressMs = ms;
                toAll(new Progress(ms));
            }
        }
    }

    private void rebuild() {
        if (!rebuilds) {
            rebuilds = true;
            toRebuild.addAll(listed(listsRead));
            sendChange(ListChange.rebuildBegins(++generation));
        } else if (toRebuild.isEmpty()) {
            rebuilds = false;
            sendChange(ListChange.rebuildEnds(generation));
        } else if (random.nextInt(20) == 0) {
            toRebuild.clear();
            toRebuild.addAll(listed(listsRead));
            sendChange(ListChange.rebuildBegins(++generation));
        } else {
            sendChange(ListChange.rebuildListed(generation, toRebuild.remove()));
        }
    }

    /** Returns the wallets that are listed after the first {@code changes} changes. */
    private Set<Wallet> listed(int changes) {
        Set<Wallet> listed = new LinkedHashSet<>();
        for (Written written : topic.subList(0, changes)) {
            if (written.change().kind() == Kind.LISTED) {
                listed.add(written.change().wallet());
            } else if (written.change().kind() == Kind.UNLISTED) {
                listed.remove(written.change().wallet());
            }
        }
        return listed;
    }

    private void sendChange(ListChange change) {
        listsToFilter.forEach(queue -> queue.add(change));
        listsToCheck.get(stage.checkOf(change)).add(change);
    }

    private void sendAllChanges() {
        while (listsRead < topic.size()) {
            sendChange(topic.get(listsRead++).change());
        }
    }

    private void toAll(Progress progress) {
        listsToFilter.forEach(queue -> queue.add(progress));
        listsToCheck.forEach(queue -> queue.add(progress));
    }

    // --- the network

    /** Delivers one message of a random queue. Returns false if all queues are empty. */
    private boolean deliver() throws Exception {
        int queues = filters + checks + checks * checks + filters * checks;
        int first = random.nextInt(queues);
        for (int i = 0; i < queues; i++) {
            if (deliver((first + i) % queues)) {
                return true;
            }
        }
        return false;
    }

    private boolean deliver(int number) throws Exception {
        int queue = number;
        if (queue < filters) {
            Object message = listsToFilter.get(queue).poll();
            return message != null && filterTakes(queue, message);
        }
        queue -= filters;
        if (queue < checks) {
            Object message = listsToCheck.get(queue).poll();
            return message != null && checkTakes(queue, message);
        }
        queue -= checks;
        if (queue < checks * checks) {
            Object message = checkToCluster.get(queue / checks).get(queue % checks).poll();
            return message != null && clusterTakes(queue / checks, queue % checks, message);
        }
        queue -= checks * checks;
        Object message = filterToCheck.get(queue / checks).get(queue % checks).poll();
        return message != null && checkTakes(queue / checks, queue % checks, message);
    }

    private void deliverAll() throws Exception {
        while (deliver()) {
            // until all queues are empty
        }
    }

    private boolean filterTakes(int filter, Object message) throws Exception {
        if (message instanceof Progress progress) {
            filterListsMs[filter] = progress.ms();
            filterSends(filter, stage.filterProgress(filter, progress.ms()));
        } else {
            expectNothing(stage.filterChange(filter, (ListChange) message));
        }
        return true;
    }

    private void filterSends(int filter, List<Sent> sent) {
        for (Sent one : sent) {
            if (one instanceof Passed passed) {
                passes(filter, passed.trade());
                filterToCheck.get(filter).get(stage.checkOf(passed.trade())).add(passed);
            } else if (one instanceof Progress progress) {
                filterSentMs[filter] = progress.ms();
                filterToCheck.get(filter).forEach(queue -> queue.add(progress));
            }
        }
        if (filterSentMs[filter] != filterListsMs[filter]) {
            throw new Disagreement(
                    Subject.PROGRESS,
                    "filter %d is at %d, and the lists are at %d",
                    filter,
                    filterSentMs[filter],
                    filterListsMs[filter]);
        }
    }

    private void passes(int filter, WalletTrade passed) {
        for (int i = 0; i < pending.size(); i++) {
            Pending one = pending.get(i);
            if (!one.passed()
                    && one.arrivalMs() == passed.arrivalMs()
                    && one.trade().equals(passed.trade())
                    && one.wallet().equals(passed.wallet())) {
                pending.set(i, one.passes());
                expectKnown(one.wallet());
                return;
            }
        }
        throw new Disagreement(Subject.INVENTED, "%s passed filter %d", passed, filter);
    }

    private void expectKnown(Wallet wallet) {
        boolean mayPassUnknown = scenario.rules().maxWaitingTrades() < 1000;
        if (!mayPassUnknown
                && topic.stream()
                        .noneMatch(
                                written ->
                                        written.change().kind() == Kind.LISTED
                                                && written.change().wallet().equals(wallet))) {
            throw new Disagreement(Subject.UNFILTERED, "%s was never listed", wallet);
        }
    }

    private boolean checkTakes(int check, Object message) throws Exception {
        if (message instanceof Progress progress) {
            checkListsMs[check] = progress.ms();
            decided(check, stage.checkProgress(check, 2, progress.ms()));
        } else {
            ListChange change = (ListChange) message;
            tellOracles(change);
            expectNothing(stage.checkChange(check, change));
        }
        return true;
    }

    private boolean checkTakes(int filter, int check, Object message) throws Exception {
        if (message instanceof Passed passed) {
            expectNothing(stage.checkPassed(check, passed.trade()));
            return true;
        }
        long before = least(checkPassedMs[check]);
        checkPassedMs[check][filter] = ((Progress) message).ms();
        long after = least(checkPassedMs[check]);
        if (after > before) {
            decided(check, stage.checkProgress(check, 1, after));
        }
        return true;
    }

    private boolean clusterTakes(int check, int cluster, Object message) throws Exception {
        if (message instanceof Found found) {
            ClusterOracle.Alert oracleAlert =
                    clusters.decide(oracleTrade(found.trade().trade()), found.arrivalMs());
            List<String> expected =
                    oracleAlert == null ? List.of() : List.of(oracleAlert.toString());
            List<String> alerts =
                    stage.clusterFound(cluster, found).stream()
                            .map(alert -> text(found.trade().trade(), alert))
                            .toList();
            expect(Subject.CLUSTERS, alerts, expected);
            return true;
        }
        long before = least(clusterMs[cluster]);
        clusterMs[cluster][check] = ((Progress) message).ms();
        long after = least(clusterMs[cluster]);
        if (after > before) {
            stage.clusterProgress(cluster, after);
        }
        return true;
    }

    // --- decisions

    private void tellOracles(ListChange change) {
        String wallet = change.wallet().text();
        switch (change.kind()) {
            case LISTED -> wallets.list(wallet, change.label());
            case UNLISTED -> wallets.unlist(wallet);
            case FOLLOWED -> {
                Follow follow = change.follow();
                wallets.follow(
                        wallet,
                        follow.userId(),
                        new WalletOracle.Follow(
                                follow.side() != Side.SELL,
                                follow.side() != Side.BUY,
                                follow.minUsd(),
                                follow.maxUsd(),
                                follow.cooldownSeconds()));
            }
            case UNFOLLOWED -> wallets.unfollow(wallet, change.userId());
            default -> {
                // a rebuild does not change the lists
            }
        }
    }

    /** Compares the output of a check with the oracle when its watermark may have advanced. */
    private void decided(int check, List<Sent> sent) {
        long ms = Math.min(least(checkPassedMs[check]), checkListsMs[check]);
        List<Found> engineFound = new ArrayList<>();
        for (Sent one : sent) {
            if (one instanceof Found oneFound) {
                engineFound.add(oneFound);
                checkToCluster.get(check).get(stage.clusterOf(oneFound)).add(oneFound);
            } else if (one instanceof Progress progress) {
                checkMs[check] = progress.ms();
                checkToCluster.get(check).forEach(queue -> queue.add(progress));
            }
        }
        if (checkMs[check] != ms) {
            throw new Disagreement(
                    Subject.PROGRESS,
                    "check %d is at %d and should be at %d",
                    check,
                    checkMs[check],
                    ms);
        }
        List<Pending> due =
                pending.stream()
                        .filter(one -> one.arrivalMs() <= ms && checkOf(one) == check)
                        .sorted(
                                Comparator.<Pending, OracleWalletTrade>comparing(
                                                one -> oracleTrade(one.trade()))
                                        .thenComparing(Pending::arrivalMs))
                        .toList();
        pending.removeIf(one -> one.arrivalMs() <= ms && checkOf(one) == check);
        Map<Wallet, List<String>> expected = new HashMap<>();
        List<String> expectedNotifications = new ArrayList<>();
        for (Pending one : due) {
            if (!one.passed()) {
                expectMayBeMissed(one);
                continue;
            }
            WalletOracle.Hit hit = wallets.decide(oracleTrade(one.trade()), one.arrivalMs());
            if (hit != null) {
                found++;
                expectOnce(one);
                expected.computeIfAbsent(one.wallet(), any -> new ArrayList<>())
                        .add(text(one.trade(), one.arrivalMs(), hit.label(), hit.firstBuy()));
                hit.users()
                        .forEach(
                                user ->
                                        expectedNotifications.add(
                                                user + " " + one.trade() + hit.firstBuy()));
            }
        }
        Map<Wallet, List<String>> actual = new HashMap<>();
        for (Found one : engineFound) {
            SmartMoneyTrade trade = one.trade();
            actual.computeIfAbsent(trade.wallet(), any -> new ArrayList<>())
                    .add(text(trade.trade(), one.arrivalMs(), trade.label(), trade.firstBuy()));
        }
        expect(Subject.FOUND, actual, expected);
        List<Notification> notifications = stage.takeNotifications(check);
        List<String> notified =
                notifications.stream()
                        .map(
                                one ->
                                        one.userId()
                                                + " "
                                                + one.trade().trade()
                                                + one.trade().firstBuy())
                        .sorted()
                        .toList();
        Collections.sort(expectedNotifications);
        expect(Subject.NOTIFIED, notified, expectedNotifications);
        // a trade that was forgotten may be found again, with the same notification ids
        expect(
                Subject.NOTIFIED,
                count(notifications, Notification::id),
                count(notifications, one -> one.userId() + " " + one.trade().id()));
    }

    private static <T> int count(List<T> all, Function<T, Object> distinct) {
        return (int) all.stream().map(distinct).distinct().count();
    }

    private int checkOf(Pending one) {
        return stage.checkOf(new WalletTrade(one.trade(), one.wallet(), one.arrivalMs()));
    }

    /** Checks that the wallet was not listed for the whole time since the trade was read. */
    private void expectMayBeMissed(Pending one) {
        boolean wasListed = listed(one.written()).contains(one.wallet());
        boolean leftSince =
                topic.subList(one.written(), topic.size()).stream()
                        .anyMatch(
                                written ->
                                        written.change().kind() == Kind.UNLISTED
                                                && written.change().wallet().equals(one.wallet()));
        if (wasListed && !leftSince) {
            throw new Disagreement(Subject.MISSED, "%s was dropped", one);
        }
    }

    private void expectOnce(Pending one) {
        String identity = one.wallet().text() + one.trade().identity();
        Long before = foundAtMs.put(identity, one.arrivalMs());
        if (before != null && one.arrivalMs() < before + scenario.rules().rememberTradesMs()) {
            throw new Disagreement(Subject.TWICE, "%s is found again", one);
        }
    }

    // --- checkpoints, crashes, the end

    private void checkpoint() throws Exception {
        deliverAll();
        long passed = pending.stream().filter(Pending::passed).count();
        // one timer for each wallet and each token, for each waiting trade and for each recent
        // follow of a wallet that is not listed
        long follows = (long) scenario.wallets().size() * scenario.users().size();
        long most = passed + 2L * scenario.wallets().size() + follows + 10;
        if (stage.timers() > most) {
            throw new Disagreement(
                    Subject.LEFTOVER, "%d timers, and %d are enough", stage.timers(), most);
        }
        lastCheckpoint =
                new Checkpoint(
                        stage.snapshot(++checkpoints),
                        read.clone(),
                        new ListsAt(listsRead, List.copyOf(toRebuild), rebuilds),
                        wallets.copy(),
                        clusters.copy(),
                        new ArrayList<>(pending),
                        new HashMap<>(foundAtMs));
    }

    private void restart(Checkpoint from) throws Exception {
        nowMs += random.nextInt(5000);
        SmartMoneyRules rules = scenario.rules();
        boolean anew = from == null;
        wallets =
                anew
                        ? new WalletOracle(rules.rememberTradesMs(), rules.rememberFirstBuysMs())
                        : from.wallets().copy();
        clusters =
                anew
                        ? new ClusterOracle(
                                rules.clusterWallets(),
                                rules.clusterWindowMs() / 1000,
                                rules.clusterMinUsd())
                        : from.clusters().copy();
        read = anew ? new int[read.length] : from.read().clone();
        listsRead = anew ? 0 : from.lists().read();
        toRebuild = new ArrayDeque<>(anew ? List.of() : from.lists().toRebuild());
        rebuilds = !anew && from.lists().rebuilds();
        if (rebuilds && random.nextBoolean()) {
            // the reader of the lists may abandon a rebuild and begin another
            rebuilds = false;
            toRebuild.clear();
        }
        foundAtMs = anew ? new HashMap<>() : new HashMap<>(from.foundAtMs());
        pending = new ArrayList<>();
        if (!anew) {
            for (Pending one : from.pending()) {
                // trades that wait in a filter arrive anew
                pending.add(
                        one.passed() ? one : new Pending(one.trade(), nowMs, one.written(), false));
            }
        }
        progressMs = nowMs - 1;
        filters = 1 + Math.min(random.nextInt(3), random.nextInt(3));
        checks = 1 + Math.min(random.nextInt(3), random.nextInt(3));
        connect();
        stage.start(anew ? null : from.stage(), filters, checks, nowMs);
    }

    private void connect() {
        listsToFilter = queues(filters);
        listsToCheck = queues(checks);
        filterToCheck = new ArrayList<>();
        for (int i = 0; i < filters; i++) {
            filterToCheck.add(queues(checks));
        }
        checkToCluster = new ArrayList<>();
        for (int i = 0; i < checks; i++) {
            checkToCluster.add(queues(checks));
        }
        filterListsMs = beforeTime(filters);
        filterSentMs = beforeTime(filters);
        checkListsMs = beforeTime(checks);
        checkMs = beforeTime(checks);
        checkPassedMs = new long[checks][];
        clusterMs = new long[checks][];
        for (int i = 0; i < checks; i++) {
            checkPassedMs[i] = beforeTime(filters);
            clusterMs[i] = beforeTime(checks);
        }
    }

    private void finish() throws Exception {
        if (random.nextBoolean()) {
            sendAllChanges();
            toAll(new Progress(nowMs));
        }
        boolean leaveNothing = random.nextBoolean();
        if (leaveNothing) {
            for (Wallet wallet : scenario.wallets()) {
                write(ListChange.unlisted(wallet));
                scenario.users().forEach(user -> write(ListChange.unfollowed(wallet, user)));
            }
        }
        sendAllChanges();
        // decides all trades
        toAll(new Progress(nowMs));
        toAll(new Progress(nowMs + FORGETS_WITHIN_MS));
        deliverAll();
        if (!pending.isEmpty()) {
            throw new Disagreement(Subject.MISSED, "never decided: %s", pending);
        }
        end();
        int expected = wallets.listedAndFollowed();
        if (leaveNothing && expected != 0) {
            throw new IllegalStateException("the oracle does not forget");
        }
        if (stage.timers() != 0 || stage.stateEntries() != expected) {
            throw new Disagreement(
                    Subject.LEFTOVER,
                    "%d timers and %d state entries are left, and should be 0 and %d",
                    stage.timers(),
                    stage.stateEntries(),
                    expected);
        }
    }

    /** Ends all inputs in a random order, as a drain does. Nothing may come of it. */
    private void end() throws Exception {
        deliverAll();
        int first = 1 + random.nextInt(2);
        for (int input : new int[] {first, 3 - first}) {
            for (int filter = 0; filter < filters; filter++) {
                expectNothing(
                        input == 1
                                ? stage.filterTradesTime(filter, Stage.END)
                                : stage.filterProgress(filter, Stage.END));
                expectNothing(stage.filterEnd(filter, input));
            }
            for (int check = 0; check < checks; check++) {
                expectNothing(stage.checkProgress(check, input, Stage.END));
                expectNothing(stage.checkEnd(check, input));
            }
        }
    }

    // --- texts and comparisons

    private static OracleWalletTrade oracleTrade(Trade trade) {
        TradePosition place = trade.position();
        String token = trade.labels().tokenAddress();
        boolean solana = trade.chainId().equals("100000");
        return new OracleWalletTrade(
                trade.chainId() + ":" + trade.maker(),
                trade.pairAddress(),
                trade.chainId()
                        + ":"
                        + (token.isEmpty()
                                ? trade.pairAddress()
                                : solana ? token : token.toLowerCase(Locale.ROOT)),
                trade.buy(),
                trade.clamp(),
                trade.totalUsd(),
                place.blockTimeSeconds(),
                place.block(),
                place.transactionIndex(),
                place.logIndex(),
                place.index(),
                trade.identity().low());
    }

    private static String text(Trade trade, long arrivalMs, String label, boolean firstBuy) {
        return trade + " at " + arrivalMs + " of " + label + (firstBuy ? ", the first buy" : "");
    }

    private static String text(Trade trade, ClusterAlert alert) {
        String token = alert.tokenAddress().isEmpty() ? trade.pairAddress() : alert.tokenAddress();
        Map<String, Double> usd = new TreeMap<>();
        alert.wallets().forEach(member -> usd.put(member.wallet().text(), member.usd()));
        return new ClusterOracle.Alert(
                        alert.chainId() + ":" + token,
                        usd,
                        alert.usd(),
                        alert.firstTimeSeconds(),
                        alert.lastTimeSeconds())
                .toString();
    }

    private static void expectNothing(List<Sent> sent) {
        expect(Subject.INVENTED, sent, List.of());
    }

    private static void expect(Subject subject, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new Disagreement(subject, "it is%n%s and should be%n%s", actual, expected);
        }
    }

    private static List<Queue<Object>> queues(int count) {
        List<Queue<Object>> queues = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queues.add(new ArrayDeque<>());
        }
        return queues;
    }

    private static long[] beforeTime(int count) {
        long[] times = new long[count];
        Arrays.fill(times, BEFORE_TIME);
        return times;
    }

    private static long least(long[] times) {
        return Arrays.stream(times).min().orElseThrow();
    }
}
