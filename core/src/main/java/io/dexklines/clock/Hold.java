package io.dexklines.clock;

/**
 * Why a chain's clock does not advance.
 *
 * @param chainId the chain
 * @param partition the partition that holds the clock back
 * @param reason why the partition does not let the clock advance
 * @param lag how many offsets the partition is behind its end; -1 if its end is unknown
 */
public record Hold(String chainId, Partition partition, Reason reason, long lag) {

    /** What keeps a partition from letting a clock advance. */
    public enum Reason {
        /** The partition is being read and has not been read to its end yet. */
        LAG("lag"),
        /** An open transaction hides the records behind the last stable offset. */
        OPEN_TRANSACTION("open_transaction"),
        /** The partition's end cannot be asked for, for example because it has no leader. */
        NO_LEADER("no_leader"),
        /** No source subtask reads the partition yet. */
        NOT_ASSIGNED("not_assigned"),
        /** The partition can be read again, and its producers may still be retrying. */
        RECOVERING("recovering"),
        /** The partition is not yet read up to where it ended when the job was restarted. */
        REPLAY("replay");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** Returns the reason as metrics and messages show it. */
        public String text() {
            return text;
        }
    }
}
