/* panel.js - a question, its chart, its lines, and its numbers as a table */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useAnswers } from './answers.js';
import { Chart } from './chart.js';
import { compare, figures, namesOf } from './figures.js';
import { html } from './html.js';
import { Legend, pick } from './legend.js';
import { follow } from './place.js';
import { saveTable } from './save.js';
import { clock } from './span.js';
import { show } from './unit.js';

const LINES_MOST = 24;  /* more can not be told apart */
const ROWS_MOST = 200;  /* of the table; the files have all */

/* Whether the panel has come near to what is seen. */
function useSeen() {
    const place = useRef(null);
    const [seen, setSeen] = useState(false);
    useEffect(() => {
        const watch = new IntersectionObserver((entries) => {
            if (entries.some((each) => each.isIntersecting))
                setSeen(true);
        }, { rootMargin: '300px' });
        watch.observe(place.current);
        return () => watch.disconnect();
    }, []);
    return [place, seen];
}

/* The lines of all answers: those of a question by its name, or by the labels
 * that tell them apart. */
function linesOf(queries, answers) {
    const lines = [];
    answers.forEach(({ series }, at) => {
        const { name, label } = queries[at];
        const names = namesOf(series.map((each) => each.labels));
        series.forEach((each, nth) => {
            const own = label ? each.labels[label] ?? names[nth] : names[nth];
            lines.push({
                ...each, at, figures: figures(each),
                name: name ? series.length > 1 ? `${name} ${own}` : name : own,
            });
        });
    });
    lines.sort((a, b) => a.at - b.at || compare(a.name, b.name));
    return lines.map((each, nth) => ({ ...each, nth }));
}

/* Of too many lines those with the greatest values. */
function greatest(lines) {
    if (lines.length <= LINES_MOST)
        return lines;
    return [...lines].sort((a, b) => (b.figures.max ?? -Infinity) -
                                     (a.figures.max ?? -Infinity))
        .slice(0, LINES_MOST).sort((a, b) => a.nth - b.nth)
        .map((each, nth) => ({ ...each, nth }));
}

/* What uPlot draws: each line, and behind it its edges. */
function drawing(lines, hidden) {
    return lines.flatMap((each) => {
        const line = { name: each.name, nth: each.nth, values: each.values,
                       hidden: hidden.has(each.name) };
        return each.low && each.high ? [line,
            { ...line, values: each.high, edge: 'high' },
            { ...line, values: each.low, edge: 'low' }] : [line];
    });
}

function Numbers({ rows, grid, unit }) {
    const every = Math.max(1, Math.ceil(grid.count / ROWS_MOST));
    const places = [];
    for (let at = grid.count - 1; at >= 0; at -= every)
        places.push(at);
    return html`<div class="numbers" tabindex="0"><table>
        <thead><tr><th scope="col">time</th>${rows.map((row) => html`
            <th scope="col" key=${row.name}>${row.name}</th>`)}</tr></thead>
        <tbody>${places.map((at) => html`<tr key=${at}>
            <th scope="row">${clock(grid.start + at * grid.step)}</th>
            ${rows.map((row) => html`<td key=${row.name}>
                ${show(row.values[at], unit)}</td>`)}</tr>`)}</tbody></table>
        ${every > 1 ? html`<p>Each ${every}th point; the files have all.</p>`
            : null}</div>`;
}

function Tools({ title, numbers, setNumbers, save }) {
    return html`<span class="tools">
        <button type="button" aria-pressed=${numbers}
            onClick=${() => setNumbers(!numbers)}
            aria-label="${title} as a table">Table</button>
        <button type="button" onClick=${() => save('csv')}
            aria-label="${title} as CSV">CSV</button>
        <button type="button" onClick=${() => save('json')}
            aria-label="${title} as JSON">JSON</button></span>`;
}

/* What there is to say beside the lines. */
function Words({ state, lines, drawn }) {
    const words = (state.answers ?? []).flatMap((each) => each.warnings);
    if (lines.length > drawn.length)
        words.push(`${drawn.length} of ${lines.length} lines are shown, ` +
                   'those with the greatest values');
    return html`${state.error && html`<p class="trouble" role="alert">
            ${state.error.message}</p>`}
        ${words.length > 0 && html`<p class="note">${words.join('; ')}</p>`}
        ${!state.error && state.answers && lines.length === 0 && html`
            <p class="note">Nothing was stored in this time.</p>`}`;
}

function label(title, lines, unit) {
    const parts = lines.slice(0, 4).map((each) =>
        `${each.name} ${show(each.figures.last, unit)}`);
    return `${title}: ${lines.length} lines; last ${parts.join(', ')}`;
}

/* 'link' is where the title leads, 'extra' is shown above the chart, and
 * 'onLine' hears the labels of a line that is to be shown closer. */
export function Panel({ title, help, unit, queries, grid, span, marks, link,
                        extra, awake = true, onLine, height }) {
    const [place, seen] = useSeen();
    const state = useAnswers(queries, grid, seen && awake, span.pushed);
    const [hidden, setHidden] = useState(new Set());
    const [numbers, setNumbers] = useState(false);
    const cursor = useRef(null);
    const lines = useMemo(() => linesOf(queries, state.answers ?? []),
                          [state.answers]);
    const drawn = useMemo(() => greatest(lines), [lines]);
    const series = useMemo(() => drawing(drawn, hidden), [drawn, hidden]);
    const names = drawn.map((each) => each.name);
    const shown = state.grid ?? grid;

    return html`<section class="panel" ref=${place}
        aria-busy=${!state.answers && !state.error}>
        <header><h3 title=${help}>${link ? html`<a href=${link}
            onClick=${follow}>${title}</a>` : title}</h3>
        <${Tools} title=${title} numbers=${numbers} setNumbers=${setNumbers}
            save=${(form) => saveTable(form, title, lines, shown)} /></header>
        ${extra}<${Words} state=${state} lines=${lines} drawn=${drawn} />
        <${Chart} label=${label(title, drawn, unit)} unit=${unit}
            series=${series} grid=${shown} span=${span} marks=${marks}
            height=${height}
            onCursor=${(at) => cursor.current?.(at ?? null)} />
        <${Legend} rows=${drawn} unit=${unit} hidden=${hidden} cursor=${cursor}
            onLine=${onLine}
            onPick=${(name, only) =>
                setHidden(pick(hidden, names, name, only))} />
        ${numbers && html`<${Numbers} rows=${drawn} grid=${shown}
            unit=${unit} />`}</section>`;
}
