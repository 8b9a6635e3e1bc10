package io.dexklines.relay.stream;

/** What the relay holds of one stream. */
interface HeldStream {

    String stream();

    /** Returns the memory that this stream takes with its name, in bytes. */
    long heldBytes();
}
