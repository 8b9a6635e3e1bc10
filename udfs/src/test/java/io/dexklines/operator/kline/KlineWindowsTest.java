package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.trade.PairSwaps;
import java.util.List;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

class KlineWindowsTest {

    @Test
    void oneSubtaskOfEachStageIsOneTask() {
        assertThat(tasks(1, 0)).containsExactly("By pair -> Klines of all intervals");
        assertThat(tasks(1, 1)).containsExactly("By pair -> Klines of all intervals");
    }

    @Test
    void withMoreSubtasksOfEitherStageThePairsAreDistributed() {
        String[] apart = {"By pair", "Klines of all intervals"};

        assertThat(tasks(2, 0)).containsExactly(apart);
        assertThat(tasks(1, 2)).containsExactly(apart);
        assertThat(tasks(2, 1)).containsExactly(apart);
        assertThat(tasks(2, 2)).containsExactly(apart);
    }

    /** Returns the names of the tasks, without what surrounds the two stages. */
    private static List<String> tasks(int parallelism, int klineParallelism) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(parallelism);
        DataStream<PairSwaps> swaps =
                env.fromSequence(0, 0)
                        .map(number -> (PairSwaps) null)
                        .returns(CodecTypeInfo.PAIR_SWAPS)
                        .name("By pair");
        KlineWindows.attach(
                        swaps,
                        KlineRules.of(List.of(Interval.ONE_MINUTE), 0),
                        500,
                        0,
                        klineParallelism)
                .updates()
                .sinkTo(new DiscardingSink<>())
                .name("Sink")
                .setParallelism(3);
        return env
                .getStreamGraph()
                .getJobGraph()
                .getVerticesSortedTopologicallyFromSources()
                .stream()
                .map(JobVertex::getName)
                .map(name -> name.replace("Source: Sequence Source -> ", ""))
                .filter(name -> !name.startsWith("Sink"))
                .toList();
    }
}
