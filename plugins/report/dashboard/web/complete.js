/* complete.js - what may follow in a question that is being typed */
import { AGGREGATIONS, FUNCTIONS, WORDS } from './functions.js';

const MOST = 12;

/* What the place behind 'text' is: {kind: 'word' | 'label' | 'value', prefix,
 * and for labels the metric, for values the label, too}; null within a text
 * that no label has. */
export function placeOf(text) {
    let brace = -1, quote = '', opened = 0;
    for (let at = 0; at < text.length; at++) {
        const sign = text[at];
        if (quote) {
            if (sign === '\\' && quote !== '`')
                at++;
            else if (sign === quote)
                quote = '';
        } else if (/["'`]/.test(sign)) {
            quote = sign;
            opened = at;
        } else if (sign === '{')
            brace = at;
        else if (sign === '}')
            brace = -1;
    }
    const metric = brace < 0 ? undefined
        : (/[\w:]+$/.exec(text.slice(0, brace)) ?? [])[0];
    if (quote) {
        const label = (/([\w]+)\s*(=|!=|=~|!~)\s*$/.exec(
            text.slice(0, opened)) ?? [])[1];
        return brace < 0 || !label ? null
            : { kind: 'value', label, metric, prefix: text.slice(opened + 1) };
    }
    const inner = brace >= 0 ||
        /\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/
            .test(text);
    const [prefix] = /[a-zA-Z_:][\w:]*$/.exec(text) ?? [''];
    return { kind: inner ? 'label' : 'word', metric, prefix };
}

/* Those of 'words' that begin so, then those that have it within. */
function matching(words, prefix) {
    const sought = prefix.toLowerCase();
    const found = words.filter((each) =>
        each.text.toLowerCase().includes(sought) && each.text !== prefix);
    const rank = (each) => each.text.toLowerCase().startsWith(sought) ? 0 : 1;
    return found.sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
}

const named = (kind, words) => words.map((text) => ({ text, kind }));

/* 'lists' gives names: metrics(), labels(metric), values(label, metric); all
 * promise texts.  Returns [{text, kind}], at most a dozen. */
export async function offers(place, lists) {
    if (!place || (place.kind === 'word' && !place.prefix))
        return [];
    if (place.kind === 'value')
        return matching(named('value', await lists.values(place.label,
                                                          place.metric)),
                        place.prefix);
    if (place.kind === 'label')
        return matching(named('label', await lists.labels(place.metric)),
                        place.prefix);
    return matching([...named('function', FUNCTIONS),
                     ...named('aggregation', AGGREGATIONS),
                     ...named('word', WORDS),
                     ...named('metric', await lists.metrics())],
                    place.prefix);
}

/* The text and the cursor after taking an offer. */
export function taken(text, cursor, place, offer) {
    const opens = offer.kind === 'function' || offer.kind === 'aggregation';
    const start = cursor - place.prefix.length;
    const word = offer.text + (opens && text[cursor] !== '(' ? '(' : '');
    return { text: text.slice(0, start) + word + text.slice(cursor),
             cursor: start + word.length };
}
