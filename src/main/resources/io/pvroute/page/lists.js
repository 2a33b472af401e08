// What failed last, and what was read last.

import {next, retryButton, sentence} from './coverage.js';
import * as format from './format.js';

const element = id => document.getElementById(id);
const drawn = {};
const WHAT = ['new', 'changed', 'the same', 'refused'];

/** Draws a list anew only where it differs: a button that has the focus keeps it. */
function changed(id, rows) {
  const text = JSON.stringify(rows);
  if (drawn[id] === text) {
    return false;
  }
  drawn[id] = text;
  return true;
}

export function drawDeadLetters(letters, sites, now, retried) {
  const zone = name => sites.find(site => site.site === name)?.zone;
  if (!changed('dead', letters)) {
    return;
  }
  element('dead-sum').textContent = letters.length === 0 ? 'none' : '';
  element('no-letters').hidden = letters.length > 0;
  element('dead-letters').replaceChildren(...letters.map(letter => {
    const item = document.createElement('li');
    const head = document.createElement('p');
    head.className = 'letter-head';
    const site = document.createElement('strong');
    site.textContent = letter.site;
    head.append(site, ` ${format.span(letter.starts_at, letter.ends_at)}`);
    const why = document.createElement('p');
    why.textContent = sentence(letter.error).replace(/^./, first => first.toUpperCase());
    const when = document.createElement('p');
    when.className = 'letter-when';
    when.textContent = `${format.count(letter.attempts)} ${letter.attempts === 1 ? 'attempt' : 'attempts'} since `
      + `${format.moment(letter.failed_at, zone(letter.site))}. ${next(letter, zone(letter.site), now)}`;
    const text = document.createElement('div');
    text.append(head, why, when);
    item.append(text, retryButton(letter.site, letter, retried));
    return item;
  }));
}

export function drawWrites(writes, now) {
  const rows = writes.map(write => [format.ago(write.read_at, now), write.site, ...write.requests
    ? [`now: ${write.requests.replaceAll('-', ' ')}`]
    : [format.span(write.starts_at, write.ends_at), ...[write.inserted, write.updated, write.unchanged, write.rejected].map(format.count)]]);
  element('no-writes').hidden = rows.length > 0;
  element('writes').closest('.scroll').hidden = rows.length === 0;
  if (!changed('writes', rows)) {
    return;
  }
  element('writes').replaceChildren(...rows.map(row => {
    const line = document.createElement('tr');
    row.forEach((text, column) => {
      const cell = document.createElement('td');
      cell.textContent = text;
      if (column > 2) {
        cell.dataset.what = WHAT[column - 3];
        cell.className = text === '0' ? 'number zero' : 'number';
      }
      line.append(cell);
    });
    line.lastChild.colSpan = 4 + WHAT.length - row.length;   // what is read now has no counts
    return line;
  }));
}
