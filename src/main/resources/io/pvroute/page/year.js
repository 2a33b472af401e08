// A year: a cell for each day, its months below each other.

import {Cells} from './cells.js';
import * as format from './format.js';
import * as server from './server.js';

const element = id => document.getElementById(id);
const STEPS = 6;
let cells;
let shown;                                               // {site, year, days}
let go;

/** onDay is called with a day that was chosen, onYear with a year. */
export function start(onDay, onYear) {
  go = onYear;
  cells = new Cells(element('year-cells'), 'Energy of each day', 31, onDay);
  element('year-earlier').addEventListener('click', () => go(shown.year - 1));
  element('year-later').addEventListener('click', () => go(shown.year + 1));
}

export async function load(site, year, chosen) {
  const same = shown?.site === site.site && shown.year === year;
  shown = {site: site.site, year, today: site.today, days: same ? shown.days : null};
  const days = await server.days(site.site, `${year}-01-01`, `${year}-12-31`);
  if (shown.site === site.site && shown.year === year) {
    shown = {...shown, days};
    draw(chosen);
  }
}

/** Draws what is loaded; chosen: the day that the curve shows. */
export function draw(chosen) {
  if (!shown?.days) {
    return;
  }
  const energy = new Map(shown.days.map(day => [day.day, day.produced_wh]));
  const known = [...energy.values()].filter(wh => wh > 0).sort((a, b) => a - b);
  const most = known[Math.floor(known.length * 0.98)] ?? 0;          // a single odd day shall not pale all others
  element('year-title').textContent = `Energy ${shown.year}`;
  const sum = known.reduce((total, wh) => total + wh, 0);
  element('year-sum').textContent = shown.days.length === 0 ? 'no samples'
    : `${format.text(format.energy(sum))} in ${format.count(shown.days.length)} days · best ${format.text(format.energy(known.at(-1) ?? 0))}`;
  element('year-later').disabled = shown.year >= Number(shown.today.slice(0, 4));
  cells.draw([...Array(12).keys()].map(month => row(month, energy, most)), chosen);
  scale(most);
}

function row(month, energy, most) {
  const cells = [];
  let sum = null;
  for (let number = 1; number <= 31; number++) {
    const day = `${shown.year}-${String(month + 1).padStart(2, '0')}-${String(number).padStart(2, '0')}`;
    const there = number <= new Date(Date.UTC(shown.year, month + 1, 0)).getUTCDate() && day <= shown.today;
    const wh = energy.get(day);
    if (wh !== undefined && wh !== null) {
      sum = (sum ?? 0) + wh;
    }
    cells.push(there ? {key: day, kind: kind(wh, most), tip: `${format.shortDay(day)}: ${wh === undefined ? 'no samples' : format.text(format.energy(wh))}`} : null);
  }
  return {label: format.month(month), note: sum === null ? null : format.energy(sum), cells};
}

function kind(wh, most) {
  if (wh === undefined || wh === null) {
    return 'none';
  }
  return `step${wh <= 0 || most === 0 ? 0 : Math.min(STEPS, Math.ceil(STEPS * wh / most))}`;
}

function scale(most) {
  const line = element('year-scale');
  line.hidden = most === 0;
  line.replaceChildren('0 ');
  for (let step = 1; step <= STEPS; step++) {
    const box = document.createElement('span');
    box.className = `cell step${step}`;
    line.append(box);
  }
  line.append(` ${format.text(format.energy(most))} a day`);
}
