/* overview.js - all that is there, what matters of it, and what is wrong */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { html } from './html.js';
import { address, change, follow, kept } from './place.js';
import { duration } from './span.js';
import { show, showRate } from './unit.js';

const ROWS = 50; /* of a kind, at first */

const STATES = {
    bad: ['✖', 'bad'], gone: ['○', 'gone'], warn: ['▲', 'warning'],
    ok: ['●', 'fine'],
};

const FILTERS = { all: 'all', host: 'hosts', go: 'Go services',
                  target: 'targets', weir: 'weir' };

/* Asks again whenever the parameters change; the old answer stays. */
function useOverview(params, time) {
    const [state, setState] = useState({});
    const key = JSON.stringify([params, time]);
    useEffect(() => {
        const abort = new AbortController();
        ask('overview', params, abort.signal)
            .then(({ data, warnings }) => setState({ data, warnings }))
            .catch((error) => {
                if (error.name !== 'AbortError')
                    setState((was) => ({ ...was, error }));
            });
        return () => abort.abort();
    }, [key]);
    return state;
}

const WIDTH = 110, HEIGHT = 26;

function path(values) {
    const known = values.filter((each) => each !== null);
    const most = Math.max(...known, 0), least = Math.min(...known, 0);
    const high = most - least || 1;
    let text = '', pen = false;
    values.forEach((value, at) => {
        if (value !== null) {
            const x = (at + 0.5) / values.length * WIDTH;
            const y = HEIGHT - 2 - (value - least) / high * (HEIGHT - 4);
            text += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
            if (!pen)
                text += 'h.1';
        }
        pen = value !== null;
    });
    return text;
}

function Spark({ values, title }) {
    return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
        aria-label="${title} over the range"><path d=${path(values)}
        /></svg>`;
}

function Cell({ column, figure }) {
    if (!figure)
        return html`<td class="none">–</td>`;
    const { unit } = column;
    return html`<td><b>${show(figure.now, unit)}</b><small
        title="average, then least to greatest over the range">
        ${show(figure.avg, unit)} (${show(figure.min, unit)} to
        ${' '}${show(figure.max, unit)})</small></td>`;
}

/* All figures of a row, with how fast they change. */
function Details({ columns, row, place }) {
    const line = (title, key) => html`<tr><th scope="row">${title}</th>
        ${columns.map((each) => html`<td key=${each.key}>
            ${show(row.figures[each.key]?.[key], each.unit)}
            ${key !== 'now' && html`<small>
                ${showRate(row.figures[each.key]?.[`${key}_rate`],
                           each.unit)}</small>`}</td>`)}</tr>`;
    return html`<table class="details"><thead><tr><th></th>
        ${columns.map((each) => html`<th scope="col" key=${each.key}>
            <a href=${address({ ...kept(place), page: 'query',
                                q: each.query })} onClick=${follow}>
            ${each.title}</a></th>`)}</tr></thead><tbody>
        ${line('now', 'now')}${line('average', 'avg')}
        ${line('greatest', 'max')}${line('least', 'min')}</tbody></table>`;
}

function Row({ kind, columns, row, place }) {
    const [open, setOpen] = useState(false);
    const [sign, word] = STATES[row.state] ?? STATES.ok;
    const page = { ...kept(place), page: kind, ...row.labels };
    return html`<tr class="state-${row.state}">
        <td class="state"><span title=${word} aria-label=${word} role="img">
            ${sign}</span></td>
        <th scope="row"><a href=${address(page)} onClick=${follow}>
            ${row.name}</a>${row.wrong.map((each) => html`
            <span class="wrong" key=${each}>${each}</span>`)}</th>
        <td><${Spark} values=${row.spark} title=${columns[0].title} /></td>
        ${columns.map((each) => html`<${Cell} key=${each.key} column=${each}
            figure=${row.figures[each.key]} />`)}
        <td><button type="button" class="more" aria-expanded=${open}
            aria-label="All figures of ${row.name}"
            onClick=${() => setOpen(!open)}>${open ? '−' : '+'}</button></td>
        </tr>${open && html`<tr><td></td><td colspan=${columns.length + 3}>
            <${Details} columns=${columns} row=${row}
                place=${place} /></td></tr>`}`;
}

function Head({ title, name, place, help, colspan }) {
    const sorted = place.sort === name;
    const down = place.order !== 'asc';
    const press = () => change({
        sort: name, order: sorted && down ? 'asc' : undefined }, true);
    return html`<th scope="col" title=${help} colspan=${colspan}
        aria-sort=${sorted ? (down ? 'descending' : 'ascending') : undefined}>
        <button type="button" onClick=${press}>${title}</button></th>`;
}

function told(kind) {
    const parts = [`${kind.count}`];
    if (kind.matched !== kind.count)
        parts[0] = `${kind.matched} of ${kind.count}`;
    if (kind.bad)
        parts.push(`${kind.bad} bad`);
    if (kind.warn)
        parts.push(`${kind.warn} with a warning`);
    return parts.join(', ');
}

function Kind({ kind, place, more }) {
    const { columns, rows } = kind;
    return html`<section class="kind" id=${`kind-${kind.kind}`}>
        <h2>${kind.title} <small>${told(kind)}</small></h2>
        ${rows.length > 0 && html`<div class="scroll" tabindex="0"
            role="region" aria-label=${kind.title}><table>
        <thead><tr><${Head} title="state" name="state" place=${place} />
            <${Head} title="name" name="name" place=${place} />
            <th scope="col">${columns[0].title}</th>
            ${columns.map((each) => html`<${Head} key=${each.key}
                title=${each.title} name=${each.key} help=${each.help}
                place=${place} />`)}<th><span class="unseen">figures</span>
            </th></tr></thead>
        <tbody>${rows.map((row) => html`<${Row} place=${place}
            key=${JSON.stringify(row.labels)} kind=${kind.kind}
            columns=${columns} row=${row} />`)}</tbody></table></div>`}
        ${kind.matched > rows.length && html`<button type="button"
            onClick=${more}>Show more of ${kind.matched}</button>`}
        </section>`;
}

function Finder({ place }) {
    const input = useRef(null);
    return html`<div class="finder"><label>Search <input type="search"
            id="search"
            ref=${input} value=${place.search ?? ''} autocomplete="off"
            onInput=${() => change({ search: input.current.value }, true)}
            /></label>
        <span role="group" aria-label="Show">${Object.entries(FILTERS).map(
            ([kind, title]) => html`<button type="button" key=${kind}
            aria-pressed=${(place.kind ?? 'all') === kind}
            onClick=${() => change({
                kind: kind === 'all' ? undefined : kind }, true)}>${title}
            </button>`)}</span></div>`;
}

function Empty({ place }) {
    return place.search || place.kind
        ? html`<p class="empty">Nothing here fits.</p>`
        : html`<div class="empty"><p>Nothing has been stored in this time.</p>
            <p>weir shows what its inputs collect: with
            ${' '}<code>input host { }</code> in the configuration this
            machine, with <code>input prometheus { targets = … }</code> your
            programs. The first values come after one interval.</p></div>`;
}

export function Overview({ place, span }) {
    const [rows, setRows] = useState(ROWS);
    const state = useOverview({
        end: span.live ? undefined : Math.floor(span.to),
        window: duration(span.to - span.from),
        kind: place.kind, search: place.search, sort: place.sort,
        order: place.order, limit: rows }, Math.floor(span.to));
    const kinds = (state.data?.kinds ?? []).filter((each) => each.matched);

    useEffect(() => {
        document.title = 'Overview – weir';
    }, []);
    return html`<main><h1 class="unseen">Overview</h1>
        <${Finder} place=${place} />
        ${state.error && html`<p class="trouble" role="alert">
            ${state.error.message}</p>`}
        ${state.warnings?.length > 0 && html`<p class="note">
            ${state.warnings.join('; ')}</p>`}
        ${state.data && kinds.length === 0 && html`
            <${Empty} place=${place} />`}
        ${kinds.map((kind) => html`<${Kind} key=${kind.kind} kind=${kind}
            place=${place} more=${() => setRows(rows * 4)} />`)}</main>`;
}
