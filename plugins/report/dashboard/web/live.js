/* live.js - new points, pushed by the server
 *
 * All questions on the page with the same step share one stream.  It is opened
 * anew when they change; without it, panels ask by themselves.
 */
import { points } from './ask.js';

const SETTLE = 300;  /* ms: panels come one after another */
const AGAIN = 5000;  /* ms until a stream that ended is tried again */

const hearers = new Set();
let stream = null;
let timer = null;

/* Calls hear(answers) with what is new of the questions 'texts', each as
 * {time, series} or undefined.  Returns what ends that. */
export function listen(texts, step, hear) {
    const hearer = { texts, step, hear };
    hearers.add(hearer);
    soon(SETTLE);
    return () => {
        hearers.delete(hearer);
        soon(SETTLE);
    };
}

function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(renew, wait);
}

/* Panels of a page have one step; for a moment there may be old ones. */
function wanted() {
    const step = [...hearers].at(-1)?.step;
    const texts = [...hearers].filter((each) => each.step === step)
        .flatMap((each) => each.texts);
    return { step, texts: [...new Set(texts)].sort() };
}

function renew() {
    const { step, texts } = wanted();
    const key = JSON.stringify([step, texts]);
    if (stream?.key === key)
        return;
    stream?.abort.abort();
    stream = texts.length && !document.hidden
        ? { key, step, texts, abort: new AbortController() } : null;
    if (stream)
        run(stream).catch(() => {}).finally(() => {
            if (stream?.key === key) {
                stream = null;
                soon(AGAIN);
            }
        });
}

document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
        stream?.abort.abort();
        stream = null;
    } else
        soon(0);
});

async function run({ step, texts, abort }) {
    const body = new URLSearchParams({ step });
    for (const each of texts)
        body.append('query', each);
    const answer = await fetch('api/v1/live', {
        method: 'POST', body, signal: abort.signal });
    if (!answer.ok)
        return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
        const { value, done } = await reader.read();
        if (done)
            return;
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const event of events)
            tell(event, step, texts);
    }
}

function tell(event, step, texts) {
    const data = event.split('\n').filter((each) => each.startsWith('data: '))
        .map((each) => each.slice(6)).join('');
    if (!data)
        return;
    const answers = new Map();
    JSON.parse(data).answers.forEach((answer, at) => {
        if (answer?.result)
            answers.set(texts[at], {
                time: answer.time,
                series: answer.result.map(({ metric, values }) =>
                    ({ labels: metric, points: points(values) })) });
    });
    for (const each of hearers)
        if (each.step === step)
            each.hear(each.texts.map((text) => answers.get(text)));
}
