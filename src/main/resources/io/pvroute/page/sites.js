// The table of sites: a row each, kept in place while it lives.

import * as format from './format.js';

const rows = document.getElementById('sites-rows');
const table = rows.closest('table');
const filter = document.getElementById('sites-filter');
const MANY = 12;
const known = new Map();
const curves = new Map();
const natural = new Intl.Collator('en', {numeric: true});
let choose;

export function start(onChoose) {
  choose = onChoose;
  filter.firstElementChild.addEventListener('input', () => narrow());
}

/** sites as the runner tells them; selected: the name of the one that the page is about. */
export function draw(told, selected) {
  const sites = order(told);
  document.getElementById('no-site').hidden = sites.length > 0;
  document.getElementById('sites-scroll').hidden = sites.length === 0;
  filter.hidden = sites.length <= MANY;
  document.getElementById('sites-sum').textContent = sum(sites);
  for (const [name, row] of known) {
    if (!sites.some(site => site.site === name)) {
      row.remove();
      known.delete(name);
    }
  }
  table.classList.toggle('with-present', sites.some(site => [site.grid_w, site.load_w, site.battery_w, site.soc_percent].some(known => known !== null)));
  sites.forEach((site, index) => {
    const row = known.get(site.site) ?? make(site.site);
    if (rows.children[index] !== row) {
      rows.insertBefore(row, rows.children[index] ?? null);
    }
    fill(row, site, site.site === selected);
  });
  narrow();
}

/** today: [{site, curve: "minute:watts minute:watts …"}] */
export function drawCurves(today) {
  curves.clear();
  today.forEach(line => curves.set(line.site, line.curve));
  known.forEach((row, name) => spark(row, curves.get(name)));
}

/** What is down comes first. */
function order(sites) {
  const down = site => site.enabled && site.down_since ? 0 : 1;
  return [...sites].sort((a, b) => down(a) - down(b) || natural.compare(a.site, b.site));
}

function sum(sites) {
  if (sites.length < 2) {
    return '';
  }
  const add = what => sites.reduce((total, site) => total + (site[what] ?? 0), 0);
  const down = sites.filter(site => site.down_since).length;
  return `${format.count(sites.length)} sites · ${format.text(format.power(add('power_w')))} now · `
    + `${format.text(format.energy(add('today_wh')))} today${down ? ` · ${format.count(down)} down` : ''}`;
}

function narrow() {
  const wanted = filter.firstElementChild.value.trim().toLowerCase();
  known.forEach((row, name) => row.hidden = wanted !== '' && !name.includes(wanted));
}

function make(name) {
  const row = document.createElement('tr');
  row.setAttribute('role', 'row');
  row.innerHTML = '<th role="rowheader" scope="row"><button type="button" class="site"></button></th><td role="cell" class="spark"></td>'
    + ['now', 'grid present', 'load present', 'battery present', 'today', 'month', 'year'].map(what => `<td role="cell" class="number ${what}"></td>`).join('')
    + '<td role="cell" class="newest"></td><td role="cell" class="state"></td>';
  row.querySelector('button').textContent = name;
  row.addEventListener('click', () => choose(name));
  known.set(name, row);
  spark(row, curves.get(name));
  return row;
}

function fill(row, site, selected) {
  row.classList.toggle('selected', selected);
  row.classList.toggle('down', Boolean(site.down_since));
  row.querySelector('button').setAttribute('aria-pressed', selected);
  number(row, 'now', 'now', format.power(site.power_w));
  number(row, 'grid', 'grid', flow(site.grid_w, 'bought', 'fed in'));
  number(row, 'load', 'load', format.power(site.load_w));
  number(row, 'battery', 'battery', battery(site));
  number(row, 'today', 'today', format.energy(site.today_wh));
  number(row, 'month', 'this month', format.energy(site.month_wh));
  number(row, 'year', 'this year', format.energy(site.year_wh));
  put(row.querySelector('.newest'), format.ago(site.newest_at, site.now_at), site.newest_at ? format.moment(site.newest_at, site.zone) : '');
  state(row.querySelector('.state'), site);
}

/** What flows one way or the other, and which. */
function flow(watts, positive, negative) {
  const [value, unit] = format.power(watts === null ? null : Math.abs(watts));
  return [value, unit, watts === null || Math.round(watts) === 0 ? '' : watts > 0 ? positive : negative];
}

function battery(site) {
  const [watts, unit, which] = flow(site.battery_w, 'discharging', 'charging');
  if (site.soc_percent === null) {
    return [watts, unit, which];
  }
  return [format.count(site.soc_percent), '%', which ? `${which} ${format.text([watts, unit])}` : ''];
}

function number(row, what, label, [value, unit, hint = '']) {
  const cell = row.querySelector(`.${what}`);
  if (cell.dataset.shown !== value + unit + hint) {
    cell.dataset.shown = value + unit + hint;
    cell.innerHTML = '<span class="label"></span><span class="value"></span> <span class="unit"></span><span class="hint"></span>';
    [label, value, unit, hint].forEach((text, index) => cell.children[index].textContent = text);
  }
}

function put(cell, text, title) {
  if (cell.textContent !== text) {
    cell.textContent = text;
  }
  cell.title = title;
}

function state(cell, site) {
  const owed = site.archive ? site.windows - site.done - site.dead : 0;
  let kind = 'up';
  let text = 'up';
  let more = '';
  if (!site.enabled) {
    [kind, text] = ['off', 'not read'];
  } else if (site.down_since) {
    [kind, text, more] = ['down', `down since ${format.moment(site.down_since, site.zone)}`, site.error ?? ''];
  } else if (!site.archive && !site.realtime) {
    [kind, text] = ['off', 'nothing of it is read'];
  } else if (site.archive ? !site.first_at : !site.newest_at) {
    [kind, text] = ['reading', 'not read yet'];
  } else if (owed > 0) {
    [kind, text] = ['reading', `reading, ${format.count(site.done)} of ${format.count(site.windows)} windows`];
  } else if (site.error) {
    more = site.error;
    kind = 'warned';
  } else if (site.realtime_error) {
    more = `realtime, ${site.realtime_error}`;
    kind = 'warned';
  } else if (!site.archive) {
    more = site.without_archive ? 'no archive: realtime alone' : 'realtime alone';
  }
  if (!site.down_since && site.dead > 0) {
    text += `, ${format.count(site.dead)} dead`;
    kind = kind === 'up' ? 'warned' : kind;
  }
  if (cell.dataset.shown !== kind + text + more) {
    cell.dataset.shown = kind + text + more;
    cell.innerHTML = '<span class="mark" aria-hidden="true"></span><span class="text"></span><span class="more"></span>';
    cell.children[0].className = `mark ${kind}`;
    cell.children[1].textContent = text;
    cell.children[2].textContent = more;
  }
}

function spark(row, curve) {
  const cell = row.querySelector('.spark');
  if (cell.dataset.shown === (curve ?? '')) {
    return;
  }
  cell.dataset.shown = curve ?? '';
  if (!curve) {
    cell.replaceChildren();
    return;
  }
  const points = curve.split(' ').map(point => point.split(':').map(Number));
  const most = Math.max(1, ...points.map(point => point[1]));
  const place = ([minute, watts]) => `${(minute / 12).toFixed(1)},${(27 - 25 * watts / most).toFixed(1)}`;
  const line = points.map(place).join(' ');
  const first = (points[0][0] / 12).toFixed(1);
  const last = (points.at(-1)[0] / 12).toFixed(1);
  cell.innerHTML = `<svg viewBox="0 0 120 28" preserveAspectRatio="none" aria-hidden="true"><path class="ground" d="M0 27.5H120"/>`
    + `<polygon points="${first},27 ${line} ${last},27"/><polyline points="${line}"/></svg>`;
}
