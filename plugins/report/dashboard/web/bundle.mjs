/* bundle.mjs - make one script, one style and the page, as a C source
 *
 *     node bundle.mjs WEB-FOLDER OUTPUT.c
 *
 * Names have a part of what the file holds, so that browsers may keep the
 * files for ever.  Dependencies are in the folder node_modules below the
 * present one.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [web, output] = process.argv.slice(2).map((each) => resolve(each));
const modules = resolve('node_modules');
const { buildSync } = createRequire(join(modules, 'x.js'))('esbuild');

const { outputFiles } = buildSync({
    entryPoints: [join(web, 'main.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    nodePaths: [modules],
    outdir: 'out',
    write: false,
});

const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

function asset(kind, bytes) {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    return { kind, bytes, path: `assets/weir-${hash}.${kind}` };
}

function bundled(kind) {
    const file = outputFiles.find((each) => each.path.endsWith(`.${kind}`));
    return asset(kind, Buffer.from(file.contents));
}

const script = bundled('js');
const style = bundled('css');
const page = asset('html', Buffer.from(
    readFileSync(join(web, 'index.html'), 'utf8')
        .replace('SCRIPT', script.path).replace('STYLE', style.path)));
page.path = '';

/* Rows of numbers: compilers have limits for the length of a text. */
function rows(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 20)
        text += `    ${[...bytes.subarray(at, at + 20)].join(',')},\n`;
    return text;
}

const all = [page, script, style];
writeFileSync(output, `/* Made from web/ by bundle.mjs; do not edit. */
#include "assets.h"

${all.map((each) => `static const unsigned char ${each.kind}_bytes[] = {
${rows(each.bytes)}};
`).join('\n')}
const struct asset assets[] = {
${all.map((each) => `    {"/${each.path}", "${TYPES[each.kind]}; charset=utf-8",
     ${each.kind}_bytes, sizeof(${each.kind}_bytes)},
`).join('')}    {0},
};
`);
