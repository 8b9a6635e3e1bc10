package io.dexklines.chaos.fault;

/**
 * A part of the cluster that has one fault at a time. Faults of several zones overlap, as a
 * TaskManager dies while MySQL is down.
 */
enum Zone {
    /** The processes of Flink and the folder of the checkpoints. */
    FLINK,
    KAFKA,
    MYSQL,
    REDIS,
    RELAY
}
