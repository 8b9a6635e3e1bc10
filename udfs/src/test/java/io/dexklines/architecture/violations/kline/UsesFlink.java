package io.dexklines.architecture.violations.kline;

import org.apache.flink.api.common.state.ValueState;

/** A decision that holds state of Flink. */
public final class UsesFlink {

    private ValueState<Long> state;

    public ValueState<Long> state() {
        return state;
    }
}
