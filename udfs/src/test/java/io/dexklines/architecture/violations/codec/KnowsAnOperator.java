package io.dexklines.architecture.violations.codec;

import io.dexklines.architecture.violations.operator.ReadsATable;

/** A serializer that knows an operator. */
public final class KnowsAnOperator {

    private ReadsATable operator;

    public ReadsATable operator() {
        return operator;
    }
}
