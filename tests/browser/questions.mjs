/* questions.mjs - exploring metrics, and asking in PromQL */
import { panel, parameter, visit } from './pages.mjs';
import { check, everywhere, origin, same, until } from './tap.mjs';

const explore = { page: 'explore', range: '5m' };
const query = { page: 'query', range: '5m' };

function exploring() {
    everywhere('all metrics are there without a question', async (page) => {
        await visit(page, explore);
        await page.getByText(/\d+ of \d+ metrics/).waitFor();
        await page.locator('#search').fill('load1 ');
        await until('one is left', async () =>
            JSON.stringify(await page.locator('.panel h3')
                .allTextContents()) === '["node_load1","node_load15"]');
        await page.locator('#search').fill('');
        await page.getByRole('button', { name: /^node_memory/ }).click();
        await until('those that begin so', async () =>
            (await page.locator('.panel h3').allTextContents())
                .every((each) => each.startsWith('node_memory_')));
    });

    everywhere('a histogram is shown as quantiles, a counter as a rate',
         async (page) => {
        await visit(page, { ...explore, search: 'go_sched_latencies' });
        const histogram = panel(page, 'go_sched_latencies_seconds');
        await until('quantiles', async () => JSON.stringify(
            await histogram.locator('.key').allTextContents()) ===
            '["half","95 %","99 %"]');
        await page.locator('#search').fill('node_context_switches');
        await panel(page, 'node_context_switches_total')
            .getByText(/\/s$/).first().waitFor();
    });

    everywhere('a metric is taken apart by its labels', async (page) => {
        await visit(page, { ...explore, metric: 'node_cpu_seconds_total' });
        const modes = panel(page, 'by mode');
        await modes.getByRole('button', { name: 'Only user' }).click();
        same(parameter(page, 'is.mode'), 'user', 'the address');
        await modes.waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'mode = user' }).click();
        await modes.waitFor();
    });
}

function asking() {
    everywhere('words, labels and values are completed', async (page) => {
        await visitQuery(page);
        const area = page.locator('#question');
        const offer = (name) => page.getByRole('option', { name });
        await area.pressSequentially('avg_ov');
        await offer(/^avg_over_time/).waitFor();
        await page.keyboard.press('Tab');
        await area.pressSequentially('node_cpu_sec');
        await offer(/^node_cpu_seconds_total/).waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await area.pressSequentially('{mo');
        await offer(/^mode/).waitFor();
        await page.keyboard.press('Tab');
        await area.pressSequentially('="idl');
        await offer(/^idle/).waitFor();
        await page.keyboard.press('Tab');
        await area.pressSequentially('"}[30s])');
        same(await area.inputValue(),
             'avg_over_time(node_cpu_seconds_total{mode="idle"}[30s])',
             'what was written');
        await page.keyboard.press('Enter');
        await page.locator('.panel .legend tbody tr').first().waitFor();
    });

    everywhere('a graph and a table show the answer, and it is remembered',
         async (page) => {
        await visit(page, { ...query, q: 'node_load1' });
        await page.getByRole('button', { name: 'Table', exact: true })
            .click();
        await page.getByRole('cell', { name: /^node_load1\{/ }).waitFor();
        await page.locator('#question').fill('up');
        await page.keyboard.press('Control+Enter');
        await until('it was asked', () => parameter(page, 'q') === 'up');
        check((await page.getByLabel('Asked before').innerText())
            .includes('up'), 'it is in the list');
    });

    everywhere('a mistake is shown where it is', async (page) => {
        await visitQuery(page, 'sum(node_load1 node_load5)');
        same(await page.locator('.editor pre').textContent(),
             'sum(node_load1 node_load5)\n               ^', 'the place');
        await page.getByText(/unexpected identifier/).waitFor();
    }, { allow: /status of 400/ });
}

async function visitQuery(page, q) {
    await page.goto(`${origin}/?${new URLSearchParams({
        ...query, ...(q && { q }) })}`);
    await page.locator('#question').waitFor();
}

export function questions() {
    exploring();
    asking();
}
