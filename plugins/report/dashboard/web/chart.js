/* chart.js - a chart that fills its place */
import { useEffect, useRef } from 'preact/hooks';
import { html } from './html.js';
import { change, zoomBack } from './place.js';
import { onScheme } from './paint.js';
import { makePlot } from './plot.js';
import { between } from './span.js';

const HEIGHT = 190;

/* What makes a new plot necessary, as opposed to new data in it. */
const shapeOf = (unit, series) => JSON.stringify(
    [unit, series.map((each) => [each.name, each.nth, each.edge])]);

const sizeOf = (place, height) => ({
    width: Math.max(place.clientWidth, 100), height });

/* 'series' are [{name, nth, values, hidden, edge}] on 'grid'; 'onCursor' hears
 * the index under the cursor, or null. */
export function Chart({ label, unit, series, grid, span, marks, onCursor,
                        height = HEIGHT }) {
    const into = useRef(null);
    const plot = useRef(null);
    const live = useRef({}).current;
    Object.assign(live, { span, marks: marks ?? [], onCursor });
    const shape = shapeOf(unit, series);
    const times = Array.from({ length: grid.count },
                             (none, at) => grid.start + at * grid.step);
    const data = [times, ...series.map((each) => each.values)];

    useEffect(() => {
        const place = into.current;
        const made = makePlot(place, sizeOf(place, height),
                              { unit, series, data }, live, {
            cursor: (at) => live.onCursor?.(at),
            zoom: (from, to) => change(between(from, to)),
            back: zoomBack,
        });
        plot.current = made;
        const watch = new ResizeObserver(() => {
            const size = sizeOf(place, height);
            if (size.width !== made.width)
                made.setSize(size);
        });
        watch.observe(place);
        const endScheme = onScheme(() => made.redraw());
        return () => {
            endScheme();
            watch.disconnect();
            made.destroy();
            plot.current = null;
        };
    }, [shape]);

    useEffect(() => {
        if (!plot.current)
            return;
        plot.current.batch(() => {
            plot.current.setData(data);
            series.forEach((each, at) => {
                if (plot.current.series[at + 1].show === !!each.hidden)
                    plot.current.setSeries(at + 1, { show: !each.hidden });
            });
        });
    }, [series, grid.start, grid.end, grid.step, marks]);

    return html`<div class="chart" ref=${into} role="img"
        aria-label=${label}></div>`;
}
