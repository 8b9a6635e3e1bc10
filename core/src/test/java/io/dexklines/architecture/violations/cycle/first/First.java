package io.dexklines.architecture.violations.cycle.first;

import io.dexklines.architecture.violations.cycle.second.Second;

/** One half of a cycle between packages. */
public final class First {

    public Second other() {
        return new Second();
    }
}
