/* pages.mjs - what tests know of weir's pages */
import { origin, until } from './tap.mjs';

/* Opens the page of 'place', with charts that have lines. */
export async function visit(page, place, at = origin) {
    await page.goto(`${at}/?${new URLSearchParams(place)}`);
    if (place.page)
        await drawn(page);
    else
        await page.locator('.kind tbody tr').first().waitFor();
}

/* Waits until the charts that are seen have their lines. */
export async function drawn(page) {
    await page.locator('.panel[aria-busy=false] .legend tbody tr').first()
        .waitFor();
}

/* Shows all of a long page once, so that each chart asks. */
export async function seeAll(page) {
    const height = await page.evaluate(() => document.body.scrollHeight);
    for (let top = 0; top < height; top += 700)
        await page.evaluate((to) => new Promise((done) => {
            scrollTo(0, to);
            requestAnimationFrame(() => setTimeout(done, 30));
        }), top);
    await until('every panel has its answer', async () =>
        await page.locator('.panel[aria-busy=true]').count() === 0);
    await page.evaluate(() => scrollTo(0, 0));
}

export const panel = (page, title) => page.locator('.panel').filter({
    has: page.getByRole('heading', { name: title, exact: true }) });

/* The texts of one column of a panel's legend, by the names of its lines. */
export async function legend(page, title, column) {
    const rows = panel(page, title).locator('.legend tbody tr');
    const texts = await rows.evaluateAll((all, at) => all.map(({ cells }) => [
        cells[0].textContent.trim(), cells[at].textContent.trim()]), column);
    return Object.fromEntries(texts);
}

export const parameter = (page, name) =>
    new URL(page.url()).searchParams.get(name);

/* Where a chart with lines is. */
export async function chartBox(page, title) {
    await panel(page, title).locator('.legend tbody tr').first().waitFor();
    return until(`${title} is drawn`, () =>
        panel(page, title).locator('.u-over').boundingBox());
}

/* Draws the mouse over a chart, from one share of its width to another. */
export async function drag(page, title, from, to) {
    const box = await chartBox(page, title);
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * from, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * (from + to) / 2, y);
    await page.mouse.move(box.x + box.width * to, y);
    await page.mouse.up();
}
