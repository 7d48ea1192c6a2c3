/* query.js - ask in PromQL, see a graph or a table */
import { useEffect, useState } from 'preact/hooks';
import { askInstant } from './ask.js';
import { useAsked } from './asked.js';
import { Editor } from './editor.js';
import { html } from './html.js';
import { Panel } from './panel.js';
import { change } from './place.js';
import { gridFor } from './span.js';
import { show } from './unit.js';

const KEEP = 30;         /* questions that were asked before */
const ROWS = 500;        /* of the table */
const MANY = 1000;       /* series: of more the graph has only the greatest */
const GREATEST = 24;
const STORE = 'weir.questions';

function past() {
    try {
        const list = JSON.parse(localStorage.getItem(STORE) ?? '[]');
        return Array.isArray(list) ? list.filter((each) =>
            typeof each === 'string') : [];
    } catch {
        return [];
    }
}

function remember(text) {
    const list = [text, ...past().filter((each) => each !== text)];
    try {
        localStorage.setItem(STORE, JSON.stringify(list.slice(0, KEEP)));
    } catch {
        /* a browser that keeps nothing */
    }
}

const written = ({ __name__: name = '', ...labels }) => {
    const list = Object.entries(labels).map(
        ([label, value]) => `${label}="${value}"`);
    return list.length ? `${name}{${list.join(', ')}}` : name || 'value';
};

/* The value at the end of what is shown; it also judges the question. */
function useInstant(text, time) {
    const judge = async (signal) => {
        try {
            return { text, rows: await askInstant(text, time, signal) };
        } catch (error) {
            if (error.name === 'AbortError')
                throw error;
            return { text, error };
        }
    };
    const { value } = useAsked(
        JSON.stringify([text, Math.floor(time / 2)]),
        (signal) => text ? judge(signal) : Promise.resolve());
    return value?.text === text ? value : {};
}

function Table({ rows }) {
    const [down, setDown] = useState(true);
    const sorted = [...rows].sort((a, b) => down ? b.value - a.value
        : a.value - b.value);
    return html`<div class="scroll" tabindex="0" role="region"
        aria-label="Values at the end"><table><thead><tr>
        <th scope="col">series</th><th scope="col"
            aria-sort=${down ? 'descending' : 'ascending'}><button
            type="button" onClick=${() => setDown(!down)}>value</button></th>
        </tr></thead><tbody>${sorted.slice(0, ROWS).map((each) => html`
        <tr key=${written(each.labels)}><td class="series">
            ${written(each.labels)}</td><td title=${each.value}>
            ${show(each.value)}</td></tr>`)}</tbody></table></div>
        ${rows.length > ROWS && html`<p class="note">${ROWS} of ${rows.length}
            ${' '}series.</p>`}`;
}

export function Query({ place, span, grid }) {
    const text = place.q ?? '';
    const table = place.tab === 'table';
    const { rows, error } = useInstant(text, span.to);
    const many = rows?.length > MANY;
    const run = (next) => {
        if (!next)
            return;
        remember(next);
        change({ q: next });
    };
    const tab = (name, title, on) => html`<button type="button"
        aria-pressed=${on} onClick=${() => change({ tab: name }, true)}>
        ${title}</button>`;

    useEffect(() => {
        document.title = 'Query – weir';
        if (!text)
            document.getElementById('question')?.focus();
    }, []);
    return html`<main><h1 class="unseen">Query</h1>
        <${Editor} value=${text} run=${run} error=${error} past=${past()} />
        ${text && !error && html`<p class="finder"><span role="group"
            aria-label="Show as">${tab(undefined, 'Graph', !table)}
            ${tab('table', 'Table', table)}</span></p>`}
        ${text && !error && table && rows && html`<${Table} rows=${rows} />`}
        ${text && !error && rows?.length === 0 && table && html`<p
            class="note">No series has a value at the end of this time.</p>`}
        ${text && !error && rows && !table && html`<${Panel} key=${text}
            title=${text} unit="count" span=${span}
            grid=${gridFor(span, grid.count, rows.length)}
            queries=${[{ expr: many ? `topk(${GREATEST}, ${text})` : text }]}
            extra=${many && html`<p class="note">The greatest ${GREATEST} of
                ${' '}${rows.length} series, at each time.</p>`}
            height=${340} />`}</main>`;
}
