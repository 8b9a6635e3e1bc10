// The table of the smart-money trades of a candle.

import {price, usd} from './format.js';
import {isolated} from './text.js';

const MOST_ROWS = 6;
const COLUMNS = ['Side', 'Wallet', 'USD', 'Price'];

/** Shows the trades of the marks of one candle, the largest first, or nothing if there are none. */
export function showMarkTable(element, marks) {
    const rows = marks.flatMap(mark => mark.rows).sort((a, b) => b.usd - a.usd);
    const shown = rows.map(row => `${row.key} ${row.yours}`).join();
    if (element.dataset.shown === shown) {
        return;
    }
    element.dataset.shown = shown;
    element.replaceChildren(...(rows.length > 0 ? [table(rows)] : []));
}

function table(rows) {
    const table = document.createElement('table');
    table.createCaption().textContent = 'Smart money in this candle';
    const head = table.createTHead().insertRow();
    for (const name of COLUMNS) {
        const cell = document.createElement('th');
        cell.scope = 'col';
        cell.textContent = name;
        head.append(cell);
    }
    const body = table.createTBody();
    for (const row of rows.slice(0, MOST_ROWS)) {
        const line = body.insertRow();
        line.className = row.side;
        const [side, wallet, value, at] = COLUMNS.map(() => line.insertCell());
        side.textContent = row.side;
        wallet.append(isolated(row.wallet), row.yours ? ' · for you' : '');
        value.textContent = usd(row.usd);
        at.textContent = price(row.price);
    }
    if (rows.length > MOST_ROWS) {
        const cell = table.createTFoot().insertRow().insertCell();
        const rest = rows.slice(MOST_ROWS).reduce((sum, row) => sum + row.usd, 0);
        cell.colSpan = COLUMNS.length;
        cell.textContent = `and ${rows.length - MOST_ROWS} more, ${usd(rest)}`;
    }
    return table;
}
