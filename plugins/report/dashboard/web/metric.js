/* metric.js - how to look at a metric, by what kind it is */
import { quoted } from './ask.js';
import { unitOf } from './unit.js';

const WINDOW_LEAST = 60; /* seconds: rates need some samples */
const SEVERAL = 15;      /* seconds: such a step may have several samples */

const QUANTILES = [['0.5', 'half'], ['0.95', '95 %'], ['0.99', '99 %']];

/* A metric's name in a question; of names that are no words, in quotes. */
function selector(name, matchers, suffix = '') {
    const whole = name + suffix;
    const list = Object.entries(matchers).map(
        ([label, value]) => `${label}=${quoted(value)}`);
    if (/^[a-zA-Z_:][\w:]*$/.test(whole))
        return `${whole}${list.length ? `{${list.join(',')}}` : ''}`;
    return `{${[quoted(whole), ...list].join(',')}}`;
}

const by = (labels) => labels.length
    ? ` by (${labels.map((each) => /^[a-zA-Z_]\w*$/.test(each) ? each
        : quoted(each)).join(', ')})` : '';

/* What the suffix of a series' name says, where no metadata does. */
export function typeOf(name, told) {
    if (told && told !== 'unknown' && told !== 'untyped')
        return told;
    return /_total$/.test(name) ? 'counter' : 'gauge';
}

/* The names of series as metrics: a histogram's parts are one. */
export function metricsOf(names, metadata) {
    const found = new Map();
    for (const name of names) {
        const base = name.replace(/_(bucket|sum|count)$/, '');
        const type = metadata[base]?.[0].type;
        const whole = type === 'histogram' || (type === 'summary' &&
                                               base !== name);
        const own = whole ? base : name;
        const { help = '', unit = '' } = metadata[own]?.[0] ??
            metadata[name.replace(/_total$/, '')]?.[0] ?? {};
        if (!found.has(own))
            found.set(own, { name: own, help, unit,
                             type: typeOf(own, metadata[own]?.[0].type) });
    }
    return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

/* Questions and unit of a metric: how fast counters grow, the mean of gauges,
 * between the least and the greatest, the quantiles of histograms; apart by
 * 'labels', and of 'most' series only the greatest, where there are more. */
export function view(metric, { matchers = {}, labels = [], step, most }) {
    const window = Math.max(WINDOW_LEAST, step);
    const { name, type } = metric;
    const few = (text) => most ? `topk(${most}, ${text})` : text;
    const rate = (suffix) =>
        `rate(${selector(name, matchers, suffix)}[${window}s])`;
    if (type === 'histogram')
        return { unit: unitOf(name, 'gauge', metric.unit),
                 queries: QUANTILES.map(([share, title]) => ({
                     name: title,
                     expr: few(`histogram_quantile(${share}, sum` +
                         `${by([...labels, 'le'])} (${rate('_bucket')}))`),
                 })) };
    if (type === 'counter' || /_(count|sum)$/.test(name))
        return { unit: unitOf(name, 'counter', metric.unit),
                 queries: [{ expr: few(`sum${by(labels)} (${rate('')})`) }] };
    if (type === 'summary')
        return { unit: unitOf(name, 'gauge', metric.unit),
                 queries: [{ expr: few('avg' + by([...labels, 'quantile']) +
                     ` (${selector(name, matchers)})`) }] };
    const over = (kind) => step < SEVERAL ? selector(name, matchers)
        : `${kind}_over_time(${selector(name, matchers)}[${window}s])`;
    const edge = (kind) => `${kind} (${over(kind)})`;
    return { unit: unitOf(name, 'gauge', metric.unit),
             queries: [{ expr: few(`avg${by(labels)} (${over('avg')})`),
                         edges: labels.length || most ? []
                             : [edge('min'), edge('max')] }] };
}

/* The selector of all series of a metric, for lists of labels. */
export const everything = (metric, matchers) => selector(
    metric.name, matchers, metric.type === 'histogram' ? '_bucket' : '');
