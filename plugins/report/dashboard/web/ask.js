/* ask.js - questions to the server */

const PATIENCE = 40000; /* ms; weir itself gives up after 30 s */

/* An answer that is none: 'message' is for people, 'position' where in the
 * question, {line, column} from 1, or undefined. */
export class Refusal extends Error {}

const WORDS = {
    401: 'the server wants to know who asks',
    403: 'the server does not allow this',
    404: 'the server has no such page; is a "report api" configured?',
    422: 'the question cannot be answered',
    503: 'the server is busy, or its storage is away',
};

function refusal(answer, status) {
    const error = new Refusal(answer?.error ?? WORDS[status] ??
                              `the server answered with status ${status}`);
    const place = /(?:^|: )(\d+):(\d+): /.exec(error.message);
    error.status = status;
    error.type = answer?.errorType;
    error.position = place
        ? { line: Number(place[1]), column: Number(place[2]) } : undefined;
    return error;
}

async function readAnswer(answer) {
    try {
        return await answer.json();
    } catch (error) {
        if (error.name === 'AbortError')
            throw error;
        return null;
    }
}

/* Asks, and returns {data, warnings}; throws a Refusal, or an AbortError. */
export async function ask(path, params, signal) {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(params))
        for (const each of [value].flat())
            if (each !== undefined)
                body.append(name, each);
    const late = AbortSignal.timeout(PATIENCE);
    let answer;
    try {
        answer = await fetch(`api/v1/${path}?${body}`, {
            signal: signal ? AbortSignal.any([signal, late]) : late });
    } catch (error) {
        if (error.name === 'AbortError')
            throw error;
        throw new Refusal('weir does not answer; it is tried again');
    }
    const read = await readAnswer(answer);
    if (!answer.ok || read?.status !== 'success')
        throw refusal(read, answer.status);
    return { data: read.data, warnings: read.warnings ?? [] };
}

/* Points as [time, number]; those that are not finite are left out. */
export const points = (values) => values.map(
    ([time, text]) => [time, Number(text)])
    .filter(([, number]) => Number.isFinite(number));

/* Puts points into 'values' on the grid; what is not there stays. */
export function put(found, values, grid) {
    for (const [time, value] of found) {
        const at = Math.round((time - grid.start) / grid.step);
        if (at >= 0 && at < grid.count)
            values[at] = value;
    }
    return values;
}

/* Returns [{labels, values}] on the grid, and the warnings. */
export async function askRange(query, grid, signal) {
    const { data, warnings } = await ask('query_range', {
        query, start: grid.start, end: grid.end, step: grid.step }, signal);
    const series = data.result.map((each) => ({
        labels: each.metric, values: put(points(each.values),
            new Array(grid.count).fill(null), grid) }));
    return { series, warnings };
}

/* Returns [{labels, value}] at an instant. */
export async function askInstant(query, time, signal) {
    const { data } = await ask('query', { query, time }, signal);
    if (data.resultType === 'scalar')
        return [{ labels: {}, value: Number(data.result[1]) }];
    return data.result.map((each) => ({
        labels: each.metric,
        value: Number((each.value ?? each.values.at(-1))[1]) }));
}

/* A text in a question. */
export const quoted = (text) => JSON.stringify(text);
