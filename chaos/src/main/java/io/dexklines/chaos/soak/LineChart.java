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
    private static final int MOST_GRID_LINES = 6;
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
        // the lines end below the top
        double top = highest * 1.05;
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
        grid(svg, top, minutes);
        int line = 0;
        for (Map.Entry<String, List<Sample>> one : lines.entrySet()) {
            String stroke = stroke(line);
            StringBuilder points = new StringBuilder();
            for (Sample sample : one.getValue()) {
                points.append(
                        String.format(
                                Locale.ROOT,
                                "%.1f,%.1f ",
                                x(sample.seconds() / SECONDS_A_MINUTE, minutes),
                                y(sample.value(), top)));
            }
            append(
                    svg,
                    "<polyline fill=\"none\" %s points=\"%s\"/>",
                    stroke,
                    points.toString().strip());
            int legendY = TOP + 8 + line * LEGEND_STEP;
            append(svg, "<path d=\"M%d %dh24\" %s/>", WIDTH - RIGHT + 10, legendY, stroke);
            append(
                    svg,
                    "<text x=\"%d\" y=\"%d\">%s</text>",
                    WIDTH - RIGHT + 40,
                    legendY + 4,
                    one.getKey());
            line++;
        }
        return svg.append("</svg>\n").toString();
    }

    /** Returns how a line is drawn: in a colour of its own, or dashed in that of another one. */
    private static String stroke(int line) {
        return "stroke=\"%s\" stroke-width=\"1.5\"%s"
                .formatted(
                        COLORS.get(line % COLORS.size()),
                        line < COLORS.size() ? "" : " stroke-dasharray=\"6 3\"");
    }

    private static void grid(StringBuilder svg, double top, double minutes) {
        double step = step(top);
        for (double value = 0; value <= top; value += step) {
            append(
                    svg,
                    "<path d=\"M%d %.1fH%d\" stroke=\"#dddddd\"/>",
                    LEFT,
                    y(value, top),
                    WIDTH - RIGHT);
            append(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6,
                    y(value, top) + 4,
                    number(value));
        }
        double minuteStep = step(minutes);
        for (double minute = 0; minute <= minutes; minute += minuteStep) {
            append(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s min</text>",
                    x(minute, minutes),
                    HEIGHT - BOTTOM + 20,
                    number(minute));
        }
    }

    /** Returns the smallest of 1, 2 and 5 times a power of ten with which the grid is not dense. */
    static double step(double end) {
        double power = Math.pow(10, Math.floor(Math.log10(end / MOST_GRID_LINES)));
        for (int factor : List.of(1, 2, 5)) {
            if (end / (factor * power) <= MOST_GRID_LINES) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static double x(double minute, double minutes) {
        return LEFT + minute / minutes * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    private static void append(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
