package io.dexklines.relay.follow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The follows of all users, as far as the topic was read. A change that this relay has written
 * counts as soon as a broker has acknowledged it, before it is read back. Thread-safe.
 */
final class FollowBook {

    /** Objects, references and an entry of a map, without the characters of identifiers. */
    private static final int BYTES_PER_FOLLOW = 256;

    private static final int BYTES_PER_USER = 192;

    /**
     * The newest version of a follow.
     *
     * @param follow null if it is removed and the record of the removal was not read yet
     */
    private record Version(Follow follow, int partition, long offset) {

        /** Returns whether the record at another place is older than this version. */
        boolean isNewerThan(int otherPartition, long otherOffset) {
            // a key whose partition has changed begins anew there
            return partition == otherPartition && offset > otherOffset;
        }
    }

    private final long maxBytes;
    private final Map<String, Map<Wallet, Version>> byUser = new HashMap<>();

    /** The last offset that was read of each partition. */
    private final Map<Integer, Long> readUpTo = new HashMap<>();

    /** The keys of former versions that the topic has. There are few. */
    private final Map<FollowRecords.Key, Set<FollowRecords.Key>> formerKeys = new HashMap<>();

    /** For each user the number of follows that are being written. */
    private final Map<String, Integer> underWay = new HashMap<>();

    private long bytes;
    private long follows;

    /**
     * @param maxBytes the most memory for follows, in bytes
     */
    FollowBook(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Applies a record of the topic.
     *
     * @param follow null to remove the follow
     */
    synchronized void read(FollowRecords.Key key, Follow follow, int partition, long offset) {
        readUpTo.put(partition, offset);
        if (!key.isCurrent()) {
            formerKeys.computeIfAbsent(current(key), first -> new HashSet<>()).add(key);
        }
        Version before = versionsOf(key.userId()).get(key.wallet());
        if (before == null || !before.isNewerThan(partition, offset)) {
            put(key, follow == null ? null : new Version(follow, partition, offset));
        }
    }

    /**
     * Applies a change that a broker has acknowledged.
     *
     * @param follow null if the follow is removed
     */
    synchronized void wrote(FollowRecords.Key key, Follow follow, int partition, long offset) {
        if (readUpTo.getOrDefault(partition, -1L) < offset) {
            put(key, new Version(follow, partition, offset));
        }
    }

    private Map<Wallet, Version> versionsOf(String userId) {
        return byUser.getOrDefault(userId, Map.of());
    }

    private static FollowRecords.Key current(FollowRecords.Key key) {
        return FollowRecords.Key.of(key.wallet(), key.userId());
    }

    /** Replaces the version of a follow; null removes it. */
    private void put(FollowRecords.Key key, Version version) {
        Map<Wallet, Version> versions = byUser.get(key.userId());
        if (versions == null) {
            if (version == null) {
                return;
            }
            versions = new TreeMap<>();
            byUser.put(key.userId(), versions);
            bytes += bytesOfUser(key);
        }
        Version before =
                version == null
                        ? versions.remove(key.wallet())
                        : versions.put(key.wallet(), version);
        long size = BYTES_PER_FOLLOW + (long) key.wallet().address().length();
        bytes += (version == null ? 0 : size) - (before == null ? 0 : size);
        follows += (isFollow(version) ? 1 : 0) - (isFollow(before) ? 1 : 0);
        if (versions.isEmpty()) {
            byUser.remove(key.userId());
            bytes -= bytesOfUser(key);
        }
    }

    private static long bytesOfUser(FollowRecords.Key key) {
        return BYTES_PER_USER + (long) key.userId().length();
    }

    private static boolean isFollow(Version version) {
        return version != null && version.follow() != null;
    }

    /** Returns the follows of a user, in the order of the wallets. */
    synchronized List<Follow> of(String userId) {
        return versionsOf(userId).values().stream()
                .map(Version::follow)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Returns all keys under which a change has to be written: the current one, and those of former
     * versions that the topic has. The job reads partitions in any order, so all keys of a follow
     * have to say the same.
     */
    synchronized List<FollowRecords.Key> keysOf(Wallet wallet, String userId) {
        FollowRecords.Key key = FollowRecords.Key.of(wallet, userId);
        List<FollowRecords.Key> keys = new ArrayList<>(formerKeys.getOrDefault(key, Set.of()));
        keys.add(key);
        return keys;
    }

    /**
     * Begins to write a follow. Call {@link #endWrite} when it is written or has failed.
     *
     * @param max the most follows of a user
     * @throws TooManyFollowsException if it is a new one and the user has as many already
     */
    synchronized void beginWrite(Wallet wallet, String userId, int max) {
        int begun = underWay.getOrDefault(userId, 0);
        if (!isFollow(versionsOf(userId).get(wallet)) && of(userId).size() + begun >= max) {
            throw new TooManyFollowsException(max);
        }
        underWay.put(userId, begun + 1);
    }

    /** Ends what {@link #beginWrite} began. */
    synchronized void endWrite(String userId) {
        underWay.computeIfPresent(userId, (user, begun) -> begun == 1 ? null : begun - 1);
    }

    /** Returns the number of follows of all users. */
    synchronized long size() {
        return follows;
    }

    /** Returns whether the follows take more memory than they may. */
    synchronized boolean isOverfull() {
        return bytes > maxBytes;
    }
}
