package io.dexklines.bench;

import java.io.IOException;
import org.openjdk.jmh.Main;

/** Runs the benchmarks of single steps. */
final class Jmh {

    private Jmh() {}

    /**
     * @param args the arguments of the Java Microbenchmark Harness: a regular expression of the
     *     benchmarks, then options
     */
    public static void main(String[] args) throws IOException {
        Main.main(args);
    }
}
