package io.dexklines.connector.redis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;

/**
 * The serializer of the requests that are in the buffer at a checkpoint. It writes the newest
 * version of the format and reads every version.
 */
final class RedisRequestSerializer extends AsyncSinkWriterStateSerializer<RedisRequest> {

    /**
     * Layout of a request: int number of commands, then for each command: byte kind (0 plain, 1
     * script), bytes name or script text, int index of the routing key, int number of keys, int
     * number of arguments, bytes for each argument. Bytes are an int length and that many bytes.
     */
    static final int VERSION_1 = 1;

    private static final int PLAIN = 0;
    private static final int SCRIPT = 1;

    @Override
    public int getVersion() {
        return VERSION_1;
    }

    @Override
    public BufferedRequestState<RedisRequest> deserialize(int version, byte[] serialized)
            throws IOException {
        if (version != VERSION_1) {
            throw new IOException(
                    "the state of the Redis sink was written in version "
                            + version
                            + ", and this release reads version "
                            + VERSION_1
                            + ": restore it with the release that wrote it, or a newer one");
        }
        return super.deserialize(version, serialized);
    }

    @Override
    protected void serializeRequestToStream(RedisRequest request, DataOutputStream out)
            throws IOException {
        out.writeInt(request.commands().size());
        for (RedisCommand command : request.commands()) {
            boolean plain = command.script() == null;
            out.writeByte(plain ? PLAIN : SCRIPT);
            String text = plain ? command.name() : command.script().text();
            writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
            out.writeInt(command.routingKey());
            out.writeInt(command.keyCount());
            out.writeInt(command.args().length);
            for (byte[] arg : command.args()) {
                writeBytes(arg, out);
            }
        }
    }

    @Override
    protected RedisRequest deserializeRequestFromStream(long requestSize, DataInputStream in)
            throws IOException {
        int count = in.readInt();
        List<RedisCommand> commands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = in.readByte();
            if (kind != PLAIN && kind != SCRIPT) {
                throw new IOException("the state of the Redis sink is corrupt: kind " + kind);
            }
            String text = new String(readBytes(in), StandardCharsets.UTF_8);
            int routingKey = in.readInt();
            int keyCount = in.readInt();
            byte[][] args = new byte[in.readInt()][];
            for (int j = 0; j < args.length; j++) {
                args[j] = readBytes(in);
            }
            commands.add(
                    new RedisCommand(
                            kind == PLAIN ? text : null,
                            kind == SCRIPT ? RedisScript.of(text) : null,
                            routingKey,
                            keyCount,
                            args));
        }
        return new RedisRequest(commands);
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
