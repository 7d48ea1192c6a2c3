/* overview.mjs - all that is there, at a glance */
import { parameter, visit } from './pages.mjs';
import { check, same, test, until } from './tap.mjs';

const kind = (page, title) => page.locator('.kind').filter({
    has: page.getByRole('heading', { name: new RegExp(`^${title}`) }) });

const names = (section) => section.locator('tbody th a').allTextContents();

export function overview(host) {
    const place = { range: '5m' };

    test('the overview finds hosts, services, targets and weir itself',
         async (page) => {
        await visit(page, place);
        same(await names(kind(page, 'Hosts')), [host.instance], 'hosts');
        check((await names(kind(page, 'Go services'))).length > 0, 'services');
        check((await names(kind(page, 'weir'))).length === 1, 'weir');
        await until('a figure is there', async () => /\d %/.test(
            await kind(page, 'Hosts').locator('tbody td b').first()
                .textContent()));
    });

    test('what is wrong is said in words', async (page) => {
        await visit(page, place);
        const down = kind(page, 'Other targets');
        await down.getByText(/not scraped/).waitFor();
        check(await down.getByRole('img', { name: 'bad' }).count() === 1,
              'and by a sign with a name');
    });

    test('a row tells all its figures and their rates of change',
         async (page) => {
        await visit(page, place);
        await page.getByRole('button', {
            name: `All figures of ${host.instance}` }).click();
        same(await page.locator('.details tbody th').allTextContents(),
             ['now', 'average', 'greatest', 'least'], 'figures');
        await page.locator('.details').getByRole('link', { name: 'CPU' })
            .click();
        await page.locator('.panel .legend tbody tr').first().waitFor();
        check(/node_cpu_seconds_total/.test(parameter(page, 'q')),
              'the question of a column');
    });

    test('a search and a choice of kinds leave out the others',
         async (page) => {
        await visit(page, place);
        await page.locator('#search').fill('no such thing');
        await page.getByText('Nothing here fits.').waitFor();
        await page.locator('#search').fill(host.instance.slice(0, 2));
        await kind(page, 'Hosts').waitFor();
        await page.locator('#search').fill('');
        await page.getByRole('button', { name: 'Go services' }).click();
        await kind(page, 'Hosts').waitFor({ state: 'detached' });
        same(parameter(page, 'kind'), 'go', 'the address');
        await kind(page, 'Go services').waitFor();
    });

    test('rows are sorted by a head', async (page) => {
        await visit(page, place);
        await kind(page, 'Go services').getByRole('button', { name: 'name' })
            .click();
        await until('the address says so', () =>
            parameter(page, 'sort') === 'name');
        await page.locator('th[aria-sort=descending]').first().waitFor();
    });

    test('a name leads to the page of it, the browser leads back',
         async (page) => {
        await visit(page, place);
        await kind(page, 'Hosts').getByRole('link').first().click();
        await page.getByRole('heading', { name: 'CPU in use' }).waitFor();
        same(parameter(page, 'instance'), host.instance, 'whose page');
        same(parameter(page, 'range'), '5m', 'the range');
        await page.goBack();
        await kind(page, 'Hosts').waitFor();
    });
}
