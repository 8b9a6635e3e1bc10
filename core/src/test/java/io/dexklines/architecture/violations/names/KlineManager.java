package io.dexklines.architecture.violations.names;

/** Named after no purpose. */
public final class KlineManager {}
