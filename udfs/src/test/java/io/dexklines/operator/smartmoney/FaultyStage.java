package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.ListChange.Kind;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;

/**
 * Stages with one fault each, of a kind that is common in such products. The operators do
 * everything else, so a simulation can fail only because of the fault.
 */
final class FaultyStage {

    private FaultyStage() {}

    /** Drops trades of unknown wallets at once, as products that start with an empty list do. */
    static final class FilterThatDoesNotWait extends HarnessStage {

        FilterThatDoesNotWait(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public List<Sent> filterProgress(int filter, long ms) throws Exception {
            return super.filterProgress(filter, ms).stream()
                    .filter(sent -> !(sent instanceof Passed))
                    .toList();
        }
    }

    /** Sends watermarks before the trades that should precede them. */
    static final class FilterWithEarlyWatermarks extends HarnessStage {

        FilterWithEarlyWatermarks(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public List<Sent> filterProgress(int filter, long ms) throws Exception {
            List<Sent> sent = super.filterProgress(filter, ms);
            List<Sent> overtaken = new ArrayList<>();
            sent.stream().filter(Progress.class::isInstance).forEach(overtaken::add);
            sent.stream().filter(Passed.class::isInstance).forEach(overtaken::add);
            return overtaken;
        }
    }

    /**
     * Passes all trades of unknown wallets. The results are correct, but as expensive as without a
     * filter.
     */
    static final class FilterThatPassesAll extends HarnessStage {

        FilterThatPassesAll(Scenario scenario) {
            super(impatient(scenario.rules()), null);
        }

        private static SmartMoneyRules impatient(SmartMoneyRules rules) {
            return new SmartMoneyRules(
                    rules.falsePositiveRate(),
                    rules.expectedWallets(),
                    1,
                    rules.maxUndecidedTrades(),
                    rules.rememberTradesMs(),
                    rules.rememberFirstBuysMs(),
                    rules.clusterWallets(),
                    rules.clusterWindowMs(),
                    rules.clusterMinUsd());
        }
    }

    /** Sends every trade twice that passes without waiting. */
    static final class FilterThatSendsTwice extends HarnessStage {

        FilterThatSendsTwice(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public List<Sent> filterTrades(int filter, TradeBatch batch) throws Exception {
            List<Sent> sent = new ArrayList<>(super.filterTrades(filter, batch));
            sent.addAll(List.copyOf(sent));
            return sent;
        }
    }

    /** Restarts after a crash with an empty filter and no waiting trades. */
    static final class FilterThatForgets extends HarnessStage {

        FilterThatForgets(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public Snapshot snapshot(long checkpointId) throws Exception {
            Subtasks all = (Subtasks) super.snapshot(checkpointId);
            List<OperatorSubtaskState> forgetful = new ArrayList<>();
            for (OperatorSubtaskState state : all.filters()) {
                forgetful.add(
                        state.toBuilder()
                                .setManagedOperatorState(StateObjectCollection.empty())
                                .build());
            }
            return new Subtasks(forgetful, all.checks(), all.clusters());
        }
    }

    /** Tracks the listed wallets by the changes that its operators have received. */
    private abstract static class Knowing extends HarnessStage {

        private record Known(Snapshot stage, Set<Wallet> listed) implements Snapshot {}

        private final Set<Wallet> listed = new HashSet<>();

        Knowing(Scenario scenario) {
            super(scenario.rules(), null);
        }

        boolean isListed(Wallet wallet) {
            return listed.contains(wallet);
        }

        @Override
        public void start(Snapshot from, int filters, int checks, long nowMs) throws Exception {
            listed.clear();
            if (from != null) {
                listed.addAll(((Known) from).listed());
            }
            super.start(from == null ? null : ((Known) from).stage(), filters, checks, nowMs);
        }

        @Override
        public Snapshot snapshot(long checkpointId) throws Exception {
            return new Known(super.snapshot(checkpointId), Set.copyOf(listed));
        }

        @Override
        public List<Sent> checkChange(int check, ListChange change) throws Exception {
            if (change.kind() == Kind.LISTED) {
                listed.add(change.wallet());
            } else if (change.kind() == Kind.UNLISTED) {
                listed.remove(change.wallet());
            }
            return super.checkChange(check, change);
        }
    }

    /** Decides by the lists received when a trade arrives, without waiting for them. */
    static final class CheckThatDoesNotWait extends Knowing {

        CheckThatDoesNotWait(Scenario scenario) {
            super(scenario);
        }

        @Override
        public List<Sent> checkPassed(int check, WalletTrade trade) throws Exception {
            return isListed(trade.wallet()) ? super.checkPassed(check, trade) : List.of();
        }
    }

    /** Finds every trade that passed the filter. */
    static final class CheckThatTrustsTheFilter extends Knowing {

        CheckThatTrustsTheFilter(Scenario scenario) {
            super(scenario);
        }

        @Override
        public List<Sent> checkPassed(int check, WalletTrade trade) throws Exception {
            if (!isListed(trade.wallet())) {
                checkChange(check, ListChange.listed(trade.wallet(), ""));
            }
            return super.checkPassed(check, trade);
        }
    }

    /** Ignores follows of wallets that are not listed yet. */
    static final class CheckThatForgetsFollows extends Knowing {

        CheckThatForgetsFollows(Scenario scenario) {
            super(scenario);
        }

        @Override
        public List<Sent> checkChange(int check, ListChange change) throws Exception {
            return change.kind() == Kind.FOLLOWED && !isListed(change.wallet())
                    ? List.of()
                    : super.checkChange(check, change);
        }
    }

    /** Notifies of every trade, without a cooldown. */
    static final class CheckWithoutCooldown extends HarnessStage {

        CheckWithoutCooldown(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public List<Sent> checkChange(int check, ListChange change) throws Exception {
            Follow follow = change.follow();
            return super.checkChange(
                    check,
                    follow == null
                            ? change
                            : ListChange.followed(
                                    new Follow(
                                            follow.wallet(),
                                            follow.userId(),
                                            follow.side(),
                                            follow.minUsd(),
                                            follow.maxUsd(),
                                            0)));
        }
    }

    /** Finds every redelivery of a trade as another trade. */
    static final class WithoutDeduplication extends HarnessStage {

        private final Set<Trade> seen = new HashSet<>();
        private final Map<Long, Trade> repeated = new HashMap<>();
        private long freshIdentity;

        WithoutDeduplication(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public List<Sent> checkPassed(int check, WalletTrade passed) throws Exception {
            if (seen.add(Scenario.at(passed.trade(), 0, 0))) {
                return super.checkPassed(check, passed);
            }
            Trade fresh =
                    Scenario.at(passed.trade(), passed.trade().position().index(), ++freshIdentity);
            repeated.put(freshIdentity, passed.trade());
            return super.checkPassed(
                    check, new WalletTrade(fresh, passed.wallet(), passed.arrivalMs()));
        }

        @Override
        public List<Sent> checkProgress(int check, int input, long ms) throws Exception {
            List<Sent> sent = new ArrayList<>();
            for (Sent one : super.checkProgress(check, input, ms)) {
                sent.add(
                        one instanceof Found found
                                ? new Found(original(found.trade()), found.arrivalMs())
                                : one);
            }
            return sent;
        }

        @Override
        public List<Notification> takeNotifications(int check) {
            return super.takeNotifications(check).stream()
                    .map(one -> Notification.of(one.userId(), original(one.trade())))
                    .toList();
        }

        private SmartMoneyTrade original(SmartMoneyTrade found) {
            Trade trade = repeated.get(found.trade().identity().low());
            return trade == null
                    ? found
                    : new SmartMoneyTrade(found.wallet(), found.label(), found.firstBuy(), trade);
        }
    }

    /** Takes the end of the inputs for a time, after which nothing is expected. */
    static final class StageThatEndsTime extends HarnessStage {

        private static final long ONE_DAY_MS = 86_400_000;

        private long nowMs;

        StageThatEndsTime(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public void start(Snapshot from, int filters, int checks, long startMs) throws Exception {
            nowMs = startMs;
            super.start(from, filters, checks, startMs);
        }

        @Override
        public void time(long ms) throws Exception {
            nowMs = ms;
            super.time(ms);
        }

        @Override
        public List<Sent> filterProgress(int filter, long ms) throws Exception {
            return super.filterProgress(filter, ms == END ? nowMs + ONE_DAY_MS : ms);
        }

        @Override
        public List<Sent> checkProgress(int check, int input, long ms) throws Exception {
            return super.checkProgress(check, input, ms == END ? nowMs + ONE_DAY_MS : ms);
        }
    }

    /** Counts sandwiches in clusters. */
    static final class ClustersOfSandwiches extends HarnessStage {

        ClustersOfSandwiches(Scenario scenario) {
            super(scenario.rules(), null);
        }

        @Override
        public List<ClusterAlert> clusterFound(int cluster, Found found) throws Exception {
            SmartMoneyTrade one = found.trade();
            Trade trade = one.trade();
            Trade clean =
                    new Trade(
                            trade.chainId(),
                            trade.pairAddress(),
                            trade.txHash(),
                            trade.maker(),
                            trade.buy(),
                            trade.tokenAmount(),
                            trade.baseTokenAmount(),
                            trade.totalUsd(),
                            trade.tokenPriceUsd(),
                            trade.baseTokenPriceUsd(),
                            trade.mcapUsd(),
                            false,
                            trade.identity(),
                            trade.position(),
                            trade.labels());
            return super.clusterFound(
                    cluster,
                    new Found(
                            new SmartMoneyTrade(one.wallet(), one.label(), one.firstBuy(), clean),
                            found.arrivalMs()));
        }
    }
}
