package io.dexklines.chaos.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.watch.FrameTimes.Gap;
import org.junit.jupiter.api.Test;

class FrameTimesTest {

    private static final long FIRST_MS = 1_767_960_000_000L;

    @Test
    void countsFramesWithinATimeAndFindsTheTimesWithoutAny() {
        FrameTimes times = new FrameTimes();
        times.add(FIRST_MS);
        times.add(FIRST_MS + 20);
        times.add(FIRST_MS + 500);
        times.add(FIRST_MS + 9_000);

        assertThat(times.between(FIRST_MS, FIRST_MS + 1_000)).isEqualTo(3);
        assertThat(times.between(FIRST_MS + 1_000, FIRST_MS + 9_000)).isZero();
        assertThat(times.gaps(1_000)).containsExactly(new Gap(FIRST_MS + 500, FIRST_MS + 9_000));
        assertThat(times.gaps(10_000)).isEmpty();
        assertThat(times.firstAfter(FIRST_MS + 501)).isEqualTo(FIRST_MS + 9_000);
        assertThat(times.firstAfter(FIRST_MS + 9_001)).isEqualTo(-1);
    }
}
