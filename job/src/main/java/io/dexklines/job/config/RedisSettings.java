package io.dexklines.job.config;

import java.io.Serializable;

/**
 * The cache of recent klines.
 *
 * @param uri {@code redis://host:port} or {@code rediss://host:port}, without credentials
 * @param username the user; null for the default one
 * @param password where its password is found; null for none
 */
public record RedisSettings(String uri, String username, SecretReference password)
        implements Serializable {

    private static final long serialVersionUID = 1L;
}
