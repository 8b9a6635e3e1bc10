package io.dexklines.job.sink.relay;

/** The contract, against the relay that other tests use. */
class TestingRelayITCase extends RelayWriterContract {

    @Override
    Relay relay() {
        return new TestingRelay();
    }
}
