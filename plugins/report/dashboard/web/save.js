/* save.js - numbers as files */

const cell = (text) => /[",\r\n]/.test(text)
    ? `"${text.replaceAll('"', '""')}"` : text;

const stamp = (time) => new Date(time * 1000).toISOString();

function csv(lines, grid) {
    const rows = [['time', ...lines.map((each) => each.name)]];
    for (let at = 0; at < grid.count; at++)
        rows.push([stamp(grid.start + at * grid.step),
                   ...lines.map((each) => String(each.values[at] ?? ''))]);
    return rows.map((row) => row.map(cell).join(',') + '\r\n').join('');
}

function json(lines, grid) {
    return JSON.stringify({
        start: grid.start, end: grid.end, step: grid.step,
        series: lines.map((each) => ({ name: each.name, labels: each.labels,
                                       values: each.values })),
    }, null, 1);
}

const FORMS = { csv: [csv, 'text/csv'], json: [json, 'application/json'] };

/* Lets the browser save lines on a grid as "csv" or "json". */
export function saveTable(form, title, lines, grid) {
    const [write, type] = FORMS[form];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([write(lines, grid)], { type }));
    link.download = `${title.replace(/[^\w.-]+/g, '_')}.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
