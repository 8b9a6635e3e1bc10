package io.dexklines.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaMigrationTest {

    @Test
    void tablesThatWereCreatedByHandAreRecognised() {
        assertThat(SchemaMigration.versionByHand(Set.of())).isZero();
        assertThat(SchemaMigration.versionByHand(Set.of("somebody_elses"))).isZero();
        assertThat(SchemaMigration.versionByHand(Set.of("kline", "pair"))).isEqualTo(1);
        assertThat(SchemaMigration.versionByHand(Set.of("kline", "pair", "smart_money_trade")))
                .isEqualTo(2);
    }

    @Test
    void halfOfAVersionIsRefused() {
        assertThatThrownBy(() -> SchemaMigration.versionByHand(Set.of("kline")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("because [pair] is missing")
                .hasMessageContaining("up to V1 by hand");
        assertThatThrownBy(() -> SchemaMigration.versionByHand(Set.of("smart_money_trade")))
                .hasMessageContaining("because [kline, pair] is missing")
                .hasMessageContaining("up to V2 by hand");
    }
}
