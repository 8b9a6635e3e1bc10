package io.dexklines.relay.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TradingViewTest {

    @ParameterizedTest
    @CsvSource({
        "104233.5, 100",
        "2269.95, 100",
        "999.9, 1000",
        "1, 100000",
        "0.000012, 10000000000",
        "1e-18, 10000000000000000",
        "NaN, 100000"
    })
    void aPriceHasAboutSixSignificantDigits(double price, long scale) {
        assertThat(TradingView.priceScale(price)).isEqualTo(scale);
    }
}
