/* plot.js - how uPlot draws a chart of ours */
import uPlot from 'uplot';
import { colour, lineColour, lineDash } from './paint.js';
import { show } from './unit.js';

const DOTS = 8; /* lines: of more the cursor's dots tell nothing */

const SHARED = new Set(['mousemove', 'mouseleave', 'mouseenter']);

const BINARY_STEPS = [];
for (let power = -10; power < 60; power++)
    BINARY_STEPS.push(2 ** power);

/* 14:05, or the day where a day begins; one form for all charts. */
function times(plot, splits) {
    const two = (number) => String(number).padStart(2, '0');
    const close = splits.length > 1 && splits[1] - splits[0] < 60;
    return splits.map((each) => {
        const date = new Date(each * 1000);
        const hours = date.getHours(), minutes = date.getMinutes();
        if (hours === 0 && minutes === 0 && date.getSeconds() === 0)
            return `${date.getFullYear()}-${two(date.getMonth() + 1)}-` +
                two(date.getDate());
        return `${two(hours)}:${two(minutes)}` +
            (close ? `:${two(date.getSeconds())}` : '');
    });
}

function axes(unit) {
    const common = {
        stroke: () => colour('faint'),
        grid: { stroke: () => colour('grid'), width: 1 },
        ticks: { show: false },
        font: '12px system-ui, sans-serif',
    };
    return [
        { ...common, values: times, space: 90, size: 26 },
        { ...common, size: 72, space: 34,
          values: (plot, splits) => splits.map((each) => show(each, unit)),
          incrs: /^bytes/.test(unit) ? BINARY_STEPS : undefined },
    ];
}

/* Values from 0 on, as long as there is nothing below it. */
function heights(plot, low, high) {
    if (low === null || high === null)
        return [0, 1];
    if (low === high)
        return low === 0 ? [0, 1] : low > 0 ? [0, high * 1.2] : [low * 1.2, 0];
    const pad = (high - low) * 0.08;
    return [low >= 0 ? 0 : low - pad, high <= 0 ? 0 : high + pad];
}

function lines(series) {
    return series.map((each) => ({
        label: each.name,
        show: !each.hidden,
        stroke: () => each.edge ? 'transparent' : lineColour(each.nth),
        dash: lineDash(each.nth),
        width: each.edge ? 0 : 1.5,
        points: { size: 4 },
        spanGaps: false,
    }));
}

/* The room between the least and the greatest of a line. */
function bands(series) {
    const found = [];
    series.forEach((each, at) => {
        if (each.edge === 'high')
            found.push({ series: [at + 1, at + 2],
                         fill: () => lineColour(each.nth) + '30' });
    });
    return found;
}

/* Vertical lines at restarts and the like. */
function drawMarks(plot, marks) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour('mark');
    ctx.setLineDash([4, 3]);
    ctx.lineWidth = devicePixelRatio;
    for (const mark of marks) {
        const left = Math.round(plot.valToPos(mark.time, 'x', true));
        if (left < bbox.left || left > bbox.left + bbox.width)
            continue;
        ctx.beginPath();
        ctx.moveTo(left, bbox.top);
        ctx.lineTo(left, bbox.top + bbox.height);
        ctx.stroke();
    }
    ctx.restore();
}

/* 'live' is read whenever something is drawn: {span, marks}; 'calls' hear
 * cursor(index), zoom(from, to) and back(). */
export function makePlot(into, size, { unit, series, data }, live, calls) {
    return new uPlot({
        ...size,
        series: [{}, ...lines(series)],
        bands: bands(series),
        axes: axes(unit),
        legend: { show: false },
        scales: {
            x: { time: true, range: () => [live.span.from, live.span.to] },
            y: { range: heights },
        },
        cursor: {
            points: { show: series.length <= DOTS, size: 6 },
            drag: { x: true, y: false, setScale: false },
            sync: { key: 'weir', scales: ['x', null],
                    filters: { pub: (type) => SHARED.has(type) } },
            bind: { dblclick: () => () => {
                calls.back();
                return null;
            } },
        },
        hooks: {
            setCursor: [(plot) => calls.cursor(plot.cursor.idx)],
            setSelect: [(plot) => {
                const { left, width } = plot.select;
                if (width < 4)
                    return;
                calls.zoom(plot.posToVal(left, 'x'),
                           plot.posToVal(left + width, 'x'));
                plot.setSelect({ left: 0, width: 0, top: 0, height: 0 },
                               false);
            }],
            draw: [(plot) => drawMarks(plot, live.marks)],
        },
    }, data, into);
}
