/* place.js - what is shown, all of it in the address
 *
 * The parameters of the address are the state: a link is a view, and the
 * browser's own buttons go back and forth.
 */
import { useEffect, useState } from 'preact/hooks';

const watchers = new Set();

export function here() {
    return Object.fromEntries(new URLSearchParams(location.search));
}

/* The address of another place; undefined and '' take a parameter out. */
export function address(place) {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(place))
        if (value !== undefined && value !== null && value !== '')
            params.set(name, value);
    const text = params.toString();
    return text ? `?${text}` : location.pathname;
}

function tell() {
    for (const each of watchers)
        each(here());
}

/* Goes to another place, from which 'back' comes back here. */
export function go(place) {
    history.pushState({ depth: (history.state?.depth ?? 0) + 1 }, '',
                      address(place));
    tell();
}

/* Changes the present place; 'quietly' leaves no step in the history. */
export function change(changes, quietly) {
    const place = { ...here(), ...changes };
    if (!quietly) {
        go(place);
        return;
    }
    history.replaceState(history.state, '', address(place));
    tell();
}

/* Goes back to the time before zooming: one step, when it was made here. */
export function zoomBack() {
    if (!here().from)
        return;
    if (history.state?.depth)
        history.back();
    else
        change({ from: undefined, to: undefined });
}

/* Links that stay within the page; others (another tab) are the browser's. */
export function follow(event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey ||
        event.ctrlKey || event.shiftKey || event.altKey)
        return;
    event.preventDefault();
    go(Object.fromEntries(
        new URLSearchParams(new URL(event.currentTarget.href).search)));
    scrollTo(0, 0);
}

/* What another page keeps of this one: the time that is looked at. */
export function kept(place) {
    return { range: place.range, from: place.from, to: place.to,
             refresh: place.refresh };
}

export function usePlace() {
    const [place, setPlace] = useState(here);
    useEffect(() => {
        watchers.add(setPlace);
        const back = () => tell();
        addEventListener('popstate', back);
        return () => {
            watchers.delete(setPlace);
            removeEventListener('popstate', back);
        };
    }, []);
    return place;
}
