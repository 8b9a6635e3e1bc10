package io.dexklines.fuzz;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/**
 * Ends a property after the time that the system property {@code fuzz.seconds} names; 3 by default.
 * An input that fails is reported with the seed that repeats the run.
 */
public final class FuzzSeconds implements AroundTryHook {

    private static final long LIMIT_NANOS =
            TimeUnit.SECONDS.toNanos(Long.getLong("fuzz.seconds", 3));

    /** The ends of the properties, which share this hook. */
    private final Map<Method, Long> endNanos = new ConcurrentHashMap<>();

    @Override
    public TryExecutionResult aroundTry(
            TryLifecycleContext context, TryExecutor property, List<Object> parameters) {
        long end =
                endNanos.computeIfAbsent(
                        context.targetMethod(), first -> System.nanoTime() + LIMIT_NANOS);
        TryExecutionResult result = property.execute(parameters);
        return result.isSatisfied() && System.nanoTime() - end > 0
                ? TryExecutionResult.satisfied(true)
                : result;
    }
}
