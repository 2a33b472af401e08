// The page lives: every few seconds it asks what is new and draws what differs. Which site and which days it shows stands in its address.

import * as coverage from './coverage.js';
import * as curve from './curve.js';
import * as format from './format.js';
import * as lists from './lists.js';
import * as server from './server.js';
import * as sites from './sites.js';
import * as year from './year.js';

const EVERY = 4_000;
const TODAY_EVERY = 60_000;

const view = {site: null, day: null, days: 1, year: null};   // day null: today, also after midnight; year null: that of the day
let known = [];
let answered = null;
let loaded = '';
let todayAt = 0;
let busy = false;

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  view.site = address.get('site');
  view.day = /^\d{4}-\d\d-\d\d$/.test(address.get('day') ?? '') ? address.get('day') : null;
  view.days = address.get('days') === '7' ? 7 : 1;
  view.year = null;
}

function writeAddress() {
  const address = new URLSearchParams({site: view.site});
  if (view.day) {
    address.set('day', view.day);
  }
  if (view.days !== 1) {
    address.set('days', view.days);
  }
  history.replaceState(null, '', `#${address}`);
}

const selected = () => known.find(site => site.site === view.site) ?? known[0];
const firstDay = site => view.day ?? (view.days === 1 ? site.today : format.addDays(site.today, -6));

/** Curve and year are asked for when another site or day is chosen, or when the site has samples that they do not show. */
async function loadSelected() {
  const site = selected();
  if (!site) {
    return;
  }
  const day = firstDay(site);
  const shownYear = view.year ?? Number(day.slice(0, 4));
  // a curve has steps of five minutes: a reading every few seconds is no reason to draw it anew
  const minute = Math.floor(site.newest_at / 60_000);
  const wanted = [site.site, day, view.days, shownYear, site.today, minute, site.today_wh, site.done].join(' ');
  const work = site.archive || wanted !== loaded ? [coverage.load(site, shownYear)] : [];
  if (wanted !== loaded) {
    work.push(curve.load(site, day, view.days), year.load(site, shownYear, view.days === 1 ? day : null));
  }
  await Promise.all(work);
  loaded = wanted;
}

async function look() {
  if (busy) {
    return;
  }
  busy = true;
  try {
    known = await server.sites();
    sites.draw(known, selected()?.site);
    document.body.classList.toggle('without-site', known.length === 0);
    const [letters, writes] = await Promise.all([server.deadLetters(), server.writes(), loadSelected()]);
    const now = known[0]?.now_at ?? Date.now();
    lists.drawDeadLetters(letters, known, now, afterRetry);
    lists.drawWrites(writes, now);
    if (performance.now() - todayAt > TODAY_EVERY || todayAt === 0) {
      sites.drawCurves(await server.today());
      todayAt = performance.now();
    }
    answered = Date.now();
    live('live', 'live');
  } catch (failure) {
    if (!(failure instanceof server.NoAnswer)) {
      throw failure;
    }
    live('gone', answered ? `${failure.message} What is shown is as of ${format.clock(answered)}.` : failure.message);
  } finally {
    busy = false;
  }
}

function live(kind, text) {
  const line = document.getElementById('live');
  line.className = `live ${kind}`;
  document.body.classList.toggle('gone', kind === 'gone');
  const words = document.getElementById('live-text');
  if (words.textContent !== text) {
    words.textContent = text;
  }
}

function afterRetry(failure) {
  if (failure) {
    live('gone', failure.message);
  }
  look();
}

async function change(what) {
  Object.assign(view, what);
  view.site = selected()?.site ?? view.site;
  writeAddress();
  sites.draw(known, view.site);
  year.draw(view.days === 1 ? firstDay(selected()) : null);
  try {
    await loadSelected();
  } catch (failure) {
    if (!(failure instanceof server.NoAnswer)) {
      throw failure;
    }
    live('gone', failure.message);
  }
}

readAddress();
sites.start(site => change({site}));
curve.start(({day, days}) => change({day: day === selected().today && days === 1 ? null : day, days, year: null}));
year.start(day => change({day, days: 1, year: null}), shown => change({year: shown}));
coverage.start(afterRetry, day => change({day, days: 1, year: null}));
addEventListener('hashchange', () => { readAddress(); look(); });
document.addEventListener('visibilitychange', () => document.hidden || look());
setInterval(() => document.hidden || look(), EVERY);
look();
