// What the runner is asked, and how it is told that it does not answer.

const PATIENCE = 10_000;

/** The runner, or its database, does not answer; the message is a sentence. */
export class NoAnswer extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, {...options, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE)});
  } catch {
    throw new NoAnswer('The runner does not answer.');
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw new NoAnswer(body?.error ?? `The runner answers with ${response.status}.`);
  }
  return body;
}

function address(path, parameters) {
  return `${path}?${new URLSearchParams(parameters)}`;
}

export const sites = () => ask('/api/sites');
export const today = () => ask('/api/today');
export const deadLetters = () => ask('/api/dead-letters');
export const writes = () => ask('/api/writes');
export const windows = site => ask(address('/api/windows', {site}));
export const days = (site, from, to) => ask(address('/api/days', {site, from, to}));
export const covered = (site, from, to) => ask(address('/api/covered', {site, from, to}));
export const curve = (site, from, count) => ask(address('/api/curve', {site, from, days: count}));

/** Whether there was such a dead window. The header is one that only this page can send. */
export async function retry(site, startsAt) {
  const window = new Date(startsAt).toISOString();
  const due = await ask(address('/api/retry', {site, window}), {method: 'POST', headers: {'X-Pvroute': 'page'}});
  return due.length > 0;
}
