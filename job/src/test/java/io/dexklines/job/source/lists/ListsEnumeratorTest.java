package io.dexklines.job.source.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The enumerator while its reader is reset. */
class ListsEnumeratorTest {

    /** A null split stands for one that a reader has. */
    private final ListsEnumerator enumerator = new ListsEnumerator(null, null);

    @Test
    void aSplitThatNoCheckpointHasComesBack() {
        enumerator.addSplitsBack(List.of(ListsSplit.BEGINNING), 0);

        assertThat(enumerator.snapshotState(1)).contains(ListsSplit.BEGINNING);
    }

    /** An exception here would restart the whole job once more after each failure of a task. */
    @Test
    void aReaderThatIsRestoredFromACheckpointKeepsItsSplit() {
        enumerator.addSplitsBack(List.of(), 0);

        assertThat(enumerator.snapshotState(1)).isEmpty();
    }
}
