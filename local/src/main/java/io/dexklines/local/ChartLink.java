package io.dexklines.local;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The address of the chart for a user who is signed in by a token. */
final class ChartLink {

    private ChartLink() {}

    /**
     * Returns the address. The part behind {@code #} is never sent to a server.
     *
     * @param relay {@code http://host:port}
     */
    static String of(String relay, String user, String token) {
        return "%s/#user=%s&token=%s"
                .formatted(relay, URLEncoder.encode(user, StandardCharsets.UTF_8), token);
    }
}
