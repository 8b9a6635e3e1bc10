package io.dexklines.relay;

import io.dexklines.relay.metrics.RelayMetrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Reloads the keys and revocations of user tokens periodically, on a worker thread. */
final class UserTokenReloads extends VerticleBase {

    private final RelaySettings settings;
    private final RelayMetrics metrics;
    private boolean reloading;

    UserTokenReloads(RelaySettings settings, RelayMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(settings.userTokenReloadMs(), now -> reload());
        return Future.succeededFuture();
    }

    private void reload() {
        if (reloading) {
            // a file system that does not answer
            metrics.tokenReloadFailures.increment();
            return;
        }
        reloading = true;
        vertx.executeBlocking(() -> settings.userTokens().reload())
                .onComplete(
                        done -> {
                            reloading = false;
                            if (!Boolean.TRUE.equals(done.result())) {
                                metrics.tokenReloadFailures.increment();
                            }
                        });
    }
}
