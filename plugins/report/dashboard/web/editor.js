/* editor.js - where a question is written, with what may follow */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { offers, placeOf, taken } from './complete.js';
import { html } from './html.js';

const LIMIT = 5000; /* names of a list; the others are found by typing them */

/* Lists that are asked for once, and kept while the page lives. */
function makeLists() {
    const known = new Map();
    const get = (path, params) => {
        const key = JSON.stringify([path, params]);
        if (!known.has(key))
            known.set(key, ask(path, { ...params, limit: LIMIT })
                .then(({ data }) => data).catch(() => []));
        return known.get(key);
    };
    const of = (metric) => metric ? { 'match[]': metric } : {};
    return {
        metrics: () => get('label/__name__/values', {}),
        labels: (metric) => get('labels', of(metric)),
        values: (label, metric) => get(
            `label/${encodeURIComponent(label)}/values`, of(metric)),
    };
}

function Offers({ list, at, take }) {
    return html`<ul class="offers" role="listbox" id="offers"
        aria-label="What may follow">${list.map((each, nth) => html`
        <li key=${`${each.kind} ${each.text}`} role="option" id="offer-${nth}"
            aria-selected=${nth === at} onMouseDown=${(event) => {
                event.preventDefault();
                take(each);
            }}>${each.text}<small>${each.kind}</small></li>`)}</ul>`;
}

/* Shows 'error', and its place under the line that it is in. */
function Wrong({ error, text }) {
    if (!error)
        return null;
    const { line, column } = error.position ?? {};
    const lines = text.split('\n');
    if (line)
        lines.splice(line, 0, `${' '.repeat(column - 1)}^`);
    return html`<div class="trouble" role="alert">
        ${line && html`<pre>${lines.join('\n')}</pre>`}
        ${error.message}</div>`;
}

export function Editor({ value, run, error, past }) {
    const area = useRef(null);
    const [text, setText] = useState(value);
    const [list, setList] = useState([]);
    const [at, setAt] = useState(-1);
    const spot = useRef(null);
    const turn = useRef(0);
    const lists = useMemo(makeLists, []);

    useEffect(() => setText(value), [value]);
    const close = () => {
        turn.current++;
        setList([]);
        setAt(-1);
    };
    const look = async () => {
        const mine = ++turn.current;
        spot.current = placeOf(
            area.current.value.slice(0, area.current.selectionStart));
        const found = await offers(spot.current, lists);
        if (mine === turn.current) {
            setList(found);
            setAt(-1);
        }
    };
    const take = (offer) => {
        const next = taken(area.current.value, area.current.selectionStart,
                           spot.current, offer);
        area.current.value = next.text;
        area.current.setSelectionRange(next.cursor, next.cursor);
        setText(next.text);
        close();
    };
    const start = () => {
        close();
        run(area.current.value.trim());
    };
    const press = (event) => {
        const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (move && list.length) {
            event.preventDefault();
            setAt((at + move + list.length) % list.length);
        } else if ((event.key === 'Enter' || event.key === 'Tab') &&
                   list.length && at >= 0) {
            event.preventDefault();
            take(list[at]);
        } else if (event.key === 'Tab' && list.length && !event.shiftKey) {
            event.preventDefault();
            take(list[0]);
        } else if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            start();
        } else if (event.key === 'Escape')
            close();
    };
    return html`<form class="editor" onSubmit=${(event) => {
            event.preventDefault();
            start();
        }}><label><span class="unseen">Question in PromQL</span>
        <textarea id="question" ref=${area} rows="3" spellcheck="false"
            autocapitalize="off" autocomplete="off" value=${text}
            placeholder="rate(node_network_receive_bytes_total[1m])"
            role="combobox" aria-expanded=${list.length > 0}
            aria-controls="offers" aria-autocomplete="list"
            aria-activedescendant=${at >= 0 ? `offer-${at}` : undefined}
            onInput=${(event) => {
                setText(event.currentTarget.value);
                look();
            }} onKeyDown=${press} onBlur=${close}></textarea></label>
        ${list.length > 0 && html`<${Offers} list=${list} at=${at}
            take=${take} />`}
        <p><button type="submit">Ask</button>
        ${past.length > 0 && html`${' '}<label>Asked before${' '}
            <select onChange=${(event) => run(event.currentTarget.value)}>
            <option value="">…</option>${past.map((each) => html`<option
                key=${each} value=${each}>${each.slice(0, 90)}</option>`)}
            </select></label>`}</p>
        <${Wrong} error=${error} text=${value} /></form>`;
}
