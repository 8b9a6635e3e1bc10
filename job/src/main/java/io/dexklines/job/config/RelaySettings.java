package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.util.List;

/**
 * The relays to which browsers subscribe.
 *
 * @param urls the publishing address of each, {@code ws://host:port/publish}; at least one
 * @param token the reference to the publisher's token
 */
public record RelaySettings(List<String> urls, SecretReference token) implements Serializable {}
