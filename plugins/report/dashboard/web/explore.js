/* explore.js - all metrics without a question, then one of them by its labels
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { useAsked } from './asked.js';
import { html } from './html.js';
import { everything, metricsOf, view } from './metric.js';
import { Panel } from './panel.js';
import { address, change, follow, kept } from './place.js';
import { gridFor } from './span.js';

const PANELS = 24;       /* of the grid, at first */
const LINES = 20;        /* of a label that has more values than can be told */
const VALUES = 2000;     /* of a label that are counted */
const GROUPS = 24;       /* prefixes to choose from */

/* Asks 'path'; of other parameters nothing is known yet. */
function useList(path, params) {
    const { value, error, current } = useAsked(
        JSON.stringify([path, params]), (signal) => ask(path, params, signal));
    return current ? { data: value?.data, error } : {};
}

/* The span as the lists of names need it: it does not change each second. */
function coarse(span) {
    const step = Math.max(60, (span.to - span.from) / 4);
    return { start: Math.floor(span.from / step) * step,
             end: Math.ceil(span.to / step) * step };
}

/* The first words of names, and how many begin so; the most at first. */
function prefixes(metrics) {
    const counts = new Map();
    for (const { name } of metrics) {
        const [prefix] = /^[^_]+_[^_]+/.exec(name) ?? [name];
        counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).slice(0, GROUPS)
        .sort((a, b) => a[0] < b[0] ? -1 : 1);
}

function Finder({ place, metrics }) {
    const input = useRef(null);
    return html`<div class="finder"><label>Search <input type="search"
            id="search" ref=${input} value=${place.search ?? ''}
            autocomplete="off" onInput=${() => change({
                search: input.current.value }, true)} /></label>
        <span role="group" aria-label="Metrics that begin with">
        ${prefixes(metrics).map(([prefix, count]) => html`<button type="button"
            key=${prefix} aria-pressed=${place.prefix === prefix}
            onClick=${() => change({ prefix: place.prefix === prefix
                ? undefined : prefix }, true)}>${prefix}
            ${' '}<small>${count}</small></button>`)}</span></div>`;
}

function fits(metric, place) {
    const words = (place.search ?? '').toLowerCase().split(/\s+/);
    const text = `${metric.name} ${metric.help}`.toLowerCase();
    return (!place.prefix || metric.name === place.prefix ||
            metric.name.startsWith(`${place.prefix}_`)) &&
        words.every((each) => text.includes(each));
}

function Grid({ place, span, grid, metrics }) {
    const [most, setMost] = useState(PANELS);
    const found = metrics.filter((each) => fits(each, place));
    return html`<${Finder} place=${place} metrics=${metrics} />
        <p class="note" role="status">${found.length} of ${metrics.length}
        ${' '}metrics. Counters are shown as rates, gauges as their mean,
        histograms as quantiles.</p>
        <div class="panels">${found.slice(0, most).map((each) => html`
            <${Panel} key=${each.name} title=${each.name} help=${each.help}
                link=${address({ ...kept(place), page: 'explore',
                                 metric: each.name })}
                ...${view(each, { step: grid.step })} grid=${grid}
                span=${span} />`)}</div>
        ${found.length > most && html`<p><button type="button"
            onClick=${() => setMost(most * 2)}>Show more of
            ${' '}${found.length}</button></p>`}`;
}

/* One label's panel: a line for each of its values. */
function ByLabel({ metric, label, matchers, span, grid, choose }) {
    const values = useList(`label/${encodeURIComponent(label)}/values`, {
        'match[]': everything(metric, matchers), limit: VALUES + 1,
        ...coarse(span) });
    const count = values.data?.length ?? 0;
    if (values.data && count < 2)
        return null;
    const told = count > VALUES ? `more than ${VALUES}` : count;
    const points = gridFor(span, grid.count,
                           count > VALUES ? Infinity : count);
    return html`<${Panel} title="by ${label}" grid=${points} span=${span}
            help="A line for each value of the label ${label}."
            awake=${Boolean(values.data)}
            extra=${count > LINES && html`<p class="note">The greatest
                ${' '}${LINES} of ${told} values.</p>`}
            ...${view(metric, { matchers, labels: [label],
                                step: points.step,
                                most: count > LINES ? LINES : 0 })}
            onLine=${(labels) => labels[label] !== undefined &&
                     choose(label, labels[label])} />`;
}

const FILTER = 'is.'; /* before a label's name, in the address */

function matchersOf(place) {
    return Object.fromEntries(Object.entries(place)
        .filter(([name]) => name.startsWith(FILTER))
        .map(([name, value]) => [name.slice(FILTER.length), value]));
}

function Filters({ matchers }) {
    const all = Object.entries(matchers);
    return all.length > 0 && html`<p class="finder"><span role="group"
        aria-label="Only series with">${all.map(([name, value]) => html`
        <button type="button" key=${name} title="Take this condition away"
            onClick=${() => change({ [FILTER + name]: undefined })}>
            ${name} = ${value} ✕</button>`)}</span></p>`;
}

function One({ place, span, grid, metric }) {
    const matchers = matchersOf(place);
    const labels = useList('labels', {
        'match[]': everything(metric, matchers), ...coarse(span) });
    const whole = view(metric, { matchers, step: grid.step });
    const choose = (name, value) => change({ [FILTER + name]: value });
    const names = (labels.data ?? []).filter((each) =>
        each !== '__name__' && each !== 'le' && each !== 'quantile' &&
        !(each in matchers));
    return html`<h1>${metric.name} <small>${metric.type}</small></h1>
        <p class="note">${metric.help}${' '}<a href=${address({
            ...kept(place), page: 'query', q: whole.queries[0].expr })}
            onClick=${follow}>Ask about it</a></p>
        <${Filters} matchers=${matchers} />
        ${labels.error && html`<p class="trouble" role="alert">
            ${labels.error.message}</p>`}
        <div class="panels"><${Panel} title="all together" grid=${grid}
            span=${span} help=${metric.help} ...${whole} />
        ${names.map((each) => html`<${ByLabel} key=${each} metric=${metric}
            label=${each} matchers=${matchers} span=${span} grid=${grid}
            choose=${choose} />`)}</div>`;
}

export function Explore({ place, span, grid }) {
    const names = useList('label/__name__/values', coarse(span));
    const metadata = useList('metadata', {});
    const title = place.metric ?? 'Explore';
    const metrics = names.data && (metadata.data || metadata.error)
        ? metricsOf(names.data, metadata.data ?? {}) : undefined;

    useEffect(() => {
        document.title = `${title} – weir`;
    }, [title]);
    if (names.error)
        return html`<main><p class="trouble" role="alert">
            ${names.error.message}</p></main>`;
    if (!metrics)
        return html`<main aria-busy="true"></main>`;
    if (metrics.length === 0)
        return html`<main><p class="empty">Nothing was stored in this
            time.</p></main>`;
    const metric = metrics.find((each) => each.name === place.metric) ??
        (place.metric && { name: place.metric, type: 'gauge', help: '' });
    return html`<main>${metric
        ? html`<${One} key=${metric.name} place=${place} span=${span}
            grid=${grid} metric=${metric} />`
        : html`<h1 class="unseen">Explore</h1><${Grid} place=${place}
            span=${span} grid=${grid} metrics=${metrics} />`}</main>`;
}
