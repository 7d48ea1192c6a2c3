/* paint.js - colours and strokes of lines, by the system's wish
 *
 * Eight colours that differ for colour-blind eyes, too; from the ninth line on
 * they come again, dashed.
 */

export const COLOURS = 8;
const DASHES = [undefined, [6, 4], [2, 3], [10, 3, 2, 3]];

const dark = matchMedia('(prefers-color-scheme: dark)');
const known = new Map();
const watchers = new Set();

dark.addEventListener('change', () => {
    known.clear();
    for (const each of watchers)
        each();
});

/* The value of a variable of the style sheet. */
export function colour(name) {
    if (!known.has(name))
        known.set(name, getComputedStyle(document.documentElement)
            .getPropertyValue(`--${name}`).trim());
    return known.get(name);
}

export const lineColour = (nth) => colour(`line-${nth % COLOURS}`);
export const lineDash = (nth) =>
    DASHES[Math.floor(nth / COLOURS) % DASHES.length];

/* Calls when the wish changes; returns what ends that. */
export function onScheme(call) {
    watchers.add(call);
    return () => watchers.delete(call);
}
