package io.dexklines.job.sink.relay;

/** Runs the contract against the fake relay that other tests use. */
class TestingRelayITCase extends RelayWriterContract {

    @Override
    Relay relay() {
        return new TestingRelay();
    }
}
