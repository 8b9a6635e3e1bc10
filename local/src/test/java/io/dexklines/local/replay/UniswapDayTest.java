package io.dexklines.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UniswapDayTest {

    @Test
    void theDayHasItsTrades() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Map<String, Integer> types = new HashMap<>();
        int records = 0;
        int entries = 0;
        try (ReplaySource source = ReplaySource.ofSample()) {
            for (byte[] line = source.nextLine(); line != null; line = source.nextLine()) {
                records++;
                for (JsonNode trade : json.readTree(line)) {
                    entries++;
                    types.merge(trade.get("type").textValue(), 1, Integer::sum);
                    assertThat(trade.get("chain_id").textValue()).isEqualTo(UniswapDay.CHAIN_ID);
                    assertThat(trade.get("pair_addr").textValue())
                            .isEqualTo(UniswapDay.PAIR_ADDRESS);
                }
            }
            assertThat(source.fileBytesRead()).isEqualTo(source.fileBytes());
        }

        assertThat(records).isEqualTo(3_990).isEqualTo(UniswapDay.RECORDS);
        assertThat(entries).isEqualTo(6_169).isEqualTo(UniswapDay.ENTRIES);
        assertThat(types)
                .isEqualTo(
                        Map.of(
                                "buy", 2_621,
                                "sell", 3_425,
                                "add_position", 54,
                                "remove_position", 69));
        assertThat(types.get("buy") + types.get("sell")).isEqualTo(UniswapDay.SWAPS);
    }

    @Test
    void theDayHasItsMinutes() throws Exception {
        List<UniswapDay.Minute> minutes = UniswapDay.minutes();

        assertThat(minutes).hasSize(1_408).hasSize(UniswapDay.MINUTES);
        assertThat(minutes.get(1))
                .isEqualTo(
                        new UniswapDay.Minute(
                                1_704_412_860L,
                                2269.9572429367754,
                                2270.411257084935,
                                2269.9572429367754,
                                2270.411257084935));
    }
}
