package io.dexklines.clock;

import static org.assertj.core.api.Assertions.assertThatIOException;

import io.dexklines.kline.Bytes;
import io.dexklines.kline.Golden;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the bytes of a clock's state, see {@link Golden}. */
class ClockGoldenBytesTest {

    private static final String TYPE = "clock-state";
    private static final int NEWEST = 1;

    private static final ClockState STATE =
            new ClockState(
                    "100000",
                    new ChainTime(ChainTime.NOT_STARTED, 1_772_193_599_999L),
                    1_772_193_480_000L);

    @BeforeAll
    static void writesTheFixtureOfANewVersionWhenAsked() throws IOException {
        if (Golden.isToWrite()) {
            Golden.writeFixture(TYPE, NEWEST, Bytes.of(STATE::write));
        }
    }

    @Test
    void theStateOfAClockMatchesItsFixture() throws IOException {
        Golden.assertGolden(
                TYPE,
                NEWEST,
                STATE::write,
                bytes -> Bytes.of(Bytes.read(bytes, ClockState::read)::write));
        Golden.assertReads(TYPE, NEWEST, ClockState::read, STATE);
    }

    @Test
    void refusesAnUnknownVersionAndNamesTheNewest() throws IOException {
        byte[] bytes = Golden.bytes(TYPE, NEWEST);
        bytes[0] = 99;

        assertThatIOException()
                .isThrownBy(() -> Bytes.read(bytes, ClockState::read))
                .withMessage(
                        "cannot read clocks of format version 99: this release reads versions up"
                                + " to 1");
    }
}
