/* strange.mjs - what is stored may be anything: the page stays usable */
import { drawn, legend, panel, visit } from './pages.mjs';
import { check, same, test } from './tap.mjs';

const origin = process.env.WEIR_STRANGE;
const pid = Number(process.env.WEIR_STRANGE_PID);
const look = { origin };

const query = (q, more) => ({ page: 'query', range: '5m', q, ...more });

export function strange() {
    test('names that look like markup are shown as they are', async (page) => {
        await visit(page, { range: '5m' }, origin);
        await page.getByRole('link', { name: /<script>/ }).first().click();
        await page.getByRole('heading', { name: /<script>/ }).waitFor();
        await page.getByRole('heading', { name: 'Load' }).waitFor();
        await visit(page, query('strange_text'), origin);
        await page.getByRole('heading', { name: 'strange_text' }).waitFor();
        check(!/taken/.test(await page.title()), 'no script ran');
    }, look);

    test('labels of 12 KB leave the page as wide as it was', async (page) => {
        await visit(page, query('strange_long or strange_text'), origin);
        const wide = () => page.evaluate(() =>
            document.documentElement.scrollWidth);
        check(await wide() <= 1280, 'the graph');
        await page.getByRole('button', { name: 'Table', exact: true })
            .click();
        await page.locator('.series').first().waitFor();
        check(await wide() <= 1280, 'the table');
    }, look);

    test('of 50,000 series it says what it leaves out', async (page) => {
        await visit(page, query('many'), origin);
        await page.getByText(/The greatest 24 of 50000 series/).waitFor();
        await page.goto(`${origin}/?page=explore&range=5m&metric=many`);
        await page.getByText(/The greatest 20 of more than 2000/).waitFor();
        await drawn(page);
        await page.goto(`${origin}/?${new URLSearchParams(
            query('many', { tab: 'table' }))}`);
        await page.getByText(/500 of 50000/).waitFor();
    }, { origin, allow: /status of (422|503)/ });

    test('starts and new versions are marked', async (page) => {
        await visit(page, { page: 'go', range: '5m', instance: 'shop',
                            job: 'go' }, origin);
        const note = await page.getByText(/^Vertical lines/).textContent();
        check(/start at .*version 2 at/s.test(note), note);
    }, look);

    test('what is not finite is a gap', async (page) => {
        await visit(page, query('strange_numbers'), origin);
        const figures = await legend(page, 'strange_numbers', 1);
        check(!/NaN|∞/.test(JSON.stringify(figures)), 'figures are numbers');
    }, look);

    test('a store that vanishes in mid-answer is told', async (page) => {
        await visit(page, query('strange_text'), origin);
        process.kill(pid, 'SIGKILL');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Further away' }).click();
        await page.getByText(/weir does not answer/).first().waitFor();
        same(await panel(page, 'strange_text').locator('.legend tbody tr')
            .count(), 1, 'the line stays');
    }, { origin, allow: /ERR_/ });
}
