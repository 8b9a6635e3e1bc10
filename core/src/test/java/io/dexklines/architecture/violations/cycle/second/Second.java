package io.dexklines.architecture.violations.cycle.second;

import io.dexklines.architecture.violations.cycle.first.First;

/** One half of a cycle between packages. */
public final class Second {

    public First other() {
        return new First();
    }
}
