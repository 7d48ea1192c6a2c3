/* looks.mjs - each page at each width, dark and light */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { seeAll, visit } from './pages.mjs';
import { check, shoot, test } from './tap.mjs';

const axe = readFileSync(createRequire(import.meta.url)
    .resolve('axe-core/axe.min.js'), 'utf8');

/* What somebody who cannot see, or not well, would stumble over. */
async function accessible(page) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run({
        resultTypes: ['violations'] }));
    const bad = found.violations.filter((each) =>
        ['serious', 'critical'].includes(each.impact));
    check(bad.length === 0, bad.map((each) => `${each.help}: ` +
        each.nodes.slice(0, 3).map((node) => `${node.html} ` +
                                   node.failureSummary).join(' | '))
        .join('\n'));
}

async function fits(page) {
    const [wide, seen] = await page.evaluate(() => [
        document.documentElement.scrollWidth, innerWidth]);
    check(wide <= seen, `the page is ${wide} wide, of which ${seen} are seen`);
}

/* Makes a test of each page at each width and in each scheme. */
export function looks(pages) {
    for (const [name, place] of Object.entries(pages))
        for (const width of [360, 1280, 1920])
            for (const scheme of ['light', 'dark'])
                test(`the page ${name} is ${width} wide and ${scheme}`,
                     async (page) => {
                         await visit(page, place);
                         await seeAll(page);
                         await fits(page);
                         await shoot(page, `${name}-${width}-${scheme}`);
                         await accessible(page);
                     }, { width, scheme });
}
