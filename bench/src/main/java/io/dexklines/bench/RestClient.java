package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.secret.TlsIdentity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A client that reads JSON from Flink's REST API. */
final class RestClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final String url;

    /** Creates a client of a cluster. */
    RestClient(FlinkCluster flink) {
        this(flink.restUrl(), flink.certificates().cli());
    }

    /** Creates a client of the cluster of a stack. */
    RestClient(RunningStack stack) {
        this(stack.flink(), stack.flinkCertificates().cli());
    }

    private RestClient(String url, TlsIdentity identity) {
        this.url = url;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(identity.context())
                        .build();
    }

    /** Returns the answer to a GET request, whatever its status. */
    JsonNode get(String path) throws Exception {
        return JSON.readTree(
                http.send(
                                HttpRequest.newBuilder(URI.create(url + path)).build(),
                                HttpResponse.BodyHandlers.ofByteArray())
                        .body());
    }
}
