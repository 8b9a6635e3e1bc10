package io.dexklines.relay.http;

/**
 * Who may connect to a listening port.
 *
 * @param trustedProxies the proxies that are believed when they say for whom they forward a request
 * @param proxyProtocol whether these proxies begin each connection with HAProxy's PROXY protocol,
 *     version 1 or 2; without it they add {@code X-Forwarded-For} to requests
 * @param internal whether its clients are the operator's own, which are not closed to free memory
 */
public record Door(
        ConnectionQuota quota,
        AddressRanges trustedProxies,
        boolean proxyProtocol,
        boolean internal) {}
