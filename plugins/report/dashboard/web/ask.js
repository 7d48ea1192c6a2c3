/* ask.js - questions to the server */

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
    error.position = place ? { line: Number(place[1]), column: Number(place[2]) }
        : undefined;
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
    let answer;
    try {
        answer = await fetch(`api/v1/${path}?${body}`, { signal });
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

/* Puts a series' points on the grid; what is not there is null. */
function place(points, grid) {
    const values = new Array(grid.count).fill(null);
    for (const [time, text] of points) {
        const at = Math.round((time - grid.start) / grid.step);
        const value = text === '+Inf' ? Infinity
            : text === '-Inf' ? -Infinity : Number(text);
        if (at >= 0 && at < grid.count && Number.isFinite(value))
            values[at] = value;
    }
    return values;
}

/* Returns [{labels, values}] on the grid, and the warnings. */
export async function askRange(query, grid, signal) {
    const { data, warnings } = await ask('query_range', {
        query, start: grid.start, end: grid.end, step: grid.step }, signal);
    const series = data.result.map((each) => ({
        labels: each.metric, values: place(each.values, grid) }));
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
