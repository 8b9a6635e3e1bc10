package io.dexklines.job.sink.check;

import io.dexklines.job.sink.KlineReader;
import java.io.Serializable;

/**
 * A server with which klines are compared.
 *
 * @param store the kind of store, which labels the metrics
 * @param name the server, for logs
 * @param readers opens a reader of it
 */
public record CheckedStore(String store, String name, KlineReader.Opener readers)
        implements Serializable {}
