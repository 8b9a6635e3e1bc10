package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Parses mutated requests; see {@link FuzzSeconds}. */
class RequestFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Provide
    Arbitrary<byte[]> requests() {
        return Mutations.of("requests.jsonl");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void aRequestIsReadOrAnsweredWithAnError(@ForAll("requests") byte[] bytes) throws IOException {
        JsonNode id = NullNode.getInstance();
        String reply;
        try {
            Request request = Request.parse(new String(bytes, StandardCharsets.UTF_8));
            id = request.id();
            request.token();
            switch (request.method()) {
                case SUBSCRIBE, UNSUBSCRIBE -> request.streams();
                case LIST_SUBSCRIPTIONS -> {
                    // has no parameters
                }
                case SET_PROPERTY -> {
                    request.requirePropertyCombined();
                    request.propertyValue();
                }
                case GET_PROPERTY -> request.requirePropertyCombined();
            }
            reply = Reply.result(null, id);
        } catch (RequestException e) {
            reply = Reply.error(e, id);
        }
        byte[] sent = reply.getBytes(StandardCharsets.UTF_8);
        assertThat(JSON.readTree(sent).has("id")).isTrue();
    }
}
