package io.dexklines.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import io.dexklines.relay.stream.Publication;
import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Parses mutated lines of publishers; see {@link FuzzSeconds}. */
class PublicationReaderFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PublicationReader reader = new PublicationReader();

    @Provide
    Arbitrary<byte[]> lines() {
        return Mutations.of("lines.jsonl");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void aLineIsPassedOnAsJsonOrRefused(@ForAll("lines") byte[] line) throws IOException {
        Publication publication;
        try {
            publication = reader.read(line);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(JSON.readTree(publication.data()).isObject()).isTrue();
    }
}
