package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class OriginPolicyTest {

    private final OriginPolicy policy = new OriginPolicy(Set.of("https://Charts.example"));

    @Test
    void aClientWithoutOriginIsAdmitted() {
        assertThat(policy.admits(null, "relay.example")).isTrue();
    }

    @Test
    void theRelaysOwnPagesAreAdmitted() {
        assertThat(policy.admits("http://127.0.0.1:8080", "127.0.0.1:8080")).isTrue();
        assertThat(policy.admits("https://relay.example", "Relay.Example")).isTrue();
        assertThat(policy.admits("http://127.0.0.1:8081", "127.0.0.1:8080")).isFalse();
    }

    @Test
    void otherOriginsAreAdmittedOnlyIfAllowed() {
        assertThat(policy.admits("https://charts.example", "relay.example")).isTrue();
        assertThat(policy.admits("https://charts.example.evil", "relay.example")).isFalse();
        assertThat(policy.admits("http://charts.example", "relay.example")).isFalse();
        assertThat(policy.admits("null", "relay.example")).isFalse();
        assertThat(policy.admits("not an origin", null)).isFalse();
    }
}
