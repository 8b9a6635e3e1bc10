package io.dexklines.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContestantTest {

    @Test
    void everyContestantIsDescribedInTheDocumentation() throws Exception {
        String page = Files.readString(ProjectHome.find().folder().resolve("docs/performance.md"));

        assertThat(Arrays.stream(Contestant.values()))
                .allSatisfy(
                        contestant -> assertThat(page).contains("| `" + contestant.code() + "` |"));
    }

    @Test
    void isFoundByItsCode() {
        assertThat(Arrays.stream(Contestant.values()))
                .allSatisfy(
                        contestant ->
                                assertThat(Contestant.ofCode(contestant.code()))
                                        .isSameAs(contestant));
        assertThatThrownBy(() -> Contestant.ofCode("spark"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no contestant 'spark'")
                .hasMessageContaining("hazelcast-jet");
    }
}
