package io.dexklines.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A horizontal bar chart as SVG. Each bar has parts, and a line from a smallest to a largest end.
 */
final class BarChart {

    private static final int WIDTH = 960;
    private static final int LABEL_WIDTH = 400;
    private static final int VALUE_WIDTH = 70;
    private static final int TOP = 70;
    private static final int ROW = 30;
    private static final int BAR = 18;
    private static final int TEXT_DROP = 13;
    private static final int CAP = 5;
    private static final int SWATCH = 12;
    private static final int LEGEND_STEP = 170;

    /**
     * A bar.
     *
     * @param label the text in front of it
     * @param parts the lengths of its parts, from the left
     * @param min the start of the line
     * @param max the end of the line
     * @param emphasised whether its label is bold
     */
    record Bar(String label, List<Double> parts, double min, double max, boolean emphasised) {

        double length() {
            return parts.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /**
     * A kind of parts, which all bars have in the same order.
     *
     * @param name its text in the legend
     * @param color in the notation of SVG
     */
    record Part(String name, String color) {}

    private final String title;
    private final List<Part> parts;
    private final List<Bar> bars = new ArrayList<>();

    BarChart(String title, List<Part> parts) {
        this.title = title;
        this.parts = List.copyOf(parts);
    }

    void add(Bar bar) {
        bars.add(bar);
    }

    /** Returns the chart as a document of SVG. */
    String svg() {
        int height = TOP + bars.size() * ROW + ROW / 2;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH,
                height,
                WIDTH,
                height);
        line(svg, "<title>%s</title>", escaped(title));
        line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
        line(
                svg,
                "<text x=\"12\" y=\"24\" font-size=\"16\" font-weight=\"bold\">%s</text>",
                escaped(title));
        for (int i = 0; i < parts.size(); i++) {
            int x = LABEL_WIDTH + i * LEGEND_STEP;
            line(
                    svg,
                    "<rect x=\"%d\" y=\"38\" width=\"%d\" height=\"%d\" fill=\"%s\"/>",
                    x,
                    SWATCH,
                    SWATCH,
                    parts.get(i).color());
            line(
                    svg,
                    "<text x=\"%d\" y=\"49\">%s</text>",
                    x + SWATCH + CAP,
                    escaped(parts.get(i).name()));
        }
        double longest =
                bars.stream().mapToDouble(bar -> Math.max(bar.max(), bar.length())).max().orElse(1);
        double scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / longest;
        for (int i = 0; i < bars.size(); i++) {
            append(svg, bars.get(i), TOP + i * ROW, scale);
        }
        return svg.append("</svg>\n").toString();
    }

    private void append(StringBuilder svg, Bar bar, int y, double scale) {
        line(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\"%s>%s</text>",
                LABEL_WIDTH - 2 * CAP,
                y + TEXT_DROP,
                bar.emphasised() ? " font-weight=\"bold\"" : "",
                escaped(bar.label()));
        double x = LABEL_WIDTH;
        for (int i = 0; i < parts.size(); i++) {
            double width = bar.parts().get(i) * scale;
            line(
                    svg,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    x,
                    y,
                    width,
                    BAR,
                    parts.get(i).color());
            x += width;
        }
        double from = LABEL_WIDTH + bar.min() * scale;
        double to = LABEL_WIDTH + bar.max() * scale;
        int middle = y + BAR / 2;
        line(
                svg,
                "<path d=\"M%.1f %dH%.1fM%.1f %dv%dM%.1f %dv%d\" stroke=\"#000000\"/>",
                from,
                middle,
                to,
                from,
                middle - CAP,
                2 * CAP,
                to,
                middle - CAP,
                2 * CAP);
        line(
                svg,
                "<text x=\"%.1f\" y=\"%d\">%.1f</text>",
                Math.max(x, to) + CAP,
                y + TEXT_DROP,
                bar.length());
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
