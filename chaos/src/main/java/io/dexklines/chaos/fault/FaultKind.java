package io.dexklines.chaos.fault;

import io.dexklines.chaos.cluster.Role;

/**
 * What can happen to the cluster. Killed is always by SIGKILL, suspended by SIGSTOP. Faults of a
 * TaskManager hit one that runs tasks, whatever the target.
 */
public enum FaultKind {
    /** A TaskManager is killed. */
    TASK_MANAGER_KILLED(Zone.FLINK, Role.TASK_MANAGER, 0, 8),
    /** A TaskManager is killed while a checkpoint is being taken. */
    TASK_MANAGER_KILLED_IN_CHECKPOINT(Zone.FLINK, Role.TASK_MANAGER, 0, 4),
    /** A TaskManager is killed right after a checkpoint is complete. */
    TASK_MANAGER_KILLED_AFTER_CHECKPOINT(Zone.FLINK, Role.TASK_MANAGER, 0, 4),
    /** A TaskManager is suspended for longer than a heartbeat may take. */
    TASK_MANAGER_SUSPENDED(Zone.FLINK, Role.TASK_MANAGER, 30, 30),
    /** The JobManager that leads is killed, whatever the target. */
    LEADER_KILLED(Zone.FLINK, Role.JOB_MANAGER, 0, 15),
    /** A JobManager is suspended. */
    JOB_MANAGER_SUSPENDED(Zone.FLINK, Role.JOB_MANAGER, 30, 30),
    /** The folder of the checkpoints is replaced by a file. */
    CHECKPOINT_FOLDER_REPLACED(Zone.FLINK, null, 15, 30),
    /** The disk of the checkpoints is full. */
    CHECKPOINT_FOLDER_FULL(Zone.FLINK, null, 15, 30),
    /**
     * The job is stopped with a savepoint, and goes on with as many subtasks as the target says.
     */
    RESCALED(Zone.FLINK, null, 0, 0),
    /** A broker is killed. */
    BROKER_KILLED(Zone.KAFKA, Role.BROKER, 2, 30),
    /** All brokers are killed at once and started again. */
    ALL_BROKERS_RESTARTED(Zone.KAFKA, null, 0, 10),
    /** A broker is suspended. */
    BROKER_SUSPENDED(Zone.KAFKA, Role.BROKER, 30, 30),
    /** A topic of trades gets one more partition. The target is the topic. */
    PARTITION_ADDED(Zone.KAFKA, null, 0, 0),
    /** A server of MySQL is killed. */
    MYSQL_DOWN(Zone.MYSQL, Role.MYSQL, 5, 40),
    /** A server of MySQL is suspended: it accepts connections and answers nothing. */
    MYSQL_SUSPENDED(Zone.MYSQL, Role.MYSQL, 30, 30),
    /** All servers of Redis that have the same keys are killed. The target is the shard. */
    REDIS_DOWN(Zone.REDIS, null, 5, 30),
    /** A server of Redis is killed; its replica, if it has one, is promoted meanwhile. */
    REDIS_SERVER_KILLED(Zone.REDIS, Role.REDIS, 8, 20),
    /** A server of Redis is suspended. */
    REDIS_SUSPENDED(Zone.REDIS, Role.REDIS, 30, 30),
    /** A shard of Redis gets the keys that it had before. The target is the shard. */
    REDIS_BACK_IN_TIME(Zone.REDIS, null, 10, 30),
    /** All keys of all masters of Redis are deleted by {@code FLUSHALL}. */
    REDIS_FLUSHED(Zone.REDIS, null, 0, 0),
    /** A relay is killed. */
    RELAY_DOWN(Zone.RELAY, Role.RELAY, 1, 20),
    /** A relay is suspended. */
    RELAY_SUSPENDED(Zone.RELAY, Role.RELAY, 30, 30);

    private final Zone zone;
    private final Role role;
    private final int minSeconds;
    private final int maxSeconds;

    /**
     * @param role the role of the process that a target names; null if it names something else
     * @param minSeconds how long it lasts at least
     */
    FaultKind(Zone zone, Role role, int minSeconds, int maxSeconds) {
        this.zone = zone;
        this.role = role;
        this.minSeconds = minSeconds;
        this.maxSeconds = maxSeconds;
    }

    /** Returns whether live klines have to go on meanwhile: only a store has the fault. */
    public boolean hitsStoreOnly() {
        return zone == Zone.MYSQL || zone == Zone.REDIS;
    }

    Zone zone() {
        return zone;
    }

    Role role() {
        return role;
    }

    int minSeconds() {
        return minSeconds;
    }

    int maxSeconds() {
        return maxSeconds;
    }
}
