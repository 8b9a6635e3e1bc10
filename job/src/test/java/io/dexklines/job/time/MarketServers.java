package io.dexklines.job.time;

import io.dexklines.job.time.Market.Lane;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.InternalMiniClusterExtension;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker and a Flink cluster in this JVM, which the markets of one test class share. */
final class MarketServers implements BeforeAllCallback, AfterAllCallback {

    private static final int SLOTS = 4;

    private final InternalMiniClusterExtension flink =
            new InternalMiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(SLOTS)
                            .build());

    private Path folder;
    private EmbeddedKafka kafka;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        folder = Files.createTempDirectory(Path.of("target"), "market").toAbsolutePath();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        flink.beforeAll(context);
        TestStreamEnvironment.setAsContext(flink.getMiniCluster(), SLOTS);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        TestStreamEnvironment.unsetAsContext();
        flink.afterAll(context);
        kafka.close();
    }

    /** Opens a market with topics of its own. */
    Market market(String name, List<Lane> lanes) {
        return new Market(this, name, lanes);
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    MiniCluster flink() {
        return flink.getMiniCluster();
    }

    Path folder() {
        return folder;
    }
}
