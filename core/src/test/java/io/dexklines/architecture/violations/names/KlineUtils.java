package io.dexklines.architecture.violations.names;

/** A class whose name does not say what it is for. */
public final class KlineUtils {}
