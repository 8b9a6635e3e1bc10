package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.util.SimpleVersionedListState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** An operator that takes the place of a sink reads what the sink had not sent. */
class RedisSinkStateTest {

    private static final RedisCommand FIRST = command("1");
    private static final RedisCommand SECOND = command("2");
    private static final RedisCommand THIRD = command("3");

    /** Reads the state of a sink's writer, and contains it. */
    private static final class Successor extends AbstractStreamOperator<String>
            implements OneInputStreamOperator<String, String> {

        private static final long serialVersionUID = 1L;

        private transient ListState<byte[]> state;

        @Override
        public void initializeState(StateInitializationContext context) throws Exception {
            super.initializeState(context);
            state = context.getOperatorStateStore().getListState(RedisSinkState.DESCRIPTOR);
        }

        @Override
        public void processElement(StreamRecord<String> element) {
            // takes no input
        }
    }

    @Test
    @SuppressWarnings("try") // the harness's close() is declared to throw anything
    void theCommandsOfAllElementsAreReadInOrder() throws Exception {
        Successor successor = new Successor();
        try (OneInputStreamOperatorTestHarness<String, String> harness =
                new OneInputStreamOperatorTestHarness<>(
                        successor, Types.STRING.createSerializer(null))) {
            harness.open();
            assertThat(RedisSinkState.commands(successor.state)).isEmpty();
            new SimpleVersionedListState<>(successor.state, new RedisRequestSerializer())
                    .update(
                            List.of(
                                    new BufferedRequestState<>(
                                            List.of(entry(FIRST, SECOND), entry(THIRD)))));

            assertThat(RedisSinkState.commands(successor.state))
                    .extracting(RedisCommand::toString)
                    .containsExactly(FIRST.toString(), SECOND.toString(), THIRD.toString());
        }
    }

    private static RequestEntryWrapper<RedisRequest> entry(RedisCommand... commands) {
        RedisRequest request = new RedisRequest(List.of(commands));
        return new RequestEntryWrapper<>(request, request.sizeInBytes());
    }

    private static RedisCommand command(String value) {
        return RedisCommand.of("SET").key("key-" + value).arg(value).build();
    }
}
