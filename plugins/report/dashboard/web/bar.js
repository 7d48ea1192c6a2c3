/* bar.js - the head of each page: where to go, which time, how often anew */
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { address, change, follow, kept } from './place.js';
import { RANGES, RANGE_DEFAULT, between, clock, scaled, shifted,
         told } from './span.js';

const PAGES = [[undefined, 'Overview'], ['explore', 'Explore'],
               ['query', 'Query']];

const REFRESHES = [[undefined, 'live'], ['5', '5 s'], ['30', '30 s'],
                   ['300', '5 min'], ['off', 'off']];

const KEYS = [
    ['/', 'search'], ['r', 'refresh'], ['← →', 'earlier, later'],
    ['+ −', 'closer, further away'], ['0', 'back to before zooming'],
    ['o e q', 'overview, explore, query'], ['?', 'this help'],
    ['Esc', 'close'],
];

/* Of a field of the form, in the browser's zone; NaN when it is no time. */
const timeOf = (text) => new Date(text.trim().replace(' ', 'T')).getTime() /
    1000;

function Absolute({ span, done }) {
    const from = useRef(null), to = useRef(null);
    const [wrong, setWrong] = useState('');
    const submit = (event) => {
        event.preventDefault();
        const begin = timeOf(from.current.value);
        const end = timeOf(to.current.value);
        if (!(end > begin)) {
            setWrong('Two times are due, such as 2026-11-22 14:05:00, the ' +
                     'earlier one first.');
            return;
        }
        setWrong('');
        change(between(begin, end));
        done();
    };
    return html`<form onSubmit=${submit}><label>From <input ref=${from}
            value=${clock(span.from)} /></label>
        <label>To <input ref=${to} value=${clock(span.to)} /></label>
        ${wrong && html`<p class="trouble" role="alert">${wrong}</p>`}
        <button type="submit">Show</button></form>`;
}

function Picker({ place, span }) {
    const details = useRef(null);
    const done = () => {
        details.current.open = false;
        details.current.querySelector('summary').focus();
    };
    const choose = (range) => {
        change({ range, from: undefined, to: undefined });
        done();
    };
    return html`<details class="picker" ref=${details} onKeyDown=${(event) =>
        event.key === 'Escape' && done()}>
        <summary>${told(span, place)}</summary><div>
        <p class="ranges">${RANGES.map((each) => html`<button type="button"
            key=${each} aria-pressed=${span.live &&
                (place.range ?? RANGE_DEFAULT) === each}
            onClick=${() => choose(each)}>${each}</button>`)}</p>
        <${Absolute} key=${`${span.from}`} span=${span} done=${done} /></div>
        </details>`;
}

export function Help({ close }) {
    const dialog = useRef(null);
    useEffect(() => {
        dialog.current.showModal();
    }, []);
    return html`<dialog ref=${dialog} onClose=${close} aria-labelledby="help">
        <h2 id="help">Keys and mouse</h2><dl>${KEYS.map(([key, text]) => html`
            <dt key=${key}><kbd>${key}</kbd></dt><dd>${text}</dd>`)}
        <dt>drag</dt><dd>zoom into a chart</dd>
        <dt>double click</dt><dd>back to before zooming</dd>
        <dt>click on a line's name</dt><dd>that line alone; with Ctrl: hide or
            show it</dd></dl>
        <button type="button" onClick=${() => dialog.current.close()}>Close
        </button></dialog>`;
}

export function Bar({ place, span, paused, refresh, help }) {
    return html`<header class="bar"><nav aria-label="Pages">
        ${PAGES.map(([page, title]) => html`<a key=${title}
            href=${address({ ...kept(place), page })} onClick=${follow}
            aria-current=${place.page === page ? 'page' : undefined}>
            ${page ? title : html`<b>weir</b>`}${page ? '' : html`
            <span class="unseen"> overview</span>`}</a>`)}</nav>
        <div class="time"><button type="button" aria-label="Earlier"
            onClick=${() => change(shifted(span, -0.5))}>‹</button>
        <${Picker} place=${place} span=${span} />
        <button type="button" aria-label="Later"
            onClick=${() => change(shifted(span, 0.5))}>›</button>
        <button type="button" aria-label="Further away"
            onClick=${() => change(scaled(span, 2))}>−</button>
        <button type="button" aria-label="Closer"
            onClick=${() => change(scaled(span, 0.5))}>+</button></div>
        <div class="time"><label><span class="unseen">Refresh</span><select
            value=${place.refresh ?? ''} onChange=${(event) => change({
                refresh: event.currentTarget.value }, true)}>
            ${REFRESHES.map(([value, title]) => html`<option key=${title}
                value=${value ?? ''}>${title}</option>`)}</select></label>
        <span class="paused" role="status">${paused}</span>
        <button type="button" onClick=${refresh}>Refresh</button>
        <button type="button" aria-label="Help" onClick=${help}>?</button>
        </div></header>`;
}
