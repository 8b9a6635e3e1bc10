// The axes of the chart: grid lines, labels, the crosshair and the tags beside it, on two canvases.

const TAG_HEIGHT = 20;
const LABEL_HEIGHT = 14;
const LABEL_GAP = 8;
const DOT = [2, 3];
const DASH = [4, 4];

/** A canvas as large as the chart, drawn in CSS pixels. */
class Layer {
    constructor(canvas) {
        this.canvas = canvas;
        this.context = canvas.getContext('2d');
    }

    resize({width, height}) {
        const ratio = globalThis.devicePixelRatio || 1;
        this.size = {width, height};
        this.ratio = ratio;
        this.canvas.width = Math.round(width * ratio);
        this.canvas.height = Math.round(height * ratio);
        this.canvas.style.width = `${width}px`;
        this.canvas.style.height = `${height}px`;
    }

    clear() {
        this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
        this.context.clearRect(0, 0, this.size.width, this.size.height);
    }

    line(fromX, fromY, toX, toY, color, dash = []) {
        const {context} = this;
        context.strokeStyle = color;
        context.lineWidth = 1;
        context.setLineDash(dash);
        context.beginPath();
        context.moveTo(Math.round(fromX) + 0.5, Math.round(fromY) + 0.5);
        context.lineTo(Math.round(toX) + 0.5, Math.round(toY) + 0.5);
        context.stroke();
        context.setLineDash([]);
    }

    /** Writes a label whose left edge, or middle if `isCentred`, is at `x` and whose middle is at `y`. */
    text(text, x, y, color, isCentred = false) {
        const {context} = this;
        context.fillStyle = color;
        context.textAlign = isCentred ? 'center' : 'left';
        context.textBaseline = 'middle';
        context.fillText(text, x, y);
    }

    box({x, y, width, height}, fill, border) {
        const {context} = this;
        context.fillStyle = fill;
        context.beginPath();
        context.roundRect(x, y, width, height, 3);
        context.fill();
        if (border) {
            context.strokeStyle = border;
            context.stroke();
        }
    }
}

export class Axes {
    /** @param element the element of the chart, which gets a canvas below and one above its other content */
    constructor(element) {
        const [below, above] = [document.createElement('canvas'), document.createElement('canvas')];
        below.className = 'chart-grid';
        above.className = 'chart-cross';
        element.prepend(below);
        element.append(above);
        this.grid = new Layer(below);
        this.cross = new Layer(above);

        /** Everything written on the axes, with its place: nothing lies over something else. */
        this.written = [];
    }

    resize(size) {
        this.grid.resize(size);
        this.cross.resize(size);
    }

    clear() {
        this.grid.clear();
        this.cross.clear();
        this.written = [];
    }

    /**
     * Draws the grid.
     *
     * @param layout `{plotWidth, plotBottom, panes}`, each pane with `top`, `height` and `ticks`: `{y, text}`
     * @param times the labels of the time axis, `{x, text}`
     */
    drawGrid({plotWidth, plotBottom, panes}, times, colors) {
        const {grid} = this;
        grid.clear();
        for (const {x} of times) {
            grid.line(x, panes[0].top, x, plotBottom, colors.grid);
        }
        for (const pane of panes) {
            for (const {y} of pane.hasLines ? pane.ticks : []) {
                grid.line(0, y, plotWidth, y, colors.grid);
            }
            grid.line(0, pane.top + pane.height, plotWidth, pane.top + pane.height, colors.line);
        }
        grid.line(plotWidth, panes[0].top, plotWidth, plotBottom, colors.line);
    }

    /**
     * Draws the labels, the newest price and the crosshair. A label gives way to a tag, the tag of the newest price to
     * that of the crosshair.
     *
     * @param last `{y, isInside, text, color}` of the newest price or null
     * @param pointed `{x, y, text, time}` of the crosshair or null; `text` may be null
     */
    drawCross({plotWidth, plotBottom, width, height, panes}, times, last, pointed, colors, font) {
        const {cross} = this;
        cross.clear();
        cross.context.font = `11px ${font}`;
        this.written = [];
        if (last?.isInside) {
            cross.line(0, last.y, plotWidth, last.y, last.color, DOT);
        }
        if (pointed) {
            cross.line(pointed.x, panes[0].top, pointed.x, plotBottom, colors.text, DASH);
            cross.line(0, pointed.y, plotWidth, pointed.y, colors.text, DASH);
        }
        const tags = [];
        if (pointed?.text) {
            tags.push({kind: 'pointed', y: within(pointed.y, 0, plotBottom), text: pointed.text});
        }
        if (last) {
            const pane = panes[0];
            const middle = within(last.y, pane.top, pane.top + pane.height);
            tags.push({
                kind: 'last', y: besides(middle, tags[0]?.y, pane), text: last.text, color: last.color,
            });
        }
        for (const tag of tags) {
            const box = {x: plotWidth + 3, y: tag.y - TAG_HEIGHT / 2, width: width - plotWidth - 6, height: TAG_HEIGHT};
            cross.box(box, tag.color ?? colors.label, tag.color ? null : colors.line);
            cross.text(tag.text, box.x + 6, tag.y, tag.color ? colors.ground : colors.strong);
            this.written.push({...box, kind: tag.kind, text: tag.text});
        }
        for (const pane of panes) {
            for (const {y, text} of pane.ticks) {
                const isInside = y - LABEL_HEIGHT / 2 >= pane.top - 4 && y + LABEL_HEIGHT / 2 <= pane.top + pane.height + 4;
                this.label({text, kind: pane.id, x: plotWidth + 9, y, isCentred: false, isInside}, colors);
            }
        }
        if (pointed) {
            const half = cross.context.measureText(pointed.time).width / 2 + 8;
            const x = within(pointed.x, half, plotWidth - half);
            const box = {x: x - half, y: plotBottom + 3, width: 2 * half, height: TAG_HEIGHT};
            cross.box(box, colors.label, colors.line);
            cross.text(pointed.time, x, box.y + TAG_HEIGHT / 2, colors.strong, true);
            this.written.push({...box, kind: 'pointed-time', text: pointed.time});
        }
        for (const {x, text} of times) {
            const half = cross.context.measureText(text).width / 2;
            const isInside = x - half >= 2 && x + half <= plotWidth;
            this.label({text, kind: 'time', x, y: (plotBottom + height) / 2, isCentred: true, isInside}, colors);
        }
    }

    /** Writes a label, unless it would lie over another text. */
    label({text, kind, x, y, isCentred, isInside}, colors) {
        const width = this.cross.context.measureText(text).width;
        const box = {x: isCentred ? x - width / 2 : x, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT};
        const gap = isCentred ? LABEL_GAP : 0;
        if (isInside && !this.written.some(other => overlap(box, other, gap))) {
            this.cross.text(text, x, y, colors.text, isCentred);
            this.written.push({...box, kind, text});
        }
    }
}

function overlap(a, b, gap) {
    return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height && b.y < a.y + a.height;
}

function within(value, low, high) {
    return Math.max(low, Math.min(high, value));
}

/** Returns the place nearest to `y` at which a tag does not lie over one at `taken`. */
function besides(y, taken, {top, height}) {
    if (taken === undefined || Math.abs(y - taken) > TAG_HEIGHT) {
        return y;
    }
    const [above, below] = [taken - TAG_HEIGHT - 1, taken + TAG_HEIGHT + 1];
    const isAbove = y < taken ? above >= top : below > top + height;
    return isAbove ? above : below;
}
