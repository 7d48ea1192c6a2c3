/* legend.js - the lines of a chart with their figures
 *
 * A click shows one line alone, with the control key it hides or shows one; a
 * head sorts.  What stands under the cursor is written past preact: it changes
 * with each move of the mouse, in all charts.
 */
import { useRef, useState } from 'preact/hooks';
import { compare } from './figures.js';
import { html } from './html.js';
import { lineColour } from './paint.js';
import { show } from './unit.js';

const HEADS = [['name', ''], ['min', 'min'], ['avg', 'avg'], ['max', 'max'],
               ['last', 'last']];

function order(rows, { key, down }) {
    if (!key)
        return rows;
    const sign = down ? -1 : 1;
    return [...rows].sort((a, b) => key === 'name'
        ? sign * compare(a.name, b.name)
        : sign * ((a.figures[key] ?? -Infinity) -
                  (b.figures[key] ?? -Infinity)));
}

/* Returns the next set of hidden lines after a click on 'name'. */
export function pick(hidden, names, name, only) {
    if (!only) {
        const next = new Set(hidden);
        if (!next.delete(name))
            next.add(name);
        return next;
    }
    const alone = names.every((each) => hidden.has(each) === (each !== name));
    return alone ? new Set() : new Set(names.filter((each) => each !== name));
}

function Key({ row, hidden, onPick }) {
    const press = (event) => onPick(row.name,
                                    !(event.ctrlKey || event.metaKey));
    return html`<button type="button" class="key" aria-pressed=${!hidden}
        title="${row.name} (click: alone; with Ctrl: hide or show)"
        onClick=${press}><svg class="swatch" viewBox="0 0 14 8"
        aria-hidden="true"><path d="M0 4H14" stroke=${lineColour(row.nth)}
        stroke-width="3" stroke-dasharray=${row.nth >= 8 ? '4 2' : undefined}
        /></svg><span>${row.name}</span></button>`;
}

/* Changes the text of a cell in its place, which makes no new nodes. */
function write(cell, text) {
    if (!cell)
        return;
    cell.firstChild ?? cell.append('');
    if (cell.firstChild.data !== text)
        cell.firstChild.data = text;
}

/* 'rows' are [{name, nth, figures, values}]; '*cursor' is set to what writes
 * the values at an index. */
export function Legend({ rows, unit, hidden, onPick, onLine, cursor }) {
    const [sorted, setSorted] = useState({});
    const cells = useRef(new Map()).current;
    const head = useRef(null);

    const tell = useRef({}).current;
    tell.write = (at) => {
        write(head.current, at === null ? '' : 'here');
        for (const row of rows)
            write(cells.get(row.name), at === null ? ''
                : show(row.values[at], unit));
    };
    /* As often as it can be seen, and no oftener. */
    cursor.current = (at) => {
        tell.frame ??= requestAnimationFrame(() => {
            tell.frame = undefined;
            tell.write(tell.at);
        });
        tell.at = at;
    };
    const sort = (key) => setSorted((was) => ({
        key, down: was.key === key ? !was.down : key !== 'name' }));
    const sign = (key) => sorted.key === key
        ? (sorted.down ? 'descending' : 'ascending') : undefined;

    return html`<div class="legend"><table><thead><tr>
        ${HEADS.map(([key, title]) => html`<th scope="col" key=${key}
            aria-sort=${sign(key)}><button type="button"
            onClick=${() => sort(key)}>${title || 'line'}</button></th>`)}
        <th scope="col" ref=${head} class="here"></th></tr></thead>
        <tbody>${order(rows, sorted).map((row) => html`
        <tr key=${row.name} class=${hidden.has(row.name) ? 'off' : ''}>
        <th scope="row"><${Key} row=${row} hidden=${hidden.has(row.name)}
            onPick=${onPick} />${onLine && html`<button type="button"
            class="only" aria-label="Only ${row.name}"
            onClick=${() => onLine(row.labels)}>only</button>`}</th>
        ${['min', 'avg', 'max', 'last'].map((key) => html`
            <td key=${key}>${show(row.figures[key], unit)}</td>`)}
        <td class="here" ref=${(cell) => cell ? cells.set(row.name, cell)
            : cells.delete(row.name)}></td></tr>`)}</tbody></table></div>`;
}
