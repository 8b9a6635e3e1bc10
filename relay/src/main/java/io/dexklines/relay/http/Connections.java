package io.dexklines.relay.http;

import io.dexklines.relay.metrics.RelayMetrics;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** All connections of a relay, of all ports and event loops. Thread-safe. */
public final class Connections {

    /** Both ends of a connection. */
    private record Ends(String clientHost, int clientPort, int port) {}

    private final ConnectionLimits limits;
    private final RelayMetrics metrics;
    private final OutboundBudget budget;
    private final Map<Ends, ClientConnection> byEnds = new ConcurrentHashMap<>();

    public Connections(ConnectionLimits limits, RelayMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        this.budget = new OutboundBudget(limits.maxOutboundBytes(), metrics.outboundBytes);
    }

    /**
     * Returns the connection between two addresses.
     *
     * @param client the address at the other end
     * @param local the address at this end
     */
    public ClientConnection between(SocketAddress client, SocketAddress local) {
        return byEnds.get(new Ends(client.hostAddress(), client.port(), local.port()));
    }

    /** Closes the connections that have exceeded a time limit. */
    public void closeOverdue() {
        for (ClientConnection connection : byEnds.values()) {
            if (connection.isOverdue(limits)) {
                connection.execute(() -> closeIfOverdue(connection));
            }
        }
    }

    private void closeIfOverdue(ClientConnection connection) {
        // an answer may have begun or ended meanwhile
        if (connection.isOverdue(limits) && connection.isOpen()) {
            metrics.closedOverdue.increment();
            connection.cut();
        }
    }

    /** Admits a connection or refuses it. Called by the acceptor. */
    boolean admit(ClientChannel channel, Door door) {
        InetSocketAddress client = channel.remoteAddress();
        InetSocketAddress local = channel.localAddress();
        if (client == null || local == null) {
            return false; // it is closed already
        }
        ClientConnection connection =
                new ClientConnection(channel, client.getAddress(), door, this);
        if (!connection.admit()) {
            refused();
            return false;
        }
        Ends ends =
                new Ends(client.getAddress().getHostAddress(), client.getPort(), local.getPort());
        channel.set(connection);
        byEnds.put(ends, connection);
        metrics.connections.increment();
        channel.closeFuture()
                .addListener(
                        closed -> {
                            byEnds.remove(ends, connection);
                            metrics.connections.decrement();
                            connection.release();
                        });
        return true;
    }

    void refused() {
        metrics.refusedConnections.increment();
    }

    void closeSlowest(ClientConnection connection) {
        metrics.closedOutbound.increment();
        connection.cut();
    }

    /** Returns the counter of connections and requests that wait for their turn. */
    LongAdder waited() {
        return metrics.waited;
    }

    OutboundBudget budget() {
        return budget;
    }
}
