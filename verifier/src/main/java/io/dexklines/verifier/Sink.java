package io.dexklines.verifier;

/** The sinks to which the job writes its klines. */
enum Sink {
    MYSQL("MySQL"),
    REDIS("Redis"),
    RELAY("relay");

    private final String text;

    Sink(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
