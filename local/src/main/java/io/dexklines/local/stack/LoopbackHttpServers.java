package io.dexklines.local.stack;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/**
 * The JDK's HTTP servers, on 127.0.0.1 only. Flink's reporter for Prometheus listens on all
 * interfaces, which no key of Flink changes. In a JVM with {@link #JVM_OPTIONS} and {@link
 * #classPath}, it listens on 127.0.0.1.
 */
public final class LoopbackHttpServers extends HttpServerProvider {

    private static final String JDK_PACKAGE = "sun.net.httpserver";

    /** The options of a JVM whose HTTP servers are to be these. */
    static final List<String> JVM_OPTIONS =
            List.of(
                    "--add-exports=jdk.httpserver/" + JDK_PACKAGE + "=ALL-UNNAMED",
                    "-Dcom.sun.net.httpserver.HttpServerProvider="
                            + LoopbackHttpServers.class.getName());

    private final HttpServerProvider jdk;

    /**
     * Called by the JDK.
     *
     * @throws IllegalStateException if the JVM was started without {@link #JVM_OPTIONS}
     */
    public LoopbackHttpServers() {
        try {
            jdk =
                    (HttpServerProvider)
                            Class.forName(JDK_PACKAGE + ".DefaultHttpServerProvider")
                                    .getConstructor()
                                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no access to the HTTP servers of the JDK", e);
        }
    }

    /** Returns the jar or folder of this class, for the class path of the JVM. */
    static Path classPath() {
        try {
            return Path.of(
                    LoopbackHttpServers.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public HttpServer createHttpServer(InetSocketAddress address, int backlog) throws IOException {
        return jdk.createHttpServer(loopback(address), backlog);
    }

    @Override
    public HttpsServer createHttpsServer(InetSocketAddress address, int backlog)
            throws IOException {
        return jdk.createHttpsServer(loopback(address), backlog);
    }

    private static InetSocketAddress loopback(InetSocketAddress address) {
        // null makes a server that is bound later
        return address == null ? null : new InetSocketAddress(Ports.HOST, address.getPort());
    }
}
