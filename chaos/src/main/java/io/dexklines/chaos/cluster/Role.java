package io.dexklines.chaos.cluster;

/** What a process of the cluster does. */
public enum Role {
    JOB_MANAGER,
    TASK_MANAGER,
    BROKER,
    MYSQL,
    REDIS,
    RELAY
}
