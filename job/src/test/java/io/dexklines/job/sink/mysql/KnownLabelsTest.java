package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.PEPE_LABELS;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.PairLabels;
import org.junit.jupiter.api.Test;

class KnownLabelsTest {

    private static final PairLabels RENAMED = new PairLabels("UniswapV2", "", "PEPE2", "WETH");

    @Test
    void labelsAreWrittenOnlyWhenTheyChanged() {
        KnownLabels labels = new KnownLabels(10);

        assertThat(labels.changes(PEPE, PEPE_LABELS)).isTrue();
        assertThat(labels.changes(PEPE, PEPE_LABELS)).isFalse();
        assertThat(labels.changes(PEPE, RENAMED)).isTrue();
    }

    @Test
    void unknownLabelsAreNotWritten() {
        assertThat(new KnownLabels(10).changes(PEPE, PairLabels.UNKNOWN)).isFalse();
    }

    @Test
    void labelsOfAForgottenPairAreWrittenAgain() {
        KnownLabels labels = new KnownLabels(1);
        labels.changes(PEPE, PEPE_LABELS);
        labels.changes(BONK, RENAMED);

        assertThat(labels.changes(PEPE, PEPE_LABELS)).isTrue();
    }
}
