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
 * A Flink serializer of a core type. Each byte format carries its own version, so for Flink the
 * serializer of a type never changes. Its snapshot is the type's name in {@link CodecTypeInfo}.
 *
 * @param <T> the type
 */
final class CodecSerializer<T> extends TypeSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final String name;

    /** Looked up by name, because method references are not serialized with the job graph. */
    private transient Codec<T> codec;

    /**
     * The functions that write, read and copy a type.
     *
     * @param copier makes a deep copy; null if the type is immutable
     */
    record Codec<T>(Writer<T> writer, Reader<T> reader, UnaryOperator<T> copier) {

        /** The codec of an immutable type. */
        Codec(Writer<T> writer, Reader<T> reader) {
            this(writer, reader, null);
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
        UnaryOperator<T> copier = codec().copier();
        return copier == null ? from : copier.apply(from);
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
        return codec().copier() == null;
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
     * The part of a savepoint from which Flink restores the serializer. Savepoints contain the name
     * of this class: never rename or move it.
     *
     * @param <T> the type
     */
    public static final class Snapshot<T> implements TypeSerializerSnapshot<T> {

        private String name;

        /** Called by Flink before {@link #readSnapshot}. */
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
