package io.dexklines.architecture.violations.kline;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Code that reads the time and randomness itself, and a method that is allowed to: {@link
 * #asksAClock()} reads a {@link Clock}.
 */
public final class AsksForTheTime {

    public long asksTheSystem() {
        return System.currentTimeMillis();
    }

    public Instant asksTheJdk() {
        return Instant.now();
    }

    public LocalDate asksTheCalendar() {
        return LocalDate.now();
    }

    public UUID asksForChance() {
        return UUID.randomUUID();
    }

    public Supplier<Instant> asksByReference() {
        return Instant::now;
    }

    public Instant asksAClock() {
        return Instant.now(Clock.systemUTC());
    }
}
