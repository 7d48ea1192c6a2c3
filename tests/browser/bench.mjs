/* bench.mjs - what the pages cost a browser
 *
 *     node bench.mjs http://127.0.0.1:9347
 *
 * Prints JSON: milliseconds but where it says bytes, medians of several runs;
 * and the questions that the page of a host asks, for who plays many of them.
 */
import { chromium } from 'playwright-core';

const [, , origin, liveSeconds = '60'] = process.argv;
const ROUNDS = 7;
const MOVES = 200;

const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'] });

const address = (place) => `${origin}/?${new URLSearchParams(place)}`;

/* A script that notes when, in the page's time, the condition first held. */
const watch = (condition) => `(function look() {
    if (${condition})
        globalThis.heldAt = performance.now();
    else
        requestAnimationFrame(look);
})()`;

/* Opens a page, and returns it and when the condition held. */
async function opened(place, condition, viewport) {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.addInitScript(watch(condition));
    await page.goto(address(place));
    for (;;) {
        const time = await page.evaluate(() => globalThis.heldAt);
        if (time !== undefined)
            return { page, time };
        await page.waitForTimeout(20);
    }
}

/* Milliseconds from the first byte asked for to where the condition holds. */
async function opening(place, condition, viewport) {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
        const { page, time } = await opened(place, condition, viewport);
        times.push(time);
        await page.context().close();
    }
    return median(times);
}

async function metrics(session) {
    const { metrics: list } = await session.send('Performance.getMetrics');
    return Object.fromEntries(list.map((each) => [each.name, each.value]));
}

async function heap(session) {
    await session.send('HeapProfiler.collectGarbage');
    return (await metrics(session)).JSHeapUsedSize;
}

/* Script time of moves of the mouse over a chart, all others with it. */
async function moving(place) {
    const { page } = await opened({ ...place, refresh: 'off' }, ALL, WIDE);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const box = await page.locator('.u-over').first().boundingBox();
    const before = await metrics(session);
    for (let move = 0; move < MOVES; move++)
        await page.mouse.move(box.x + box.width * move / MOVES, box.y + 40);
    const after = await metrics(session);
    const charts = await page.locator('.u-over').count();
    await page.getByRole('button', { name: /as a table$/ }).first().click();
    const note = await page.locator('.numbers p').textContent();
    const rows = await page.locator('.numbers tbody tr').count();
    const lines = await page.locator('.legend tbody tr').count();
    await page.close();
    return { charts, points: lines * rows * Number(/\d+/.exec(note)[0]),
             script: (after.ScriptDuration - before.ScriptDuration) * 1000 };
}

/* The heap before and after some time of live points. */
async function living(place) {
    const { page } = await opened(place, ALL, WIDE);
    const posted = [];
    page.on('request', (request) => {
        if (/api\/v1\/live/.test(request.url()))
            posted.push(request.postData());
    });
    await page.reload();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await page.waitForTimeout(10000);
    const before = await heap(session);
    await page.waitForTimeout(Number(liveSeconds) * 1000);
    const after = await heap(session);
    await page.close();
    return { before, after, question: posted.at(-1) };
}

const WIDE = { width: 1920, height: 6000 };
const ALL = 'document.querySelectorAll(".panel").length > 10 && ' +
    'document.querySelectorAll(".panel[aria-busy=true]").length === 0 && ' +
    'document.querySelectorAll("canvas").length === ' +
    'document.querySelectorAll(".panel").length';

const list = await (await fetch(`${origin}/api/v1/series?` +
    new URLSearchParams({ 'match[]': 'node_load1' }))).json();
const { instance, job } = list.data[0];
const host = { page: 'host', instance, job, range: '7d' };

const found = {
    first_figures: await opening({}, 'document.querySelector("td b")',
                                 { width: 1280, height: 900 }),
    host_7d: await opening(host, ALL, WIDE),
    moves: await moving({ page: 'explore', metric: 'bench_wide', range: '7d' }),
    live: await living({ ...host, range: '5m' }),
};
await browser.close();
console.log(JSON.stringify(found));
