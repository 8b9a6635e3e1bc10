package io.dexklines.job.source.lists;

import java.io.Serializable;

/**
 * The topics that hold the lists, compacted.
 *
 * @param wallets key {@code {chain_id}:{address}}
 * @param follows key {@code {chain_id}:{address}:{user_id}}
 */
record ListTopics(String wallets, String follows) implements Serializable {

    private static final long serialVersionUID = 1L;
}
