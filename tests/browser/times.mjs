/* times.mjs - choosing what time is shown; keys; trouble in words */
import { chartBox, legend, panel, parameter, visit } from './pages.mjs';
import { check, everywhere, origin, same, test, until } from './tap.mjs';

export function times(host) {
    everywhere('a range is picked', async (page) => {
        await visit(page, host);
        await page.locator('.picker summary').click();
        await page.getByRole('button', { name: '15m', exact: true }).click();
        await until('the address says so', () =>
            parameter(page, 'range') === '15m');
        await page.getByText('last 15m').waitFor();
    });

    everywhere('two times are picked, and wrong ones are told',
               async (page) => {
        await visit(page, host);
        await page.locator('.picker summary').click();
        const [from, to] = [page.getByLabel('From'), page.getByLabel('To')];
        await from.fill('yesterday');
        await page.getByRole('button', { name: 'Show' }).click();
        await page.getByText('Two times are due').waitFor();
        await from.fill('2026-01-02 03:04:05');
        await to.fill('2026-01-02 03:14:05');
        await page.getByRole('button', { name: 'Show' }).click();
        await until('the address says so', () => parameter(page, 'to') -
            parameter(page, 'from') === 600);
        await page.getByText('Nothing was stored in this time.').first()
            .waitFor();
    });

    test('what is typed stays while time goes on', async (page) => {
        await visit(page, host);
        await page.locator('.picker summary').click();
        await page.getByLabel('From').fill('2026-01-02');
        await page.waitForTimeout(3000);
        same(await page.getByLabel('From').inputValue(), '2026-01-02',
             'the field');
    });

    everywhere('a link is a view', async (page, context) => {
        await visit(page, host);
        const now = Math.floor(Date.now() / 1000);
        const place = { ...host, range: '', from: now - 40, to: now };
        await page.waitForTimeout(1500); /* all of it is stored */
        await visit(page, place);
        const other = await context.newPage();
        await other.goto(page.url());
        await other.locator('.panel .legend tbody tr').first().waitFor();
        await until('the other one says the same', async () =>
            JSON.stringify(await legend(page, 'Load', 3)) ===
            JSON.stringify(await legend(other, 'Load', 3)));
        await other.close();
    });

    everywhere('keys do what the help says', async (page) => {
        await visit(page, host);
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await page.keyboard.press('-');
        await until('further away', () => parameter(page, 'range') === '10m');
        await page.keyboard.press('+');
        await until('closer', () => parameter(page, 'range') === '5m');
        await page.keyboard.press('ArrowLeft');
        await until('earlier', () => parameter(page, 'from'));
        await page.keyboard.press('0');
        await until('back', () => !parameter(page, 'from'));
        await page.keyboard.press('o');
        await until('the overview', () => !parameter(page, 'page'));
        await page.locator('#search').waitFor();
        await page.keyboard.press('/');
        check(await page.locator('#search').evaluate((each) =>
            each === document.activeElement), 'the search has the focus');
    });

    everywhere('the keyboard reaches and shows all', async (page) => {
        await visit(page, host);
        await page.keyboard.press('Tab');
        const style = await page.evaluate(() =>
            getComputedStyle(document.activeElement).outlineStyle);
        check(style !== 'none', 'the focus is seen');
    });

    everywhere('a weir that is away is told in words, and comes back',
         async (page) => {
        await visit(page, host);
        await chartBox(page, 'Load');
        await page.route('**/api/**', (route) => route.abort());
        await page.keyboard.press('-');
        await page.getByText('weir does not answer').first().waitFor();
        check(Object.keys(await legend(page, 'Load', 4)).length === 3,
              'the lines stay');
        await page.unroute('**/api/**');
        await panel(page, 'Load').locator('.trouble')
            .waitFor({ state: 'detached' });
    }, { allow: /ERR_FAILED/ });

    test('the page is small, strict and may be kept', async (page) => {
        const answers = [];
        page.on('response', (answer) => answers.push(answer));
        await visit(page, host);
        let bytes = 0;
        /* Streams have no size before they end. */
        for (const answer of answers.filter((each) =>
            /\/assets\/|\/\?/.test(each.url()))) {
            const heads = await answer.allHeaders();
            const { responseBodySize } = await answer.request().sizes();
            bytes += responseBodySize;
            check(/default-src 'none'/.test(
                heads['content-security-policy']), 'a policy');
            if (/\/assets\//.test(answer.url())) {
                check(/immutable/.test(heads['cache-control']), 'kept');
                same(heads['content-encoding'], 'gzip', 'packed');
            }
        }
        check(bytes > 1000 && bytes < 100 * 1024, `${bytes} bytes`);
        const old = await page.request.get(`${origin}/assets/weir-0.js`);
        same(old.status(), 404, 'a name of before');
    });
}
