package io.dexklines.bench.peers;

import java.util.Arrays;
import java.util.List;

/** One of the engines and floors that the benchmark compares. */
enum Contestant {
    FLOOR_POLL("floor-poll", "Floor: poll", Kind.FLOOR, Klines.NONE),
    FLOOR_DECODE("floor-decode", "Floor: poll, our decoder", Kind.FLOOR, Klines.NONE),
    FLOOR_FOLD(
            "floor-fold",
            "Floor: poll, our decoder, naive fold on one thread",
            Kind.FLOOR,
            Klines.ALL),
    FLOOR_JACKSON(
            "floor-jackson",
            "Floor: poll, Jackson to objects, naive fold on one thread",
            Kind.FLOOR,
            Klines.ALL),
    FLINK("flink", "Flink, nine tumbling windows, closed klines only", Kind.PEER, Klines.ALL),
    FLINK_LIVE(
            "flink-live", "Flink, nine tumbling windows, with our answers", Kind.PEER, Klines.ALL),
    FLINK_SQL(
            "flink-sql",
            "Flink SQL, nine `TUMBLE`, closed klines only",
            Kind.PEER,
            Klines.OF_ANY_ORDER),
    KAFKA_STREAMS(
            "kafka-streams", "Kafka Streams, nine windowed aggregates", Kind.PEER, Klines.ALL),
    HAZELCAST_JET(
            "hazelcast-jet",
            "Hazelcast Jet, nine tumbling windows, closed klines only",
            Kind.PEER,
            Klines.ALL),
    OURS("ours", "dex-klines without stores", Kind.OURS, Klines.ALL),
    OURS_STORES("ours-stores", "dex-klines with MySQL, Redis and relay", Kind.OURS, Klines.ALL),
    OURS_RELAY("ours-relay", "dex-klines with a relay", Kind.VARIANT, Klines.ALL),
    OURS_TAPE("ours-tape", "dex-klines with a relay and its tape", Kind.VARIANT, Klines.ALL);

    /** What a contestant is. */
    enum Kind {
        FLOOR,
        PEER,
        OURS,
        /** Ours with an option whose cost is measured; only if it is asked for. */
        VARIANT
    }

    /** Which content of its klines is compared. */
    private enum Klines {
        /** The contestant makes no klines. */
        NONE,
        /** All but open and close, which are those of the order of arrival. */
        OF_ANY_ORDER,
        ALL
    }

    private final String code;
    private final String title;
    private final Kind kind;
    private final Klines klines;

    Contestant(String code, String title, Kind kind, Klines klines) {
        this.code = code;
        this.title = title;
        this.kind = kind;
        this.klines = klines;
    }

    /** Returns the name in options and in the file of results. */
    String code() {
        return code;
    }

    /** Returns the description in tables. */
    String title() {
        return title;
    }

    Kind kind() {
        return kind;
    }

    /** Returns whether the contestant makes klines, which are compared then. */
    boolean hasKlines() {
        return klines != Klines.NONE;
    }

    /** Returns whether open and close are those of the order of trading. */
    boolean isOrdered() {
        return klines == Klines.ALL;
    }

    /** Returns the contestants of a run that names none. */
    static List<Contestant> byDefault() {
        return Arrays.stream(values())
                .filter(contestant -> contestant.kind != Kind.VARIANT)
                .toList();
    }

    /**
     * Returns the contestant with the given name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    static Contestant ofCode(String code) {
        return Arrays.stream(values())
                .filter(contestant -> contestant.code.equals(code))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no contestant '%s': there are %s"
                                                .formatted(
                                                        code,
                                                        Arrays.stream(values())
                                                                .map(Contestant::code)
                                                                .toList())));
    }

    @Override
    public String toString() {
        return code;
    }
}
