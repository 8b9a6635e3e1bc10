package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** What happens to the tests of the page on a machine without a browser. */
class ChromiumTest {

    @Test
    void withoutABrowserTheTestsAreSkipped() {
        assertThatThrownBy(() -> Chromium.required(Optional.empty(), false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("NO BROWSER");
    }

    @Test
    void withoutABrowserTheTestsFailInCi() {
        assertThatThrownBy(() -> Chromium.required(Optional.empty(), true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("KLINES_CHROMIUM");
    }

    @Test
    void anInstalledBrowserIsUsed() {
        Path program = Path.of("/usr/bin/chromium");

        assertThat(Chromium.required(Optional.of(program), true)).isEqualTo(program);
    }
}
