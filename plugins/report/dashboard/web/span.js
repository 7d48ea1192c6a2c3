/* span.js - spans of time: "6h" up to now, or from one time to another
 *
 * All times are seconds since 1970.
 */

const SECONDS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 };

/* What the picker offers. */
export const RANGES = ['5m', '15m', '1h', '3h', '6h', '12h', '1d', '2d', '7d',
                       '14d', '30d', '90d'];

export const RANGE_DEFAULT = '1h';

const LEAST = 10;          /* seconds: closer than this nothing is to be seen */
const MOST = 20 * SECONDS.y;

const SERIES_WHOLE = 1000;
const POINTS_LEAST = 10;

/* Steps on which points lie, so that those of all charts fall together. */
const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800,
               3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

/* "1h30m" in seconds; NaN when it is no duration. */
export function seconds(text) {
    if (!/^(\d+[smhdwy])+$/.test(text))
        return NaN;
    let sum = 0;
    for (const [, count, unit] of text.matchAll(/(\d+)([smhdwy])/g))
        sum += Number(count) * SECONDS[unit];
    return sum;
}

/* 5400 as "1h30m". */
export function duration(length) {
    let rest = Math.round(length);
    let text = '';
    for (const unit of ['w', 'd', 'h', 'm', 's']) {
        const count = Math.floor(rest / SECONDS[unit]);
        if (count)
            text += count + unit;
        rest -= count * SECONDS[unit];
    }
    return text || '0s';
}

/* Where the points of a span lie: at multiples of the step, the last one not
 * after its end. */
export function grid(span, points) {
    const length = span.to - span.from;
    const step = STEPS.find((each) => each * points >= length) ??
        Math.ceil(length / points / 86400) * 86400;
    const end = Math.floor(span.to / step) * step;
    const start = end - Math.floor(length / step) * step;
    return { start, end, step, count: Math.round((end - start) / step) + 1 };
}

/* The same for a question that looks at so many series: at many of them a
 * point for fewer times, so that it can be answered. */
export function gridFor(span, points, series) {
    const share = Math.min(1, SERIES_WHOLE / series);
    return grid(span, Math.max(POINTS_LEAST, Math.floor(points * share)));
}

/* What the address says: {range} or {from, to}, at the time 'now'. */
export function read(place, now) {
    const from = Number(place.from), to = Number(place.to);
    if (place.from && place.to && to - from >= 1 && to - from <= MOST)
        return { from, to, live: false };
    let length = seconds(place.range ?? RANGE_DEFAULT);
    if (!(length >= LEAST && length <= MOST))
        length = seconds(RANGE_DEFAULT);
    return { from: now - length, to: now, live: true };
}

function fixed(from, to) {
    const middle = (from + to) / 2;
    if (to - from < LEAST) {
        from = middle - LEAST / 2;
        to = middle + LEAST / 2;
    }
    return { from: from.toFixed(0), to: Math.ceil(to).toFixed(0),
             range: undefined };
}

/* Changes of the address that show another span. */
export const between = (from, to) => fixed(from, to);

export function shifted(span, share) {
    const by = (span.to - span.from) * share;
    return fixed(span.from + by, span.to + by);
}

export function scaled(span, factor) {
    const length = Math.min((span.to - span.from) * factor, MOST);
    if (span.live)
        return { range: duration(Math.max(length, LEAST)), from: undefined,
                 to: undefined };
    const middle = (span.from + span.to) / 2;
    return fixed(middle - length / 2, middle + length / 2);
}

/* "2026-11-22 14:05:00", in the browser's zone. */
export function clock(time) {
    const date = new Date(time * 1000);
    const two = (number) => String(number).padStart(2, '0');
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-` +
        `${two(date.getDate())} ${two(date.getHours())}:` +
        `${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function told(span, place) {
    if (span.live)
        return `last ${place.range ?? RANGE_DEFAULT}`;
    const from = clock(span.from), to = clock(span.to);
    return from.slice(0, 10) === to.slice(0, 10)
        ? `${from} to ${to.slice(11)}` : `${from} to ${to}`;
}
