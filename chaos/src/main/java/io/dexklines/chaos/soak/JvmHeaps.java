package io.dexklines.chaos.soak;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Reads the heaps of other JVMs of the same user through JMX. A JVM starts its management agent
 * when its heap is read for the first time; later readings use the same connection, so that they
 * cost no new process. Not thread-safe.
 */
final class JvmHeaps implements AutoCloseable {

    private static final double BYTES_A_MB = 1024 * 1024;

    private final Map<Long, JMXConnector> connectors = new HashMap<>();

    /**
     * Collects the garbage of a JVM, which stops it meanwhile, and returns what its heap then
     * holds, in MB; empty if the process has ended or is no JVM that has started.
     */
    OptionalDouble usedMb(long pid) {
        try {
            JMXConnector connector = connectors.get(pid);
            if (connector == null) {
                connector = connect(pid);
                connectors.put(pid, connector);
            }
            MemoryMXBean memory =
                    ManagementFactory.newPlatformMXBeanProxy(
                            connector.getMBeanServerConnection(),
                            ManagementFactory.MEMORY_MXBEAN_NAME,
                            MemoryMXBean.class);
            memory.gc();
            return OptionalDouble.of(memory.getHeapMemoryUsage().getUsed() / BYTES_A_MB);
        } catch (AttachNotSupportedException | IOException | UndeclaredThrowableException e) {
            close(connectors.remove(pid));
            return OptionalDouble.empty();
        }
    }

    private static JMXConnector connect(long pid) throws AttachNotSupportedException, IOException {
        VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
        try {
            return JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent()));
        } finally {
            jvm.detach();
        }
    }

    @Override
    public void close() {
        connectors.values().forEach(JvmHeaps::close);
        connectors.clear();
    }

    private static void close(JMXConnector connector) {
        if (connector == null) {
            return;
        }
        try {
            connector.close();
        } catch (IOException e) {
            // the process has ended
        }
    }
}
