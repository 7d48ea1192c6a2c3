/* unit.js - numbers as people read them, by their unit */

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const TIMES = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's'], [1e-3, 'ms'],
               [1e-6, 'µs'], [1e-9, 'ns']];

/* Three digits that mean something, without zeros at the end. */
function digits(number) {
    const size = Math.abs(number);
    if (size === 0)
        return '0';
    if (size < 1e-3 || size >= 1e6)
        return number.toPrecision(3).replace(/\.?0+(e|$)/, '$1');
    const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    const text = number.toFixed(places);
    return places ? text.replace(/\.?0+$/, '') : text;
}

function scaled(number, base, names) {
    let at = 0;
    while (Math.abs(number) >= base && at < names.length - 1) {
        number /= base;
        at++;
    }
    return [digits(number), names[at]];
}

function time(number) {
    const size = Math.abs(number);
    const [length, name] = TIMES.find(([least]) => size >= least) ??
        (size === 0 ? [1, 's'] : TIMES.at(-1));
    return `${digits(number / length)} ${name}`;
}

const date = (number) => new Date(number * 1000).toLocaleString('sv');

const WRITERS = {
    date,
    ratio: (number) => `${digits(number * 100)} %`,
    percent: (number) => `${digits(number)} %`,
    bytes: (number) => scaled(number, 1024, BINARY).join(' '),
    'bytes/s': (number) => `${scaled(number, 1024, BINARY).join(' ')}/s`,
    seconds: time,
    '1/s': (number) => `${scaled(number, 1000, DECIMAL).join(' ').trim()}/s`,
    count: (number) => scaled(number, 1000, DECIMAL).join(' ').trim(),
};

/* What is no number is a dash, and infinities say so. */
export function show(number, unit) {
    if (number === null || number === undefined || Number.isNaN(number))
        return '–';
    if (!Number.isFinite(number))
        return number > 0 ? '∞' : '−∞';
    return (WRITERS[unit] ?? WRITERS.count)(number);
}

/* How fast a figure changes: told by the hour, which people can picture. */
export function showRate(number, unit) {
    if (number === null || number === undefined || !Number.isFinite(number))
        return '–';
    const hourly = number * 3600;
    const text = show(Math.abs(hourly), unit);
    return `${hourly < 0 ? '−' : '+'}${text}/h`;
}

const MOMENT = /(_(boot|start|modified)_time|_timestamp|^node_time)_seconds$/;

/* The unit that a metric's name ends in tells, or its metadata. */
export function unitOf(name, type, unit) {
    if (type !== 'counter' && MOMENT.test(name))
        return 'date';
    const counted = type === 'counter' || /_total$/.test(name);
    const plain = name.replace(/_(total|sum|bucket|count)$/, '');
    const found = unit || (/_(bytes|seconds|ratio|percent)$/.exec(plain) ??
        [])[1];
    if (found === 'bytes')
        return counted ? 'bytes/s' : 'bytes';
    if (found === 'seconds')
        return counted ? 'ratio' : 'seconds';
    if (counted)
        return '1/s';
    return found in WRITERS ? found : 'count';
}
