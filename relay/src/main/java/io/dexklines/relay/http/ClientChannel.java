package io.dexklines.relay.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.SocketChannel;

/** The channel of a {@link ClientConnection}, to which it reports what the socket did not take. */
final class ClientChannel extends NioSocketChannel {

    private ClientConnection connection;

    ClientChannel(Channel parent, SocketChannel socket) {
        super(parent, socket);
    }

    void set(ClientConnection client) {
        this.connection = client;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) throws Exception {
        super.doWrite(buffer);
        connection.wrote(buffer);
    }
}
