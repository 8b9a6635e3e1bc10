package io.dexklines.chaos.fault;

/**
 * What proves that a fault took effect.
 *
 * @param target the name of what had the fault
 * @param proven whether it certainly took effect
 * @param text what shows that, or what is missing
 */
record Proof(String target, boolean proven, String text) {}
