/* tap.mjs - tests in a real browser that print TAP
 *
 * A test is a sentence and a function that gets a page of its own; when it
 * ends the page's console must be empty and all that it loaded must have come
 * from weir.
 */
import { chromium } from 'playwright-core';
import { mkdirSync } from 'node:fs';

const [, , origin, shots, only] = process.argv;
const PATIENCE = Number(process.env.WEIR_PATIENCE ?? 60) * 1000;
const tests = [];

mkdirSync(shots, { recursive: true });

export { origin };

export function check(truth, words) {
    if (!truth)
        throw new Error(words);
}

export function same(got, wanted, words) {
    const [a, b] = [got, wanted].map((each) => JSON.stringify(each));
    check(a === b, `${words}: got ${a}, not ${b}`);
}

/* Waits until probe() gives something true, and returns it. */
export async function until(words, probe) {
    const end = Date.now() + PATIENCE;
    for (;;) {
        const value = await probe();
        if (value)
            return value;
        check(Date.now() < end, `waited in vain: ${words}`);
        await new Promise((done) => setTimeout(done, 50));
    }
}

export function test(sentence, play, look = {}) {
    tests.push({ sentence, play, look });
}

/* Sizes and schemes in which each thing that one does is tried. */
const LOOKS = [{ width: 360, scheme: 'dark' }, { width: 1280, scheme: 'light' },
               { width: 1920, scheme: 'dark' }];

/* A test of what one does, on small and large screens, light and dark. */
export function everywhere(sentence, play, look) {
    for (const each of LOOKS)
        test(`${sentence} (${each.width}, ${each.scheme})`, play,
             { ...look, ...each });
}

/* Keeps what the page looks like as NAME.png. */
export async function shoot(page, name) {
    await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

/* A page, and what it complained of or should not have done. */
async function open(browser, look) {
    const context = await browser.newContext({
        viewport: { width: look.width ?? 1280, height: 900 },
        colorScheme: look.scheme ?? 'light',
        reducedMotion: 'reduce', acceptDownloads: true });
    const page = await context.newPage();
    const complaints = [];
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (said) => complaints.push(said.text()));
    page.on('pageerror', (error) => complaints.push(error.stack));
    page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) &&
            !request.url().startsWith(look.origin ?? origin))
            complaints.push(`asked elsewhere: ${request.url()}`);
    });
    return { context, page, complaints };
}

/* A test that waits for what never comes is none that passes. */
function within(promise) {
    let timer;
    const late = new Promise((done, fail) => {
        timer = setTimeout(() => fail(new Error('the test does not end')),
                           6 * PATIENCE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function outcome(browser, { sentence, play, look }) {
    const { context, page, complaints } = await open(browser, look);
    try {
        await within(play(page, context));
        const bad = complaints.filter((each) => !look.allow?.test(each));
        check(bad.length === 0, `the page complained: ${bad.join('; ')}`);
        return true;
    } catch (error) {
        for (const line of String(error.stack).split('\n'))
            console.log(`# ${line}`);
        await shoot(page, `failed-${sentence.replace(/\W+/g, '-')}`)
            .catch(() => {});
        return false;
    } finally {
        await context.close();
    }
}

/* Runs all tests, or those whose sentence has the word of the command line. */
export async function run() {
    const chosen = tests.filter((each) => each.sentence.includes(only ?? ''));
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'] });
    let failed = 0;
    console.log(`1..${chosen.length}`);
    for (const [at, each] of chosen.entries()) {
        const good = await outcome(browser, each);
        failed += !good;
        console.log(`${good ? 'ok' : 'not ok'} ${at + 1} - ${each.sentence}`);
    }
    await browser.close();
    process.exitCode = failed ? 1 : 0;
}
