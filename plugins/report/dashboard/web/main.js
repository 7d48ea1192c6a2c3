/* main.js - the page: what time it is, and which page is shown */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { Bar, Help } from './bar.js';
import { Board } from './board.js';
import { BOARDS } from './boards.js';
import { Explore } from './explore.js';
import { html } from './html.js';
import { onKey } from './keys.js';
import { Overview } from './overview.js';
import { usePlace } from './place.js';
import { Query } from './query.js';
import { grid, read } from './span.js';

const PAGES = { explore: Explore, query: Query };

const POINTS = 400;    /* of a line: its chart is about so many pixels wide */
const LIVE_LEAST = 2;  /* seconds between two questions at least */

const seconds = () => Date.now() / 1000;

/* Whether somebody can see the page. */
function useVisible() {
    const [visible, setVisible] = useState(!document.hidden);
    useEffect(() => {
        const hear = () => setVisible(!document.hidden);
        document.addEventListener('visibilitychange', hear);
        return () => document.removeEventListener('visibilitychange', hear);
    }, []);
    return visible;
}

/* The present time, which goes on as long as what is shown is live. */
function useNow(every) {
    const [now, setNow] = useState(seconds);
    useEffect(() => {
        if (!every)
            return undefined;
        setNow(seconds());
        const timer = setInterval(() => setNow(seconds()), every * 1000);
        return () => clearInterval(timer);
    }, [every]);
    return [now, () => setNow(seconds())];
}

function pause(place, span, visible) {
    if (!span.live)
        return 'paused: a fixed time is shown';
    if (place.refresh === 'off')
        return 'paused';
    return visible ? '' : 'paused: the page is hidden';
}

function Page({ place, span }) {
    const points = grid(span, POINTS);
    if (place.page in BOARDS)
        return html`<${Board} key=${`${place.page} ${place.instance} ` +
            place.job} place=${place} span=${span} grid=${points} />`;
    if (place.page in PAGES)
        return html`<${PAGES[place.page]} place=${place} span=${span}
            grid=${points} />`;
    return html`<${Overview} place=${place} span=${span} />`;
}

function App() {
    const place = usePlace();
    const visible = useVisible();
    const [help, setHelp] = useState(false);
    const asked = read(place, 0);
    const paused = pause(place, asked, visible);
    const own = Math.max(LIVE_LEAST, grid(asked, POINTS).step);
    const [now, refresh] = useNow(paused ? 0 : Number(place.refresh ?? own));
    const span = { ...read(place, now), pushed: !paused && !place.refresh };

    const what = useRef(null);
    what.current = { place, span, refresh, help: () => setHelp(true) };

    useEffect(() => {
        const hear = (event) => onKey(event, what.current);
        document.addEventListener('keydown', hear);
        return () => document.removeEventListener('keydown', hear);
    }, []);
    return html`<${Bar} place=${place} span=${span} paused=${paused}
            refresh=${refresh} help=${() => setHelp(true)} />
        <${Page} place=${place} span=${span} />
        ${help && html`<${Help} close=${() => setHelp(false)} />`}`;
}

render(html`<${App} />`, document.getElementById('app'));
