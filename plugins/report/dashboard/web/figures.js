/* figures.js - what a line of a chart comes to */

const known = (values) => values.filter((each) => each !== null);

/* Least, mean, greatest and last of what is there; the least and the greatest
 * of the samples themselves, where they are known. */
export function figures({ values, low, high }) {
    const there = known(values);
    if (there.length === 0)
        return { min: null, avg: null, max: null, last: null };
    return {
        min: known(low ?? values).reduce((a, b) => Math.min(a, b)),
        avg: there.reduce((a, b) => a + b) / there.length,
        max: known(high ?? values).reduce((a, b) => Math.max(a, b)),
        last: there.at(-1),
    };
}

/* What tells series apart: the labels that are not the same in all. */
export function namesOf(all) {
    const first = all[0] ?? {};
    const names = new Set(all.flatMap(Object.keys));
    names.delete('__name__');
    const telling = [...names].filter(
        (name) => all.some((labels) => labels[name] !== first[name])).sort();
    const metric = all.some((each) => each.__name__ !== first.__name__);
    return all.map((labels) => {
        const parts = telling.filter((name) => labels[name] !== undefined)
            .map((name) => telling.length > 1 ? `${name}=${labels[name]}`
                : labels[name]);
        if (metric && labels.__name__)
            parts.unshift(labels.__name__);
        return parts.join(' ') || labels.__name__ || 'value';
    });
}

/* Sorts texts as people do: numbers by what they are worth. */
export function compare(a, b) {
    return (Number(a) - Number(b)) ||
        a.localeCompare(b, undefined, { numeric: true });
}
