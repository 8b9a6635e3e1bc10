package io.dexklines.relay;

import io.dexklines.relay.http.TlsFiles;

/**
 * Where a relay listens.
 *
 * @param port 0 for any free port
 * @param tls null for plain HTTP
 */
public record ListenAddress(String host, int port, TlsFiles tls) {}
