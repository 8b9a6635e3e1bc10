package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

class NativeLz4Test {

    @Test
    void theDecompressorOfAJobIsNativeOnceTheCodeIsLoaded() throws Exception {
        try (URLClassLoader job = classLoaderOfAJob()) {
            assertThat(fastest(job)).as("by itself").startsWith("LZ4Factory:Java");

            assertThat(load(job)).isTrue();

            assertThat(fastest(job)).isEqualTo("LZ4Factory:JNI");
        }
    }

    @Test
    void anotherClassLoaderOfTheSameJvmLoadsItToo() throws Exception {
        try (URLClassLoader job = classLoaderOfAJob();
                URLClassLoader next = classLoaderOfAJob()) {
            assertThat(load(job)).isTrue();
            assertThat(load(next)).isTrue();
            assertThat(fastest(next)).isEqualTo("LZ4Factory:JNI");
        }
    }

    /** Returns a class loader that does not ask the JVM's class path first, as Flink's for jobs. */
    private static URLClassLoader classLoaderOfAJob() {
        return new URLClassLoader(
                new URL[] {home(LZ4Factory.class), home(NativeLz4.class)},
                ClassLoader.getPlatformClassLoader());
    }

    private static URL home(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static boolean load(ClassLoader job) throws Exception {
        Method load = job.loadClass(NativeLz4.class.getName()).getDeclaredMethod("load");
        load.setAccessible(true);
        return (boolean) load.invoke(null);
    }

    private static String fastest(ClassLoader job) throws Exception {
        return job.loadClass(LZ4Factory.class.getName())
                .getMethod("fastestInstance")
                .invoke(null)
                .toString();
    }
}
