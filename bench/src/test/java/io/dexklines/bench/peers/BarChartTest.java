package io.dexklines.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarChartTest {

    @Test
    void drawsABarWithItsPartsAndTheLineOfItsSpread() {
        BarChart chart =
                new BarChart(
                        "a < b",
                        List.of(
                                new BarChart.Part("work", "#000001"),
                                new BarChart.Part("JIT", "#000002")));
        chart.add(new BarChart.Bar("ours & theirs", List.of(30.0, 10.0), 35, 49, true));

        assertThat(chart.svg())
                .isEqualTo(
                        """
                        <svg xmlns="http://www.w3.org/2000/svg" width="960" height="115" viewBox="0 0 960 115" font-family="sans-serif" font-size="13">
                        <title>a &lt; b</title>
                        <rect width="960" height="115" fill="#ffffff"/>
                        <text x="12" y="24" font-size="16" font-weight="bold">a &lt; b</text>
                        <rect x="400" y="38" width="12" height="12" fill="#000001"/>
                        <text x="417" y="49">work</text>
                        <rect x="570" y="38" width="12" height="12" fill="#000002"/>
                        <text x="587" y="49">JIT</text>
                        <text x="390" y="83" text-anchor="end" font-weight="bold">ours &amp; theirs</text>
                        <rect x="400.0" y="70" width="300.0" height="18" fill="#000001"/>
                        <rect x="700.0" y="70" width="100.0" height="18" fill="#000002"/>
                        <path d="M750.0 79H890.0M750.0 74v10M890.0 74v10" stroke="#000000"/>
                        <text x="895.0" y="83">40.0</text>
                        </svg>
                        """);
    }
}
