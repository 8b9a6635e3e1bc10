package io.dexklines.job.source.trades;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.watermark.Watermark;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;

/** The context of a reader, which notes its reports and watermarks. */
final class FakeReaderContext implements SourceReaderContext {

    final List<ReadReport> reports = new ArrayList<>();

    /** Where watermarks are noted. */
    List<Object> output = new ArrayList<>();

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {
        reports.add((ReadReport) event);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        output.add(watermark);
    }

    @Override
    public SourceReaderMetricGroup metricGroup() {
        throw unused();
    }

    @Override
    public Configuration getConfiguration() {
        throw unused();
    }

    @Override
    public String getLocalHostName() {
        throw unused();
    }

    @Override
    public int getIndexOfSubtask() {
        throw unused();
    }

    @Override
    public void sendSplitRequest() {
        throw unused();
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
        throw unused();
    }

    private static RuntimeException unused() {
        return new UnsupportedOperationException("the reader of trades does not ask for this");
    }
}
