package io.dexklines.relay;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Reads the metrics of a relay from {@code /metrics}. */
final class Scraped {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Scraped() {}

    /** Returns the value of {@code klines_relay_{name}}. */
    static double metric(RelayServer relay, String name) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + relay.adminPort() + "/metrics"))
                        .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join()
                .body()
                .lines()
                .filter(line -> line.startsWith("klines_relay_" + name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}
