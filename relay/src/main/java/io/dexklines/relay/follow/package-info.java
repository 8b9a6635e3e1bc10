/**
 * The follows of users: which trades of which wallets a user is notified of. They are the records
 * of a compacted topic of Kafka, which the job reads too.
 */
package io.dexklines.relay.follow;
