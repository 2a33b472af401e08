// How complete the history of a site is. Of one with an archive: its book, a cell for each window, its years below each other; what a chosen
// one says, and another try for a dead one. Of one that is read in realtime alone: a cell for each day of a year, its months below each other.

import {Cells} from './cells.js';
import * as format from './format.js';
import * as server from './server.js';

const element = id => document.getElementById(id);
const WINDOWS = ['loaded', 'open', 'dead', 'empty', 'owed'];
const DAYS = [['loaded', 'whole'], ['open', 'in part'], ['owed', 'nothing']];
const NEARLY_ALL = 0.98;                                 // a restart, or a minute without network, leaves no hole that anybody sees
let cells;
let shown = {site: null, windows: []};
let chosen = null;
let retried;
let go;

/** onRetried is called after a window was made due, onDay with a day that was chosen. */
export function start(onRetried, onDay) {
  retried = onRetried;
  go = onDay;
  cells = new Cells(element('coverage-cells'), '', 23, choose);
}

/** year: the one whose days are shown where there are no windows. */
export async function load(site, year) {
  const windows = site.archive ? await server.windows(site.site) : null;
  const days = site.archive ? null : await server.covered(site.site, `${year}-01-01`, `${year}-12-31`);
  if (shown.site !== site.site) {
    chosen = null;
  }
  shown = {site: site.site, zone: site.zone, now: site.now_at, without: site.without_archive, year, windows, days};
  draw();
}

function choose(key) {
  if (shown.days) {
    go(key);
    return;
  }
  chosen = chosen === key ? null : key;
  draw();
}

function draw() {
  if (shown.days) {
    drawDays();
  } else {
    drawWindows();
  }
}

function drawKey(kinds) {
  const list = element('coverage-key');
  const said = kinds.map(([kind, word]) => kind + word).join();
  if (list.dataset.shown === said) {
    return;
  }
  list.dataset.shown = said;
  list.replaceChildren(...kinds.map(([kind, word]) => {
    const item = document.createElement('li');
    const box = document.createElement('span');
    box.className = `cell ${kind}`;
    box.setAttribute('aria-hidden', 'true');
    item.append(box, word);
    return item;
  }));
}

function drawDays() {
  drawKey(DAYS);
  element('coverage-title').textContent = `Coverage ${shown.year}`;
  cells.shape('Days of the year, and how much of each is read', 31);
  const days = new Map(shown.days.map(day => [day.day, day]));
  const counted = {};
  shown.days.forEach(day => counted[kindOf(day)] = (counted[kindOf(day)] ?? 0) + 1);
  const first = Number(shown.days[0]?.day.slice(5, 7) ?? 1);
  const last = Number(shown.days.at(-1)?.day.slice(5, 7) ?? 0);
  cells.draw([...Array(12).keys()].slice(first - 1, last).map(month => monthOf(month, days)), null);
  element('coverage-sum').textContent = shown.days.length === 0 ? 'nothing read'
    : `${format.count(shown.days.length)} ${shown.days.length === 1 ? 'day' : 'days'}: ${DAYS.filter(([kind]) => counted[kind])
      .map(([kind, word]) => `${format.count(counted[kind])} ${word}`).join(', ')}`;
  say(shown.without ? 'The logger has no archive: what it told while nobody asked cannot be had.' : 'The archive of this site is not read.');
}

function monthOf(month, days) {
  const row = Array(31).fill(null);
  for (let number = 1; number <= 31; number++) {
    const day = days.get(`${shown.year}-${String(month + 1).padStart(2, '0')}-${String(number).padStart(2, '0')}`);
    if (day) {
      row[number - 1] = {key: day.day, kind: kindOf(day), tip: `${format.shortDay(day.day)}: ${sayDay(day)}`};
    }
  }
  return {label: format.month(month), cells: row};
}

function kindOf(day) {
  return day.archived || day.steps >= NEARLY_ALL * day.possible ? 'loaded' : day.steps > 0 ? 'open' : 'owed';
}

function sayDay(day) {
  return day.archived ? 'read from the archive'
    : day.steps === 0 ? 'nothing read' : `read in ${format.count(day.steps)} of ${format.count(day.possible)} steps`;
}

function drawWindows() {
  drawKey(WINDOWS.map(kind => [kind, kind]));
  element('coverage-title').textContent = 'Coverage';
  cells.shape('Windows of the history', 23);
  const years = Map.groupBy ? Map.groupBy(shown.windows, yearOf) : group(shown.windows);
  cells.draw([...years].map(([year, windows]) => row(year, windows)), chosen);
  const states = {};
  shown.windows.forEach(window => states[window.state] = (states[window.state] ?? 0) + 1);
  element('coverage-sum').textContent = shown.windows.length === 0 ? ''
    : `${format.count(shown.windows.length)} ${shown.windows.length === 1 ? 'window' : 'windows'} of 16 days: ${WINDOWS.filter(state => states[state])
      .map(state => `${format.count(states[state])} ${state}`).join(', ')}`;
  detail(shown.windows.find(window => key(window) === chosen));
}

const key = window => String(window.starts_at);
const yearOf = window => new Date(window.starts_at).getUTCFullYear();

function group(windows) {
  const years = new Map();
  windows.forEach(window => years.set(yearOf(window), [...years.get(yearOf(window)) ?? [], window]));
  return years;
}

/** Each window in the column of its place in the year, so that the seasons stand below each other. */
function row(year, windows) {
  const cells = Array(23).fill(null);
  windows.forEach(window => {
    const day = (window.starts_at - Date.UTC(year, 0, 1)) / 86_400_000;
    cells[Math.min(22, Math.floor(day / 16))] = {key: key(window), kind: window.state, tip: sayWindow(window)};
  });
  return {label: String(year), cells};
}

function sayWindow(window) {
  const days = format.span(window.starts_at, window.ends_at);
  if (window.state === 'dead') {
    return `${days}: dead. ${window.error ?? ''}`;
  }
  if (window.state === 'owed') {
    return `${days}: owed, ${window.read_at ? 'to be read anew' : 'not read yet'}`;
  }
  return `${days}: ${window.state}, ${rows(window)}, read ${format.ago(window.read_at, shown.now)}`;
}

function rows(window) {
  const sum = window.inserted + window.updated + window.unchanged;
  return sum === 0 ? 'no rows' : `${format.count(sum)} rows`;
}

function detail(window) {
  const box = element('window');
  const text = window ? explain(window) : '';
  const button = window?.state === 'dead';
  if (box.dataset.shown === text && box.dataset.key === chosen) {
    return;
  }
  box.dataset.shown = text;
  box.dataset.key = chosen ?? '';
  box.replaceChildren();
  if (!window) {
    return;
  }
  const line = document.createElement('p');
  const days = document.createElement('strong');
  days.textContent = format.span(window.starts_at, window.ends_at);
  line.append(days, ` ${text}`);
  box.append(line);
  if (button) {
    box.append(retryButton(shown.site, window, retried));
  }
}

/** A sentence that stands below the cells. */
function say(text) {
  const box = element('window');
  if (box.dataset.shown !== text) {
    box.dataset.shown = text;
    box.dataset.key = '';
    const line = document.createElement('p');
    line.textContent = text;
    box.replaceChildren(line);
  }
}

function explain(window) {
  if (window.state === 'dead') {
    return `is dead: ${sentence(window.error)} ${format.count(window.attempts)} ${window.attempts === 1 ? 'attempt' : 'attempts'} since `
      + `${format.moment(window.failed_at, shown.zone)}. ${next(window, shown.zone, shown.now)}`;
  }
  if (window.state === 'owed') {
    return window.read_at ? 'is owed: it is to be read anew.' : 'is owed: it has not been read yet.';
  }
  const refused = window.rejected > 0 ? `, ${format.count(window.rejected)} refused` : '';
  return `is ${window.state}: read ${format.moment(window.read_at, shown.zone)}, ${rows(window)} (${format.count(window.inserted)} new, `
    + `${format.count(window.updated)} changed, ${format.count(window.unchanged)} the same${refused}).`;
}

export const sentence = text => !text ? '' : /[.!?]$/.test(text) ? text : `${text}.`;

/** When a dead window is tried again. */
export function next(window, zone, now) {
  if (!window.retry_at) {
    return 'It is tried again when its site answers.';
  }
  return window.retry_at <= now ? 'It is tried again now.' : `It is tried again at ${format.moment(window.retry_at, zone)}.`;
}

export function retryButton(site, window, done) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Retry';
  button.className = 'retry';
  button.setAttribute('aria-label', `Retry ${site}, ${format.span(window.starts_at, window.ends_at)}`);
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const due = await server.retry(site, window.starts_at);
      button.textContent = due ? 'Due now' : 'Read meanwhile';
      done();
    } catch (failure) {
      button.disabled = false;
      button.textContent = 'Retry';
      done(failure);
    }
  });
  return button;
}
