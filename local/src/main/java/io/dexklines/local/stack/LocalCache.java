package io.dexklines.local.stack;

import java.nio.file.Path;

/** Where programs are kept that were unpacked from their jars. It may be deleted at any time. */
final class LocalCache {

    private LocalCache() {}

    /** {@code dex-klines} in the user's cache folder. */
    static Path folder() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg == null || xdg.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return caches.resolve("dex-klines").toAbsolutePath();
    }
}
