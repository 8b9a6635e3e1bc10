package io.dexklines.job.restore;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * A complete checkpoint or savepoint.
 *
 * @param uri its folder, as {@code --fromSavepoint} takes it
 * @param job identifies the job that wrote it
 * @param number its number within the job, which counts checkpoints and savepoints together
 * @param savepoint whether it is a savepoint
 * @param modifiedMs when it was completed, in epoch milliseconds by the clock of its file system,
 *     which may only have seconds
 */
record RestorePoint(String uri, String job, long number, boolean savepoint, long modifiedMs) {

    private static final Comparator<RestorePoint> BY_TIME =
            Comparator.comparingLong(RestorePoint::modifiedMs)
                    // what cannot be told apart by time: a savepoint ends a job
                    .thenComparing(RestorePoint::savepoint)
                    .thenComparing(RestorePoint::number)
                    .thenComparing(RestorePoint::uri);

    private static final Comparator<RestorePoint> BY_NUMBER =
            Comparator.comparingLong(RestorePoint::number).thenComparing(BY_TIME);

    /**
     * Returns the newest one; empty if there is none. The job is the one that wrote last. Within a
     * job the number decides, which is exact where times are not.
     */
    static Optional<RestorePoint> newest(Collection<RestorePoint> all) {
        return all.stream()
                .max(BY_TIME)
                .flatMap(
                        last ->
                                all.stream()
                                        .filter(each -> each.job().equals(last.job()))
                                        .max(BY_NUMBER));
    }
}
