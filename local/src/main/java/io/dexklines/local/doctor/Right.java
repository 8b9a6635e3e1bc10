package io.dexklines.local.doctor;

/** Whether a user has a right. */
enum Right {
    GRANTED,
    DENIED,
    /** The server has nothing yet to which the right could apply, or does not tell. */
    UNKNOWN
}
