package io.dexklines.architecture.violations.windows;

/** Named after no purpose. */
public final class KlineManager {}
