package io.dexklines.job.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.ServerHash;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class MySqlLanesTest {

    private static final String A = "jdbc:mysql://a/klines";
    private static final String B = "jdbc:mysql://b/klines";
    private static final String C = "jdbc:mysql://c/klines";
    private static final String D = "jdbc:mysql://d/klines";

    @Test
    void aRowGoesToItsServer() {
        assertThat(lanes(List.of(A), List.of(), 0)).containsExactly(0);
        assertThat(lanes(List.of(A, B), List.of(), 0)).containsExactly(0);
        assertThat(lanes(List.of(A, B), List.of(), 1)).containsExactly(1);
    }

    @Test
    void whileServersAreAddedAMovingRowGoesToBoth() {
        MySqlLanes lanes = new MySqlLanes(List.of(A, B, C, D), List.of(A, B));

        assertThat(lanes.urls()).containsExactly(A, B, C, D);
        assertThat(lanes(List.of(A, B, C, D), List.of(A, B), 0)).containsExactly(0);
        assertThat(lanes(List.of(A, B, C, D), List.of(A, B), 1)).containsExactly(1);
        assertThat(lanes(List.of(A, B, C, D), List.of(A, B), 2)).containsExactly(2, 0);
        assertThat(lanes(List.of(A, B, C, D), List.of(A, B), 3)).containsExactly(3, 1);
    }

    @Test
    void formerServersThatAreInNoOtherListAreLanesOfTheirOwn() {
        MySqlLanes lanes = new MySqlLanes(List.of(C, D), List.of(A, B));

        assertThat(lanes.urls()).containsExactly(C, D, A, B);
        assertThat(lanes(List.of(C, D), List.of(A, B), 0)).containsExactly(0, 2);
        assertThat(lanes(List.of(C, D), List.of(A, B), 1)).containsExactly(1, 3);
    }

    @Test
    void oneServerWithOtherParametersIsOneLane() {
        MySqlLanes lanes = new MySqlLanes(List.of(A + "?socketTimeout=1"), List.of(A));

        assertThat(lanes.urls()).containsExactly(A + "?socketTimeout=1");
        assertThat(lanes.lanesOf("56", "0x1")).containsExactly(0);
    }

    @Test
    void listsOfAnyLengthAreFollowed() {
        MySqlLanes lanes = new MySqlLanes(List.of(C, A), List.of(A, B, D));
        List<String> current = List.of(C, A);
        List<String> former = List.of(A, B, D);
        for (int i = 0; i < 1000; i++) {
            String address = "0x" + i;
            String now = current.get(ServerHash.server("1", address, 2));
            String before = former.get(ServerHash.server("1", address, 3));

            assertThat(Arrays.stream(lanes.lanesOf("1", address)).mapToObj(lanes.urls()::get))
                    .containsExactlyElementsOf(
                            now.equals(before) ? List.of(now) : List.of(now, before));
        }
    }

    @Test
    void lanesTravelToTheTaskManagers() throws Exception {
        MySqlLanes lanes = InstantiationUtil.clone(new MySqlLanes(List.of(A, B), List.of(C)));

        assertThat(lanes.urls()).containsExactly(A, B, C);
        assertThat(lanes.lanesOf("1", "0x1")).hasSize(2).contains(2);
    }

    /** Returns the lanes of a pair whose server of {@code urls} has the given index. */
    private static int[] lanes(List<String> urls, List<String> formerUrls, int server) {
        int i = 0;
        while (ServerHash.server("56", "0x" + i, urls.size()) != server) {
            i++;
        }
        return new MySqlLanes(urls, formerUrls).lanesOf("56", "0x" + i);
    }
}
