package io.dexklines.chaos.input;

/**
 * The number of entries of one or more records by what the contract says of them. A record that is
 * no array is one malformed entry.
 *
 * @param swaps valid trades. Each is counted once; further copies of it are duplicates
 */
public record Entries(
        long swaps,
        long malformed,
        long unsupportedType,
        long invalid,
        long unknownChain,
        long future) {

    static final Entries NONE = new Entries(0, 0, 0, 0, 0, 0);
    static final Entries MALFORMED = new Entries(0, 1, 0, 0, 0, 0);

    static Entries ofSwaps(long swaps) {
        return new Entries(swaps, 0, 0, 0, 0, 0);
    }

    static Entries ofMarket(long swaps, long unsupportedType) {
        return new Entries(swaps, 0, unsupportedType, 0, 0, 0);
    }

    static Entries ofInvalid(long swaps, long invalid) {
        return new Entries(swaps, 0, 0, invalid, 0, 0);
    }

    static Entries ofUnknownChain(long unknownChain) {
        return new Entries(0, 0, 0, 0, unknownChain, 0);
    }

    static Entries ofFuture(long future) {
        return new Entries(0, 0, 0, 0, 0, future);
    }

    /** Returns the number of all entries. */
    public long total() {
        return swaps + malformed + unsupportedType + invalid + unknownChain + future;
    }

    Entries plus(Entries other) {
        return new Entries(
                swaps + other.swaps,
                malformed + other.malformed,
                unsupportedType + other.unsupportedType,
                invalid + other.invalid,
                unknownChain + other.unknownChain,
                future + other.future);
    }
}
