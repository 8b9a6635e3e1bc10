package io.dexklines.job.sink.check;

import io.dexklines.job.sink.PairKline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A random sample of the closed klines that were emitted since it was last drained. Each of them is
 * in it with the same probability, however many there are. A correction replaces the version that
 * the sample has of the kline. Not thread-safe.
 */
final class Reservoir {

    private final int capacity;
    private final RandomGenerator random;
    private final List<Sample> samples = new ArrayList<>();
    private final Map<PairKline.Key, Integer> places = new HashMap<>();
    private long offered;

    /**
     * @param capacity the most samples, at least 1
     * @param random chooses the samples
     */
    Reservoir(int capacity, RandomGenerator random) {
        this.capacity = capacity;
        this.random = random;
    }

    /** Offers a closed kline, or a correction of it. */
    void offer(PairKline.Key key, Sample sample) {
        Integer held = places.get(key);
        if (held != null) {
            samples.set(held, sample);
            return;
        }
        offered++;
        if (samples.size() < capacity) {
            places.put(key, samples.size());
            samples.add(sample);
            return;
        }
        long place = random.nextLong(offered);
        if (place < capacity) {
            places.remove(samples.get((int) place).kline().key());
            places.put(key, (int) place);
            samples.set((int) place, sample);
        }
    }

    /** Removes and returns the samples. */
    List<Sample> drain() {
        List<Sample> drained = List.copyOf(samples);
        samples.clear();
        places.clear();
        offered = 0;
        return drained;
    }
}
