/* board.js - the page of a host, a service, a target */
import { useEffect, useState } from 'preact/hooks';
import { ask, quoted } from './ask.js';
import { BOARDS } from './boards.js';
import { html } from './html.js';
import { useMarks } from './marks.js';
import { Panel } from './panel.js';
import { clock, duration } from './span.js';
import { show } from './unit.js';

const INTERVAL_DEFAULT = 15; /* seconds */
const LEAST_SAMPLES = 4;     /* that a window of rates should have */

const matchers = (place) => ['instance', 'job']
    .filter((name) => place[name] !== undefined)
    .map((name) => `${name}=${quoted(place[name])}`).join(',');

/* How far apart the samples of series lie, mostly. */
function intervalOf(series) {
    const gaps = series.flatMap(({ values }) => values.slice(1).map(
        ([time], at) => time - values[at][0])).sort((a, b) => a - b);
    return gaps.length ? Math.max(gaps[gaps.length >> 1], 0.01)
        : INTERVAL_DEFAULT;
}

/* Which metrics there are, or were on this page before, and how far apart
 * their samples lie. */
function useThere(who, probe, span) {
    const [there, setThere] = useState({});
    const hour = Math.floor(span.to / 3600);
    const reach = Math.round(span.to - span.from);
    useEffect(() => {
        const abort = new AbortController();
        const within = { start: span.from, end: span.to };
        Promise.all([
            ask('label/__name__/values',
                { 'match[]': `{${who}}`, ...within }, abort.signal),
            ask('query', { query: `${probe}{${who}}[2m]`, time: span.to },
                abort.signal),
        ]).then(([names, samples]) => setThere((was) => ({
            who, interval: intervalOf(samples.data.result),
            names: was.who === who ? new Set([...was.names, ...names.data])
                : new Set(names.data),
        }))).catch((error) => {
            if (error.name !== 'AbortError')
                setThere((was) => ({ ...was, error }));
        });
        return () => abort.abort();
    }, [who, hour, reach]);
    return there.who === who ? there : { error: there.error };
}

function fill(text, who, interval, step) {
    const window = Math.ceil(Math.max(step, LEAST_SAMPLES * interval));
    return text.replaceAll('$who', who).replaceAll('$w', `${window}s`);
}

/* A series as it is: of several samples in a step the chart shows the mean,
 * and the room from the least to the greatest. */
const PLAIN = /^\w+\{[^{}]*\}$/;

function question([expr, name, label], who, interval, step) {
    const text = fill(expr, who, interval, step);
    if (!PLAIN.test(text) || step <= interval)
        return { expr: text, name, label };
    const over = (what) => `${what}_over_time(${text}[${step}s])`;
    return { expr: over('avg'), edges: [over('min'), over('max')], name,
             label };
}

const isThere = (panel, names) => [panel.needs].flat()
    .some((each) => names.has(each));

function Group({ group, panels, fit, common }) {
    if (panels.length === 0)
        return null;
    return html`<section class="group"><h2>${group}</h2><div class="panels">
        ${panels.map((panel) => html`<${Panel} key=${panel.title}
            title=${panel.title} help=${panel.help} unit=${panel.unit}
            queries=${panel.ask.map(fit)} ...${common} />`)}
        </div></section>`;
}

export function Board({ place, span, grid }) {
    const board = BOARDS[place.page];
    const who = matchers(place);
    const there = useThere(who, board.probe, span);
    const marks = useMarks(who, there.names, grid);
    const name = place.instance ?? place.job ?? '';
    const fit = (each) => question(each, who, there.interval, grid.step);

    useEffect(() => {
        document.title = `${name} – weir`;
    }, [name]);
    return html`<main><h1>${name} <small>${board.title}${place.job &&
            place.job !== place.page ? `, job ${place.job}` : ''}</small></h1>
        ${there.error && html`<p class="trouble" role="alert">
            ${there.error.message}</p>`}
        ${there.names?.size === 0 && html`<p class="empty">Nothing of
            ${' '}${name} was stored in this time.</p>`}
        ${marks.length > 0 && html`<p class="note">Vertical lines: ${marks
            .map((each) => `${each.text} at ${clock(each.time)}`).join(', ')}.
            </p>`}
        ${there.names && board.groups.map(({ group, panels }) => html`
            <${Group} key=${group} group=${group} fit=${fit}
                panels=${panels.filter((each) => isThere(each, there.names))}
                common=${{ grid, span, marks }} />`)}
        ${there.interval && html`<p class="note">A point each
            ${' '}${duration(grid.step)}; samples lie
            ${' '}${show(there.interval, 'seconds')} apart.</p>`}</main>`;
}
