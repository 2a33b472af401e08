// The book of a site: a cell for each window, its years below each other; what a chosen one says, and another try for a dead one.

import {Cells} from './cells.js';
import * as format from './format.js';
import * as server from './server.js';

const element = id => document.getElementById(id);
let cells;
let shown = {site: null, windows: []};
let chosen = null;
let retried;

/** onRetried is called after a window was made due. */
export function start(onRetried) {
  retried = onRetried;
  cells = new Cells(element('coverage-cells'), 'Windows of the history', 23, choose);
}

export async function load(site) {
  const windows = await server.windows(site.site);
  if (shown.site !== site.site) {
    chosen = null;
  }
  shown = {site: site.site, zone: site.zone, now: site.now_at, windows};
  draw();
}

function choose(key) {
  chosen = chosen === key ? null : key;
  draw();
}

function draw() {
  const years = Map.groupBy ? Map.groupBy(shown.windows, yearOf) : group(shown.windows);
  cells.draw([...years].map(([year, windows]) => row(year, windows)), chosen);
  const states = {};
  shown.windows.forEach(window => states[window.state] = (states[window.state] ?? 0) + 1);
  element('coverage-sum').textContent = shown.windows.length === 0 ? ''
    : `${format.count(shown.windows.length)} ${shown.windows.length === 1 ? 'window' : 'windows'} of 16 days: ${['loaded', 'open', 'dead', 'empty', 'owed'].filter(state => states[state])
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
    cells[Math.min(22, Math.floor(day / 16))] = {key: key(window), kind: window.state, tip: say(window)};
  });
  return {label: String(year), cells};
}

function say(window) {
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
