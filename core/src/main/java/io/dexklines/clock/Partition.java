package io.dexklines.clock;

import java.io.Serializable;

/**
 * One partition of a topic of trades.
 *
 * @param topic the topic's name
 * @param number the partition's number within the topic
 */
public record Partition(String topic, int number) implements Comparable<Partition>, Serializable {

    /**
     * Parses the form that {@link #toString()} returns.
     *
     * @throws IllegalArgumentException if the text is not {@code topic-number}
     */
    public static Partition parse(String text) {
        int dash = text.lastIndexOf('-');
        if (dash > 0) {
            try {
                int number = Integer.parseInt(text.substring(dash + 1));
                return new Partition(text.substring(0, dash), number);
            } catch (NumberFormatException notANumber) {
                // refused below
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no partition: write topic-number, such as bsc-trades-3");
    }

    /** Orders by topic, then by number. */
    @Override
    public int compareTo(Partition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic == 0 ? Integer.compare(number, other.number) : byTopic;
    }

    /** Returns {@code topic-number}, as Kafka's tools write it. */
    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
