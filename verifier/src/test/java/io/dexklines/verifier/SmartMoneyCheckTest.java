package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static io.dexklines.verifier.Records.buy;
import static io.dexklines.verifier.Records.sell;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The smart-money half of a verification: what is right, and everything that can be wrong. */
class SmartMoneyCheckTest {

    private static final String LABELS =
            "\"swap_name\":\"uni\",\"pair_info\":{\"token_addr\":\"0xT0\",\"token_symbol\":\"TOK\","
                    + "\"base_token_symbol\":\"USDC\"},\"more\":";

    private final TestingStack stack = new TestingStack();
    private final RecordReader reader = new RecordReader(Records.CHAINS);
    private final long nowMs = System.currentTimeMillis();
    private final long longAgoMs = nowMs - Duration.ofHours(1).toMillis();

    /** A buy of 10 USD and a sell of 4 USD of a listed wallet that ann follows. */
    private void market() {
        list(longAgoMs, "whale");
        follow("ann", longAgoMs, "\"side\":\"any\"");
        publish(buy("0x1", MONDAY + 1, 2, 5));
        publish(sell("0x2", MONDAY + 2, 2, 2));
    }

    @Test
    void aJobThatDidEverythingRightIsFoundRight() throws Exception {
        market();

        Verdict verdict = verify();

        assertThat(verdict.isGood()).as(verdict.lines().toString()).isTrue();
        assertThat(verdict.lines())
                .contains(
                        "smart money: compared 4, lost 0, mismatched 0, surplus 0, doubled 0,"
                                + " refused 0, undecided 1, first buy 1")
                .endsWith("VERDICT compared=10 lost=0 duplicated=0 mismatched=0 ledger=balanced");
        assertThat(verdict.notificationsExpected()).isEqualTo(2);
    }

    @Test
    void aTradeThatIsMissingInMySqlIsLost() throws Exception {
        market();
        stack.rows().remove(0);

        assertIsBad("lost=1 duplicated=0 mismatched=0");
    }

    @Test
    void aTradeThatMySqlRefusedIsNotLost() throws Exception {
        market();
        stack.refuseTrade((String) stack.rows().remove(0).get("id"));

        assertThat(verify().isGood()).isTrue();
        assertThat(verify().refused()).isEqualTo(1);
    }

    @Test
    void aColumnThatDiffersIsFound() throws Exception {
        market();
        Map<String, Object> row = stack.rows().get(0);
        for (String column : List.copyOf(row.keySet())) {
            if (Set.of("chain_id", "wallet", "id", "first_buy").contains(column)) {
                continue;
            }
            Object right = row.get(column);
            row.put(column, other(right));
            Verdict verdict = verify();
            assertThat(verdict.isGood()).as(column).isFalse();
            assertThat(verdict.mismatched()).as(column).isEqualTo(1);
            row.put(column, right);
        }
        stack.rows().get(1).put("first_buy", true);
        assertIsBad("lost=0 duplicated=0 mismatched=1");
    }

    private static Object other(Object value) {
        if (value instanceof String text) {
            // the address of a pair decides whether the row is in the scope
            return text + "?";
        }
        if (value instanceof Boolean flag) {
            return !flag;
        }
        return value instanceof Long whole ? (Object) (whole + 1) : (Object) ((Double) value + 1);
    }

    @Test
    void aRowOfAFormerVersionIsRight() throws Exception {
        market();
        Swap swap = swap(buy("0x1", MONDAY + 1, 2, 5));
        String now = SmartMoneyIds.trade(swap);
        stack.rows().stream()
                .filter(row -> row.get("id").equals(now))
                .forEach(row -> row.put("id", SmartMoneyIds.formerTrade(swap)));

        assertThat(verify().isGood()).isTrue();
    }

    @Test
    void aTradeWithARowUnderEachOfItsIdsIsDoubled() throws Exception {
        market();
        Swap swap = swap(buy("0x1", MONDAY + 1, 2, 5));
        Map<String, Object> former = row(swap);
        former.put("id", SmartMoneyIds.formerTrade(swap));
        stack.rows().add(former);

        assertIsBad("lost=0 duplicated=1 mismatched=0");
    }

    @Test
    void aNotificationThatAFormerVersionSentTooIsDoubled() throws Exception {
        market();
        Swap swap = swap(buy("0x1", MONDAY + 1, 2, 5));
        notify("ann", swap, Map.of("id", text(SmartMoneyIds.formerNotification(swap, "ann"))));

        assertIsBad("lost=0 duplicated=1 mismatched=0");
    }

    @Test
    void aRowWithAnIdThatNoTradeHasIsFound() throws Exception {
        market();
        stack.rows().get(0).put("id", "0123456789abcdef");

        assertIsBad("lost=1 duplicated=0 mismatched=1");
    }

    @Test
    void aRowOfAWalletThatNobodyListedMustBeThatOfATrade() throws Exception {
        publishSilently(buy("0x1", MONDAY + 1, 2, 5));
        assertThat(verify().undecided()).isEqualTo(2);
        assertThat(verify().isGood()).isTrue();

        stack.rows().get(0).put("wallet", "0xstranger");
        assertIsBad("lost=0 duplicated=0 mismatched=1");
    }

    @Test
    void aTradeBeforeItsWalletWasListedIsUndecided() throws Exception {
        list(nowMs - 1000, "whale");
        publishSilently(sell("0x1", MONDAY + 1, 2, 5));
        assertThat(verify().isGood()).isTrue();
        assertThat(verify().undecided()).isEqualTo(1);

        stack.rows().clear();
        assertThat(verify().isGood()).isTrue();
        assertThat(verify().undecided()).isEqualTo(1);
    }

    @Test
    void aTradeOfAWalletThatWasRemovedIsUndecided() throws Exception {
        list(longAgoMs, "whale");
        publishSilently(sell("0x1", MONDAY + 1, 2, 5));
        stack.rows().clear();
        stack.smartMoney(journal -> journal.addWallet(bytes("1:0xME"), null, nowMs));

        assertThat(verify().isGood()).isTrue();
        assertThat(verify().undecided()).isEqualTo(1);
    }

    @Test
    void theLabelIsOneUnderWhichTheWalletWasListed() throws Exception {
        market();
        list(nowMs, "kraken");
        assertThat(verify().isGood()).isTrue();

        stack.rows().get(0).put("label", "kraken");
        assertThat(verify().isGood()).isTrue();
        stack.rows().get(0).put("label", "shrimp");
        assertIsBad("lost=0 duplicated=0 mismatched=1");
    }

    @Test
    void lateAndDuplicateTradesAreFoundOnceToo() throws Exception {
        list(longAgoMs, "whale");
        publish(buy("0x1", MONDAY + 1, 2, 5));
        stack.publish(1, withLabels(buy("0x1", MONDAY + 1, 2, 5)));
        stack.exclude(Reason.DUPLICATE, 1, 0, 0);
        publish(buy("0x2", MONDAY + 601, 2, 5));
        publish(buy("0x3", MONDAY + 3, 2, 5));
        stack.exclude(Reason.LATE, 0, 2, 0);

        assertThat(verify().isGood()).isTrue();
        stack.rows().remove(2);
        assertIsBad("lost=1 duplicated=0 mismatched=0");
    }

    @Test
    void aNotificationThatIsMissingIsLost() throws Exception {
        market();
        publishSilently(buy("0x3", MONDAY + 3, 2, 5));

        assertIsBad("lost=1 duplicated=0 mismatched=0");
        assertThat(verify().notificationsExpected()).isEqualTo(3);
    }

    @Test
    void aNotificationThatACooldownMayHaveSwallowedIsUndecided() throws Exception {
        list(longAgoMs, "whale");
        follow("ann", longAgoMs, "\"side\":\"any\",\"cooldown_s\":60");
        publish(sell("0x1", MONDAY + 1, 2, 5));
        publishSilently(sell("0x2", MONDAY + 2, 2, 5));

        assertThat(verify().isGood()).isTrue();
        assertThat(verify().undecided()).isEqualTo(1);
    }

    @Test
    void aNotificationOfAFollowThatCameLaterIsUndecided() throws Exception {
        list(longAgoMs, "whale");
        follow("ann", nowMs - 1000, "\"side\":\"any\"");
        publishSilently(sell("0x2", MONDAY + 2, 2, 5));

        assertThat(verify().isGood()).isTrue();
        assertThat(verify().undecided()).isEqualTo(1);
    }

    @Test
    void aFollowThatTheJobRejectsNeedsNoNotification() throws Exception {
        for (String conditions :
                List.of(
                        "\"side\":\"any\",\"min_usd\":-1",
                        "\"side\":\"any\",\"min_usd\":\"1,000\"",
                        "\"side\":\"any\",\"user_id\":1.5",
                        "\"side\":\"long\"")) {
            TestingStack other = new TestingStack();
            list(other, longAgoMs, "whale");
            follow(other, "ann", longAgoMs, conditions);
            publish(other, sell("0x1", MONDAY + 1, 2, 5), false);

            assertThat(verify(other, Scope.ALL).lost()).as(conditions).isZero();
        }
    }

    @Test
    void aNotificationThatComesTwiceIsFound() throws Exception {
        market();
        notify("ann", swap(buy("0x1", MONDAY + 1, 2, 5)), Map.of());

        assertIsBad("lost=0 duplicated=1 mismatched=0");
        assertThat(verify().notificationsExpected()).isEqualTo(2);
    }

    @Test
    void aNotificationAgainstItsConditionsIsFound() throws Exception {
        for (String conditions :
                List.of(
                        "\"side\":\"sell\"",
                        "\"side\":\"SELL\"",
                        "\"side\":\"any\",\"min_usd\":11",
                        "\"side\":\"any\",\"min_usd\":\"11\"",
                        "\"side\":\"buy\",\"max_usd\":9.5")) {
            TestingStack other = new TestingStack();
            SmartMoneyCheckTest test = this;
            test.list(other, longAgoMs, "whale");
            test.follow(other, "ann", longAgoMs, conditions);
            test.publish(other, buy("0x1", MONDAY + 1, 2, 5), true);

            Verdict verdict = verify(other, Scope.ALL);
            assertThat(verdict.mismatched()).as(conditions).isEqualTo(1);
            assertThat(verdict.isGood()).isFalse();

            test.follow(other, "ann", nowMs, "\"side\":\"any\"");
            assertThat(verify(other, Scope.ALL).isGood()).as("since changed").isTrue();
        }
    }

    @Test
    void aNotificationThatNoTradeMakesIsFound() throws Exception {
        market();
        notify("ann", swap(buy("0x77", MONDAY + 1, 2, 5)), Map.of());

        assertIsBad("lost=0 duplicated=0 mismatched=1");
    }

    @Test
    void aNotificationWithAWrongFieldIsFound() throws Exception {
        for (String field : List.of("usd", "side", "tx_hash", "label", "token_symbol")) {
            TestingStack other = new TestingStack();
            list(other, longAgoMs, "whale");
            follow(other, "ann", longAgoMs, "\"side\":\"any\"");
            publish(other, buy("0x1", MONDAY + 1, 2, 5), false);
            notify(
                    other,
                    "ann",
                    swap(buy("0x1", MONDAY + 1, 2, 5)),
                    Map.of(field, field.equals("usd") ? "7.0" : "\"wrong\""));

            assertThat(verify(other, Scope.ALL).mismatched()).as(field).isEqualTo(1);
        }
    }

    @Test
    void aClusterThatComesTwiceIsFound() throws Exception {
        cluster("00ff", MONDAY);
        cluster("00fe", MONDAY);
        assertThat(verify().isGood()).isTrue();

        cluster("00ff", MONDAY);
        assertIsBad("lost=0 duplicated=1 mismatched=0");
    }

    @Test
    void onlyTheScopeIsCompared() throws Exception {
        market();
        stack.rows().clear();
        Scope later = new Scope(MONDAY + 60, Long.MAX_VALUE, Set.of(), OptionalInt.empty(), 0);
        Scope otherPair = new Scope(0, Long.MAX_VALUE, Set.of("1:0xff"), OptionalInt.empty(), 0);

        assertThat(verify(stack, later).isGood()).isTrue();
        assertThat(verify(stack, otherPair).isGood()).isTrue();
        assertThat(verify().lost()).isEqualTo(2);
    }

    @Test
    void aRowOlderThanWhatTheTopicHoldsIsIncomparable() throws Exception {
        market();
        stack.rows().get(0).put("id", "0123456789abcdef");
        stack.lose(Records.TOPIC, MONDAY * 1000);

        Verdict verdict = verify();
        assertThat(verdict.mismatched()).isZero();
        assertThat(verdict.lost()).isEqualTo(1);
    }

    private void assertIsBad(String expected) throws Exception {
        Verdict verdict = verify();
        assertThat(verdict.toString()).as(verdict.lines().toString()).contains(expected);
        assertThat(verdict.isGood()).isFalse();
    }

    private Verdict verify() throws Exception {
        return verify(stack, Scope.ALL);
    }

    private static Verdict verify(TestingStack stack, Scope scope) throws Exception {
        stack.readAgain();
        return new Verification(
                        stack,
                        stack,
                        TestingStack.SHAPE,
                        scope,
                        Clock.systemUTC(),
                        new Verification.Timing(Duration.ZERO, Duration.ofMinutes(1)),
                        VerifyProgress.silent())
                .verdict();
    }

    private void list(long timestampMs, String label) {
        list(stack, timestampMs, label);
    }

    private void list(TestingStack to, long timestampMs, String label) {
        byte[] value = bytes("{\"chain_id\":1,\"address\":\"0xMe\",\"label\":\"" + label + "\"}");
        to.smartMoney(journal -> journal.addWallet(bytes("1:0xME"), value, timestampMs));
    }

    private void follow(String user, long timestampMs, String conditions) {
        follow(stack, user, timestampMs, conditions);
    }

    private void follow(TestingStack to, String user, long timestampMs, String conditions) {
        to.smartMoney(
                journal ->
                        journal.addFollow(
                                bytes("1:0xME:" + user),
                                bytes("{" + conditions + "}"),
                                timestampMs));
    }

    private void cluster(String id, long firstTime) {
        stack.smartMoney(
                journal ->
                        assertThat(
                                        journal.addCluster(
                                                bytes(
                                                        "{\"id\":\"%s\",\"first_time\":%d}"
                                                                .formatted(id, firstTime))))
                                .isTrue());
    }

    /** Publishes a trade that the job finds, and of which it notifies ann. */
    private void publish(String trade) {
        publish(stack, trade, true);
    }

    /** Publishes a trade that the job finds without notifying anyone. */
    private void publishSilently(String trade) {
        publish(stack, trade, false);
    }

    private void publish(TestingStack to, String trade, boolean notified) {
        to.publish(0, withLabels(trade));
        Swap swap = swap(trade);
        to.rows().add(row(swap));
        if (notified) {
            notify(to, "ann", swap, Map.of());
        }
    }

    private Swap swap(String trade) {
        return reader.entries(Records.TOPIC, 0, 0, 0, Records.record(withLabels(trade)))
                .get(0)
                .swap()
                .orElseThrow();
    }

    private static String withLabels(String trade) {
        return trade.replace("\"more\":", LABELS);
    }

    private static Map<String, Object> row(Swap swap) {
        Map<String, Object> row = new HashMap<>();
        row.put("chain_id", "1");
        row.put("wallet", "0xme");
        row.put("block_time", swap.blockTime());
        row.put("id", SmartMoneyIds.trade(swap));
        row.put("label", "whale");
        row.put("pair_addr", "0xab");
        row.put("swap_name", "uni");
        row.put("token_addr", "0xT0");
        row.put("token_symbol", "TOK");
        row.put("base_token_symbol", "USDC");
        row.put("side", swap.buy() ? "buy" : "sell");
        row.put("usd", swap.totalUsd());
        row.put("token_amount", swap.tokenAmount());
        row.put("base_token_amount", 1.0);
        row.put("price_usd", 2.0);
        row.put("mcap", 2000.0);
        row.put("tx_hash", swap.txHash());
        row.put("block_num", swap.blockTime() / 12);
        row.put("transaction_index", 0L);
        row.put("log_index", 0L);
        row.put("clamp", false);
        row.put("first_buy", false);
        return row;
    }

    private void notify(String user, Swap swap, Map<String, String> wrong) {
        notify(stack, user, swap, wrong);
    }

    private void notify(TestingStack to, String user, Swap swap, Map<String, String> wrong) {
        Map<String, String> fields = new HashMap<>();
        fields.put("id", text(SmartMoneyIds.notification(swap, user)));
        fields.put("user_id", text(user));
        fields.put("wallet", text("0xme"));
        fields.put("label", text("whale"));
        fields.put("chain_id", text("1"));
        fields.put("pair_addr", text("0xab"));
        fields.put("token_addr", text("0xT0"));
        fields.put("token_symbol", text("TOK"));
        fields.put("side", text(swap.buy() ? "buy" : "sell"));
        fields.put("usd", Double.toString(swap.totalUsd()).replaceFirst("\\.0$", ""));
        fields.put("token_amount", Double.toString(swap.tokenAmount()));
        fields.put("price_usd", "2");
        fields.put("tx_hash", text(swap.txHash()));
        fields.put("block_time", Long.toString(swap.blockTime()));
        fields.put("clamp", "false");
        fields.put("first_buy", "false");
        fields.putAll(wrong);
        StringBuilder json = new StringBuilder();
        fields.forEach(
                (key, value) -> json.append(',').append(text(key)).append(':').append(value));
        byte[] value = bytes("{" + json.substring(1) + "}");
        to.smartMoney(journal -> assertThat(journal.addNotification(value)).isTrue());
    }

    private static String text(String value) {
        return '"' + value + '"';
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
