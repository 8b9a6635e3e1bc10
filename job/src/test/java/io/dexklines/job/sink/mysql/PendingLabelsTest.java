package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.PEPE_LABELS;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.PairLabels;
import org.junit.jupiter.api.Test;

class PendingLabelsTest {

    private static final PairLabels RENAMED = new PairLabels("UniswapV2", "", "PEPE2", "WETH");

    @Test
    void labelsWaitOnlyWhenTheyChanged() {
        PendingLabels labels = new PendingLabels(10);
        labels.offer(PEPE, PEPE_LABELS);
        assertThat(labels.take()).containsExactly(new Tables.PairRow(PEPE, PEPE_LABELS));

        labels.offer(PEPE, PEPE_LABELS);
        assertThat(labels.take()).isEmpty();

        labels.offer(PEPE, RENAMED);
        assertThat(labels.take()).containsExactly(new Tables.PairRow(PEPE, RENAMED));
    }

    @Test
    void unknownLabelsAreNotWritten() {
        PendingLabels labels = new PendingLabels(10);
        labels.offer(PEPE, PairLabels.UNKNOWN);

        assertThat(labels.take()).isEmpty();
    }

    @Test
    void labelsOfAForgottenPairAreWrittenAgain() {
        PendingLabels labels = new PendingLabels(1);
        labels.offer(PEPE, PEPE_LABELS);
        labels.offer(BONK, RENAMED);
        assertThat(labels.take()).hasSize(2);

        labels.offer(PEPE, PEPE_LABELS);

        assertThat(labels.take()).containsExactly(new Tables.PairRow(PEPE, PEPE_LABELS));
    }
}
