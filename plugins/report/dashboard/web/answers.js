/* answers.js - what a panel's questions are answered with
 *
 * First all of it is asked for; then new points come by themselves, and only
 * where they stay away all is asked for again.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { askRange, put } from './ask.js';
import { listen } from './live.js';

const BEHIND = 3; /* steps that pushed points may be late */

const keyOf = (labels) => JSON.stringify(Object.entries(labels).sort());

/* A question and its edges, as {expr, edges}: one after another. */
const textsOf = (queries) => queries.flatMap(
    ({ expr, edges = [] }) => [expr, ...edges]);

/* Asks a question, and where it has edges for the least and the greatest in
 * each step, which its series get as 'low' and 'high'. */
async function askWhole({ expr, edges = [] }, grid, signal) {
    const [answer, ...sides] = await Promise.all([expr, ...edges].map((each) =>
        askRange(each, grid, signal)));
    const [low, high] = sides.map(({ series }) => new Map(series.map(
        ({ labels, values }) => [keyOf(labels), values])));
    for (const each of answer.series) {
        each.low = low?.get(keyOf(each.labels));
        each.high = high?.get(keyOf(each.labels));
    }
    return answer;
}

/* The grid whose last point is at 'end'. */
const moved = (grid, end) => ({ ...grid, end,
                                start: end - (grid.count - 1) * grid.step });

function shifted(values, by) {
    return values && [...values.slice(by),
                      ...new Array(Math.min(by, values.length)).fill(null)];
}

const SIDES = ['values', 'low', 'high'];

/* The answer to one question with what came for it and for its edges. */
function merged(answer, news, before, grid) {
    const by = Math.round((grid.end - before.end) / grid.step);
    const series = answer.series.map((each) => ({ ...each,
        values: shifted(each.values, by), low: shifted(each.low, by),
        high: shifted(each.high, by) }));
    const known = new Map(series.map((each) => [keyOf(each.labels), each]));
    news.forEach((part, side) => {
        for (const { labels, points } of part?.series ?? []) {
            const name = SIDES[side];
            let one = known.get(keyOf(labels));
            if (!one) {
                one = { labels, values: new Array(grid.count).fill(null) };
                known.set(keyOf(labels), one);
                series.push(one);
            }
            one[name] ??= new Array(grid.count).fill(null);
            put(points, one[name], grid);
        }
    });
    return { ...answer, series: series.filter((each) =>
        each.values.some((value) => value !== null)) };
}

/* The state after 'news' of all questions came. */
function grown(state, queries, news) {
    const end = Math.max(...news.map((each) => each?.time ?? 0));
    if (!state.answers || end < state.grid.end)
        return state;
    const grid = moved(state.grid, end);
    let at = 0;
    const answers = state.answers.map((answer, nth) => {
        const count = 1 + (queries[nth].edges?.length ?? 0);
        const own = news.slice(at, at += count);
        return merged(answer, own, state.grid, grid);
    });
    return { answers, grid };
}

/* Whether what is there is of the same questions, and not far behind. */
const fresh = (state, kind, grid) => state.kind === kind && !state.error &&
    grid.end >= state.grid.end - grid.step &&
    grid.end - state.grid.end <= BEHIND * grid.step;

/* Asks all questions of a panel, again when one of them or the grid changes.
 * The old answer stays until the new one is there; while one is due, what has
 * become of the grid meanwhile waits, unless it shows another time. */
export function useAnswers(queries, grid, awake, live) {
    const [state, setState] = useState({});
    const work = useRef({}).current;
    const kind = JSON.stringify([queries, grid.step, grid.count]);
    work.wanted = { queries, grid, kind,
                    text: JSON.stringify([queries, grid]) };

    async function run(abort) {
        work.busy = abort;
        for (let done = null; done !== work.wanted.text;) {
            const { queries: now, grid: on, kind: of, text } = work.wanted;
            const answers = await Promise.all(now.map((each) =>
                askWhole(each, on, abort.signal)));
            setState({ answers, grid: on, kind: of });
            done = text;
        }
    }

    useEffect(() => () => work.busy?.abort(), [kind]);
    useEffect(() => {
        if (!awake || (work.busy && !work.busy.signal.aborted) ||
            (live && fresh(state, kind, grid)))
            return;
        const abort = new AbortController();
        run(abort).catch((error) => {
            if (error.name !== 'AbortError')
                setState((was) => ({ ...was, error }));
        }).finally(() => {
            if (work.busy === abort)
                work.busy = null;
        });
    }, [work.wanted.text, awake, live]);
    useEffect(() => awake && live
        ? listen(textsOf(queries), grid.step, (news) => setState((was) =>
            was.kind === kind ? { ...grown(was, queries, news), kind } : was))
        : undefined, [kind, awake, live]);
    return state;
}
