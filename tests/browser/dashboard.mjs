/* dashboard.mjs - the tests of the dashboard
 *
 *     node dashboard.mjs http://127.0.0.1:9347 FOLDER-OF-SCREENSHOTS [WORD]
 *
 * That weir has this host's metrics, its own, and those of a Go program.
 */
import { charts } from './charts.mjs';
import { looks } from './looks.mjs';
import { overview } from './overview.mjs';
import { questions } from './questions.mjs';
import { origin, run } from './tap.mjs';
import { strange } from './strange.mjs';
import { times } from './times.mjs';

async function labels(metric) {
    const answer = await fetch(`${origin}/api/v1/series?` +
        new URLSearchParams({ 'match[]': metric }));
    const { instance, job } = (await answer.json()).data[0];
    return { instance, job };
}

const host = { page: 'host', range: '5m', ...await labels('node_load1') };
const go = { page: 'go', range: '5m', ...await labels('go_goroutines') };

looks({
    overview: { range: '5m' }, host, go,
    explore: { page: 'explore', range: '5m', prefix: 'node_disk' },
    query: { page: 'query', range: '5m',
             q: 'rate(node_cpu_seconds_total[30s])' },
});
overview(host);
questions();
charts(host);
times(host);
strange();
await run();
