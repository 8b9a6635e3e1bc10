package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** What becomes of the page's tests where there is no browser. */
class ChromiumTest {

    @Test
    void withoutABrowserTheyAreSkipped() {
        assertThatThrownBy(() -> Chromium.required(Optional.empty(), false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("NO BROWSER");
    }

    @Test
    void butNotInCi() {
        assertThatThrownBy(() -> Chromium.required(Optional.empty(), true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("KLINES_CHROMIUM");
    }

    @Test
    void whatIsThereIsTaken() {
        Path program = Path.of("/usr/bin/chromium");

        assertThat(Chromium.required(Optional.of(program), true)).isEqualTo(program);
    }
}
