package io.dexklines.chaos.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A chart of one measure over time as SVG, with one line for each subject. */
final class LineChart {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 170;
    private static final int TOP = 44;
    private static final int BOTTOM = 40;
    private static final int GRID_LINES = 4;
    private static final int LEGEND_STEP = 18;
    private static final double SECONDS_A_MINUTE = 60;

    private static final List<String> COLORS =
            List.of(
                    "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#e377c2",
                    "#17becf", "#7f7f7f", "#bcbd22");

    private LineChart() {}

    /** Returns the chart of a measure as a document of SVG. */
    static String svg(Sample.Measure measure, List<Sample> samples) {
        Map<String, List<Sample>> lines = new TreeMap<>();
        double highest = 1;
        double minutes = 1;
        for (Sample sample : samples) {
            if (sample.measure() == measure) {
                lines.computeIfAbsent(sample.subject(), subject -> new ArrayList<>()).add(sample);
                highest = Math.max(highest, sample.value());
                minutes = Math.max(minutes, sample.seconds() / SECONDS_A_MINUTE);
            }
        }
        StringBuilder svg = new StringBuilder();
        append(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                        + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT);
        append(svg, "<title>%s</title>", measure.title());
        append(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        append(
                svg,
                "<text x=\"12\" y=\"24\" font-size=\"16\" font-weight=\"bold\">%s</text>",
                measure.title());
        grid(svg, highest, minutes);
        int line = 0;
        for (Map.Entry<String, List<Sample>> one : lines.entrySet()) {
            String color = COLORS.get(line % COLORS.size());
            StringBuilder points = new StringBuilder();
            for (Sample sample : one.getValue()) {
                points.append(
                        String.format(
                                Locale.ROOT,
                                "%.1f,%.1f ",
                                x(sample.seconds() / SECONDS_A_MINUTE, minutes),
                                y(sample.value(), highest)));
            }
            append(
                    svg,
                    "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>",
                    color,
                    points.toString().strip());
            append(
                    svg,
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
                    WIDTH - RIGHT + 10,
                    TOP + 12 + line * LEGEND_STEP,
                    color,
                    one.getKey());
            line++;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void grid(StringBuilder svg, double highest, double minutes) {
        for (int i = 0; i <= GRID_LINES; i++) {
            double value = highest * i / GRID_LINES;
            double minute = minutes * i / GRID_LINES;
            append(
                    svg,
                    "<path d=\"M%d %.1fH%d\" stroke=\"#dddddd\"/>",
                    LEFT,
                    y(value, highest),
                    WIDTH - RIGHT);
            append(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>",
                    LEFT - 6,
                    y(value, highest) + 4,
                    value);
            append(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f min</text>",
                    x(minute, minutes),
                    HEIGHT - BOTTOM + 20,
                    minute);
        }
    }

    private static double x(double minute, double minutes) {
        return LEFT + minute / minutes * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double highest) {
        return HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM);
    }

    private static void append(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
