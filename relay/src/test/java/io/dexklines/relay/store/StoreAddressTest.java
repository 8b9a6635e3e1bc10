package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {

    @Test
    void thePasswordIsNotInItsText() {
        StoreAddress address = new StoreAddress("redis://host:6379", "relay", "hunter2");

        assertThat(address).hasToString("redis://host:6379 as relay");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:hunter2@host:6379",
                "jdbc:mysql://me:hunter2@host/klines",
                "jdbc:mysql://host/klines?sslMode=REQUIRED&password=hunter2",
                "jdbc:mysql://host/klines?Password=hunter2"
            })
    void credentialsInAUrlAreRefusedAndNotRepeated(String url) {
        assertThatThrownBy(() -> new StoreAddress(url, null, null))
                .hasMessage("the URL must not contain credentials");
    }
}
