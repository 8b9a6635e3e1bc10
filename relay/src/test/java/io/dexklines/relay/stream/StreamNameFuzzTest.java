package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Parses mutated names of streams; see {@link FuzzSeconds}. */
class StreamNameFuzzTest {

    @Provide
    Arbitrary<byte[]> names() {
        return Mutations.of("streams.txt");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void aNameNeedsNoEscapingOrIsRefused(@ForAll("names") byte[] bytes) {
        StreamName name;
        try {
            name = StreamName.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("unknown (stream|interval), expected .*");
            return;
        }
        assertThat(name.text()).matches("[A-Za-z0-9._:-]+@[A-Za-z0-9_]+");
        assertThat(StreamName.parse(name.text())).isEqualTo(name);
    }
}
