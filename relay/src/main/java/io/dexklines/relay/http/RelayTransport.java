package io.dexklines.relay.http;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x' transport on {@code java.nio}, whose ports admit a connection before anything is read
 * from it, and close it at once otherwise.
 */
public final class RelayTransport extends NioTransport {

    private final Connections connections;
    private final Door publicDoor;
    private final Map<Integer, Door> doors = new ConcurrentHashMap<>();

    /**
     * @param publicDoor who may connect to ports for which there is no other door
     */
    public RelayTransport(Connections connections, Door publicDoor) {
        this.connections = connections;
        this.publicDoor = publicDoor;
    }

    /** Returns this transport in the form that Vert.x takes. */
    public Transport forVertx() {
        return new TransportInternal("nio", true, null, this);
    }

    /** Sets who may connect to a port. */
    public void setDoor(int port, Door door) {
        doors.put(port, door);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return domainSocket ? super.serverChannelFactory(true) : Acceptor::new;
    }

    private final class Acceptor extends NioServerSocketChannel {

        /** Gives connections to event loops, which work for each before it has sent a byte. */
        private final Turns turns =
                new Turns(
                        task -> eventLoop().schedule(task, Turns.PERIOD_MS, TimeUnit.MILLISECONDS),
                        connections.waited());

        @Override
        protected int doReadMessages(List<Object> accepted) throws IOException {
            SocketChannel socket = javaChannel().accept();
            if (socket == null) {
                return 0;
            }
            ClientChannel channel = new ClientChannel(this, socket);
            Door door = doors.getOrDefault(localAddress().getPort(), publicDoor);
            if (!connections.admit(channel, door)) {
                socket.close();
            } else if (door.internal()) {
                accepted.add(channel);
            } else {
                turns.takeConnection(
                        ClientAddress.key(channel.remoteAddress().getAddress()),
                        () -> pipeline().fireChannelRead(channel));
            }
            return 1;
        }
    }
}
