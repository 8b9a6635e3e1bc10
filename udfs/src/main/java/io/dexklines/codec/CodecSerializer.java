package io.dexklines.codec;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Lets Flink use a codec of the pure packages. The codec's own version byte carries the evolution
 * of the format, so to Flink the serializer of a type never changes: its snapshot is the name of
 * the type in {@link CodecTypeInfo}.
 */
final class CodecSerializer<T> extends TypeSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final String name;

    /** Found by name, so that the serializer itself travels as one. */
    private transient Codec<T> codec;

    /** How a type becomes bytes and copies. */
    record Codec<T>(
            Writer<T> writer, Reader<T> reader, UnaryOperator<T> copier, boolean immutable) {

        static <T> Codec<T> ofImmutable(Writer<T> writer, Reader<T> reader) {
            return new Codec<>(writer, reader, UnaryOperator.identity(), true);
        }
    }

    interface Writer<T> {
        void write(T value, DataOutput out) throws IOException;
    }

    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    CodecSerializer(String name) {
        this.name = name;
    }

    @Override
    public void serialize(T value, DataOutputView target) throws IOException {
        codec().writer().write(value, target);
    }

    @Override
    public T deserialize(DataInputView source) throws IOException {
        return codec().reader().read(source);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public T copy(T from) {
        return codec().copier().apply(from);
    }

    @Override
    public T copy(T from, T reuse) {
        return copy(from);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean isImmutableType() {
        return codec().immutable();
    }

    @Override
    public TypeSerializer<T> duplicate() {
        return this;
    }

    @Override
    public T createInstance() {
        return null;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodecSerializer<?> serializer && name.equals(serializer.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        return new Snapshot<>(name);
    }

    private Codec<T> codec() {
        if (codec == null) {
            codec = CodecTypeInfo.codec(name);
        }
        return codec;
    }

    /**
     * How Flink finds the serializer again in a savepoint.
     *
     * @param <T> the type
     */
    public static final class Snapshot<T> implements TypeSerializerSnapshot<T> {

        private String name;

        /** For Flink. */
        public Snapshot() {}

        Snapshot(String name) {
            this.name = name;
        }

        @Override
        public int getCurrentVersion() {
            return 1;
        }

        @Override
        public void writeSnapshot(DataOutputView out) throws IOException {
            out.writeUTF(name);
        }

        @Override
        public void readSnapshot(int readVersion, DataInputView in, ClassLoader classLoader)
                throws IOException {
            name = in.readUTF();
        }

        @Override
        public TypeSerializer<T> restoreSerializer() {
            return new CodecSerializer<>(name);
        }

        @Override
        public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
                TypeSerializerSnapshot<T> oldSnapshot) {
            return oldSnapshot instanceof Snapshot<?> old && Objects.equals(name, old.name)
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }
    }
}
