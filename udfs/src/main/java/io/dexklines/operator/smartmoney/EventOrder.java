package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.SmartMoneyEvent;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Gives smart-money events their ids: a total order, in which a client names the last event that it
 * has. One subtask, since an event may have no smaller id than one that was emitted before it.
 *
 * <p>Ids come from the wall clock, so they also ascend over a failure of the job, whose next
 * attempt begins at the state of the latest checkpoint. An event that was found after that
 * checkpoint is found again and gets another id, greater than all ids of the former attempt. So a
 * client that asks for what is after an id misses nothing. Whoever may see such an event twice
 * tells it by {@link SmartMoneyEvent#id}: the table keeps its first id, and a relay passes it on
 * once.
 */
final class EventOrder extends AbstractStreamOperator<SmartMoneyEvent>
        implements OneInputStreamOperator<SmartMoneyEvent, SmartMoneyEvent> {

    private static final long serialVersionUID = 1L;

    /** Part of the savepoint: never rename. */
    private static final String LAST_ID_STATE = "last-event-id";

    private transient ListState<Long> lastIdState;
    private transient long lastId;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        lastIdState =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>(LAST_ID_STATE, Types.LONG));
        lastId = SmartMoneyEvent.UNORDERED;
        for (long each : lastIdState.get()) {
            lastId = Math.max(lastId, each);
        }
    }

    @Override
    public void processElement(StreamRecord<SmartMoneyEvent> element) {
        lastId =
                SmartMoneyEvent.nextId(
                        lastId, getProcessingTimeService().getCurrentProcessingTime());
        output.collect(element.replace(element.getValue().at(lastId)));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        lastIdState.clear();
        lastIdState.add(lastId);
    }
}
