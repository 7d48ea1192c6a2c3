/* keys.js - what keys do where nothing is being typed */
import { change, go, kept, zoomBack } from './place.js';
import { scaled, shifted } from './span.js';

const DEEDS = {
    '/': () => document.querySelector('input[type=search]')?.focus(),
    r: ({ refresh }) => refresh(),
    ArrowLeft: ({ span }) => change(shifted(span, -0.25)),
    ArrowRight: ({ span }) => change(shifted(span, 0.25)),
    '+': ({ span }) => change(scaled(span, 0.5)),
    '-': ({ span }) => change(scaled(span, 2)),
    0: () => zoomBack(),
    o: ({ place }) => go(kept(place)),
    e: ({ place }) => go({ ...kept(place), page: 'explore' }),
    q: ({ place }) => go({ ...kept(place), page: 'query' }),
    '?': ({ help }) => help(),
};

const typing = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) ||
    element.isContentEditable;

/* Does what the key of 'event' stands for. */
export function onKey(event, what) {
    const deed = DEEDS[event.key];
    if (event.key === 'Escape' && typing(event.target))
        event.target.blur();
    if (!deed || typing(event.target) || event.ctrlKey || event.metaKey ||
        event.altKey || document.querySelector('dialog[open]'))
        return;
    event.preventDefault();
    deed(what);
}
