/* charts.mjs - what one does with charts */
import { readFileSync } from 'node:fs';
import { chartBox, drag, legend, panel, parameter, seeAll,
         visit } from './pages.mjs';
import { check, same, test, until } from './tap.mjs';

const HERE = 5; /* the legend's column under the cursor */

export function charts(host) {
    test('every chart of a host has lines', async (page) => {
        await visit(page, host);
        await seeAll(page);
        same(await page.locator('.trouble').allTextContents(), [],
             'what went wrong');
        const titles = await page.locator('.panel h3').allTextContents();
        check(titles.length >= 15, `only ${titles}`);
        for (const title of titles)
            check(Object.keys(await legend(page, title, 4)).length > 0,
                  `${title} has no line`);
    });

    test('one cursor stands in all charts', async (page) => {
        await visit(page, host);
        const box = await chartBox(page, 'Load');
        await page.mouse.move(box.x + box.width - 3, box.y + 20);
        await until('another chart tells its values', async () =>
            Object.values(await legend(page, 'CPU in use', HERE))
                .every((each) => /%/.test(each)));
        await page.mouse.move(5, 5);
        await until('they go with the mouse', async () =>
            Object.values(await legend(page, 'CPU in use', HERE))
                .every((each) => each === ''));
    });

    test('drawing the mouse zooms in, a double click goes back',
         async (page) => {
        await visit(page, host);
        await drag(page, 'Load', 0.6, 0.98);
        await until('a fixed time is shown', () => parameter(page, 'from'));
        const length = parameter(page, 'to') - parameter(page, 'from');
        check(Math.abs(length - 0.38 * 300) < 10, `it is ${length} s`);
        await page.getByText('paused: a fixed time is shown').waitFor();
        await panel(page, 'Load').locator('.u-over').dblclick();
        await until('the range is back', () => !parameter(page, 'from'));
        same(parameter(page, 'range'), '5m', 'the range');
    });

    test('charts go on by themselves, and stand while one is zoomed',
         async (page) => {
        let asked = 0;
        page.on('request', (request) => {
            asked += /query_range/.test(request.url());
        });
        await visit(page, host);
        await page.getByRole('button', { name: 'Load as a table' }).click();
        const latest = () => panel(page, 'Load')
            .locator('.numbers tbody th').first().textContent();
        await page.waitForTimeout(1500);
        const [before, whole] = [await latest(), asked];
        await until('a point comes', async () => await latest() > before);
        await until('and another', async () => await latest() > before);
        same(asked, whole, 'questions beside the stream');
        await drag(page, 'Load', 0.6, 0.98);
        await page.getByText('paused: a fixed time is shown').waitFor();
        await page.waitForTimeout(1500);
        const [paused, still] = [asked, await latest()];
        await page.waitForTimeout(3000);
        same([asked, await latest()], [paused, still], 'what is paused');
    });

    test('points that come leave no garbage', async (page, context) => {
        await visit(page, host);
        await seeAll(page);
        const session = await context.newCDPSession(page);
        await session.send('Performance.enable');
        const heap = async () => {
            await session.send('HeapProfiler.collectGarbage');
            const { metrics } = await session.send('Performance.getMetrics');
            return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
        };
        const wait = () => page.waitForTimeout(6000);
        await wait();
        const before = await heap();
        await wait();
        const grown = (await heap()) - before;
        check(grown < 1e6, `${grown} bytes in six seconds`);
    });

    test('a click shows one line alone, with Ctrl it hides one',
         async (page) => {
        await visit(page, host);
        const keys = panel(page, 'Load').locator('.key');
        const pressed = () => keys.evaluateAll((all) =>
            all.map((each) => each.ariaPressed));
        await keys.nth(1).click();
        same(await pressed(), ['false', 'true', 'false'], 'alone');
        await keys.nth(1).click();
        same(await pressed(), ['true', 'true', 'true'], 'all again');
        await keys.nth(0).click({ modifiers: ['Control'] });
        same(await pressed(), ['false', 'true', 'true'], 'hidden');
    });

    test('a legend is sorted by its heads', async (page) => {
        await visit(page, host);
        const head = panel(page, 'CPU in use')
            .getByRole('button', { name: 'max' });
        const greatest = async () => Object.values(
            await legend(page, 'CPU in use', 3)).map(parseFloat);
        const sorted = (a) => a.every((each, at) => !at || a[at - 1] >= each);
        await head.click();
        await until('the greatest is first', async () =>
            sorted(await greatest()));
        await head.click();
        await until('the greatest is last', async () =>
            sorted((await greatest()).reverse()));
    });

    test('behind each chart is a table', async (page) => {
        await visit(page, host);
        await page.getByRole('button', { name: 'Load as a table' }).click();
        const rows = panel(page, 'Load').locator('.numbers tbody tr');
        check(await rows.count() > 10, 'it has rows');
        same(await panel(page, 'Load').locator('.numbers thead th')
            .allTextContents(), ['time', '1 min', '5 min', '15 min'],
             'its heads');
    });

    test('numbers are saved as CSV and as JSON', async (page) => {
        await visit(page, host);
        for (const [form, read] of [
            ['CSV', (text) => text.trim().split('\r\n')[0].split(',').slice(1)],
            ['JSON', (text) => JSON.parse(text).series.map((one) => one.name)],
        ]) {
            const [file] = await Promise.all([
                page.waitForEvent('download'),
                page.getByRole('button', { name: `Load as ${form}` }).click()]);
            same(file.suggestedFilename(), `Load.${form.toLowerCase()}`,
                 'the name');
            same(read(readFileSync(await file.path(), 'utf8')),
                 ['1 min', '5 min', '15 min'], form);
        }
    });
}
