package io.dexklines.peer.flink;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineFile;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A sink that writes klines to a file of its own, for the comparison. */
final class Output implements Sink<Kline> {

    private static final long serialVersionUID = 1;

    private final String folder;

    private Output(String folder) {
        this.folder = folder;
    }

    /**
     * Returns the sink of the klines.
     *
     * @param args the arguments of the job; the third is the folder for the files, and without it
     *     the klines are discarded
     */
    static Sink<Kline> of(String[] args) {
        return args.length > 2 ? new Output(args[2]) : new DiscardingSink<>();
    }

    @Override
    public SinkWriter<Kline> createWriter(WriterInitContext context) {
        KlineFile file = KlineFile.in(Path.of(folder));
        return new SinkWriter<>() {
            @Override
            public void write(Kline kline, Context time) {
                file.append(kline);
            }

            @Override
            public void flush(boolean endOfInput) {
                // every kline is written at once
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }
}
