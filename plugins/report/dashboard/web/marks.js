/* marks.js - where a program began anew, and where it became another version
 */
import { useEffect, useState } from 'preact/hooks';
import { askRange } from './ask.js';

const MOST = 50; /* of a kind; more would hide the lines */

/* When each start was, of those within the grid. */
function starts(series, grid) {
    const found = new Set();
    for (const { values } of series) {
        let before = null;
        for (const value of values) {
            if (value !== null && before !== null && value > before)
                found.add(value);
            before = value ?? before;
        }
    }
    return [...found].filter((time) => time >= grid.start)
        .map((time) => ({ time, text: 'start' }));
}

const versionOf = ({ version, revision, goversion }) =>
    version ?? revision ?? goversion ?? '';

/* Where a metric that tells a version begins with other labels than before. */
function versions(series, grid) {
    const found = new Map();
    for (const { labels, values } of series) {
        const first = values.findIndex((each) => each !== null);
        const others = series.some((each) => each.labels !== labels &&
            each.labels.__name__ === labels.__name__ &&
            each.values.slice(0, first).some((value) => value !== null));
        if (first > 0 && others)
            found.set(first, `version ${versionOf(labels)}`);
    }
    return [...found].map(([at, text]) => ({
        time: grid.start + at * grid.step, text }));
}

const KINDS = [
    [starts, (names) => names.has('process_start_time_seconds') &&
        'process_start_time_seconds{$who}'],
    [versions, (names) =>
        [...names].some((each) => /_build_info$/.test(each)) &&
        '{__name__=~".+_build_info",$who}'],
];

/* The marks of who fits the matchers 'who', which has metrics 'names'. */
export function useMarks(who, names, grid) {
    const [marks, setMarks] = useState([]);
    const asked = names ? KINDS.map(([, ask]) => ask(names)) : [];
    const key = JSON.stringify([who, asked, grid]);
    useEffect(() => {
        const abort = new AbortController();
        Promise.all(KINDS.map(async ([read], nth) => {
            if (!asked[nth])
                return [];
            const { series } = await askRange(
                asked[nth].replace('$who', who), grid, abort.signal);
            return read(series, grid).slice(-MOST);
        })).then((found) => setMarks(found.flat()
            .sort((a, b) => a.time - b.time))).catch(() => {});
        return () => abort.abort();
    }, [key]);
    return marks;
}
