package io.dexklines.job.sink.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.secret.TlsAuthorities;
import io.dexklines.text.Column;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** Reads single klines from the history API of a relay, as browsers do. */
public final class RelayKlineReader implements KlineReader {

    /** The longest time to connect and the longest time for an answer, in milliseconds. */
    private static final int TIMEOUT_MS = 5_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final SSLContext tls;
    private volatile HttpURLConnection inUse;
    private volatile boolean closed;

    private RelayKlineReader(String url, SSLContext tls) {
        this.url = url.replaceAll("/+$", "");
        this.tls = tls;
    }

    /**
     * Returns an opener of readers of a relay, whose certificate one of Java's authorities signed.
     *
     * @param url {@code http://host:port} or {@code https://host:port}
     */
    public static Opener of(String url) {
        return of(url, null);
    }

    /**
     * Returns an opener of readers of a relay.
     *
     * @param url {@code http://host:port} or {@code https://host:port}
     * @param caFile a PEM file with the authorities to trust; null for Java's own
     */
    public static Opener of(String url, String caFile) {
        TlsAuthorities trust = new TlsAuthorities(caFile);
        return () -> new RelayKlineReader(url, trust.context());
    }

    @Override
    public StoredKline read(PairKline.Key kline) throws IOException {
        long openTime = Math.floorDiv(kline.openTimeMs(), 1000L);
        JsonNode answer =
                get(
                        "/api/klines?chain_id="
                                + encoded(kline.pair().chainId())
                                + "&pair_addr="
                                + encoded(kline.pair().address())
                                + "&interval="
                                + encoded(kline.interval().code())
                                + "&from="
                                + openTime
                                + "&to="
                                + (openTime + 1)
                                + "&limit=1");
        if (answer.isMissingNode()) {
            // says nothing about other pairs
            return new StoredKline.Unreadable("the relay serves no such pair or interval");
        }
        JsonNode found = answer.path("klines").path(0);
        if (!isNewest(found, answer.path("missing"))) {
            throw new IOException("the relay cannot read " + answer.path("missing"));
        }
        if (found.isMissingNode()) {
            return new StoredKline.Missing();
        }
        if (!found.path(KlineColumns.TRADES.name()).isNumber()) {
            return new StoredKline.Unreadable(found.toString());
        }
        List<Column<Kline>> held =
                KlineColumns.TABLE.stream()
                        .filter(column -> found.hasNonNull(column.name()))
                        .toList();
        return StoredKline.Version.of(held, new Fields(found));
    }

    /**
     * Returns whether no store that the relay cannot read may have a newer version. A kline that is
     * in Redis is the newest without MySQL, which only has more of its fields.
     */
    private static boolean isNewest(JsonNode found, JsonNode missing) {
        boolean lacksMySqlOnly = missing.size() == 1 && "mysql".equals(missing.get(0).textValue());
        return missing.isEmpty() || lacksMySqlOnly && !found.isMissingNode();
    }

    /** Returns the answer; a missing node if the relay refuses the parameters. */
    private JsonNode get(String path) throws IOException {
        // not java.net.http: its threads would outlive the job
        HttpURLConnection request =
                (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        if (request instanceof HttpsURLConnection secured) {
            secured.setSSLSocketFactory(tls.getSocketFactory());
        }
        inUse = request;
        try {
            if (closed) {
                throw new IOException("closed");
            }
            request.setConnectTimeout(TIMEOUT_MS);
            request.setReadTimeout(TIMEOUT_MS);
            request.setUseCaches(false);
            int status = request.getResponseCode();
            if (status == HttpURLConnection.HTTP_BAD_REQUEST) {
                return MissingNode.getInstance();
            }
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("the relay answers with status " + status);
            }
            try (InputStream body = request.getInputStream()) {
                return JSON.readTree(body);
            }
        } catch (IOException | RuntimeException e) {
            request.disconnect();
            throw e;
        } finally {
            inUse = null;
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private record Fields(JsonNode kline) implements KlineColumns.Values<RuntimeException> {

        @Override
        public long whole(Column<Kline> column) {
            return kline.path(column.name()).longValue();
        }

        @Override
        public double number(Column<Kline> column) {
            return kline.path(column.name()).doubleValue();
        }

        @Override
        public boolean flag(Column<Kline> column) {
            return kline.path(column.name()).booleanValue();
        }
    }

    @Override
    public void close() {
        closed = true;
        HttpURLConnection current = inUse;
        if (current != null) {
            current.disconnect();
        }
    }
}
