// Numbers, ages and days as the browser's language writes them. Days are those of the plant: text such as 2026-11-22, never a Date.

const NONE = '–';
const figures = new Map();
const axis = new Intl.NumberFormat(undefined, {maximumFractionDigits: 2});

function figure(value, digits) {
  if (!figures.has(digits)) {
    figures.set(digits, new Intl.NumberFormat(undefined, {minimumFractionDigits: digits, maximumFractionDigits: digits}));
  }
  return figures.get(digits).format(value);
}

/** [figure, unit]: three figures are enough for anybody. */
export function energy(wh) {
  if (wh === null || wh === undefined) {
    return [NONE, ''];
  }
  if (wh === 0) {
    return ['0', 'kWh'];
  }
  const kwh = wh / 1000;
  if (kwh >= 9999.5) {
    return [figure(kwh / 1000, kwh >= 99_995 ? 1 : 2), 'MWh'];
  }
  return [figure(kwh, kwh >= 99.95 ? 0 : kwh >= 9.995 ? 1 : 2), 'kWh'];
}

export function power(w) {
  if (w === null || w === undefined) {
    return [NONE, ''];
  }
  const much = Math.abs(w);
  return much >= 999.5 ? [figure(w / 1000, much >= 99_950 ? 0 : much >= 9_995 ? 1 : 2), 'kW'] : [figure(Math.round(w) || 0, 0), 'W'];
}

/** Round figures of an axis of watts. */
export function onAxis(w) {
  return w === 0 ? '0' : Math.abs(w) >= 1000 ? `${axis.format(w / 1000)}\u00a0kW` : `${figure(w, 0)}\u00a0W`;
}

export const text = ([value, unit]) => unit ? `${value}\u00a0${unit}` : value;
export const count = value => figure(value, 0);

const relative = new Intl.RelativeTimeFormat(undefined, {numeric: 'always', style: 'short'});

/** How long ago an instant is, both in milliseconds. */
export function ago(instant, now) {
  if (!instant) {
    return NONE;
  }
  const seconds = Math.round((instant - now) / 1000);
  const past = Math.abs(seconds);
  if (past < 90) {
    return relative.format(seconds, 'second');
  }
  if (past < 5400) {
    return relative.format(Math.round(seconds / 60), 'minute');
  }
  return past < 172_800 ? relative.format(Math.round(seconds / 3600), 'hour') : relative.format(Math.round(seconds / 86_400), 'day');
}

const formats = new Map();

function format(instant, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(undefined, {timeZone: zone, ...options}));
  }
  return formats.get(key).format(instant);
}

export const time = (instant, zone) => format(instant, zone, {hour: '2-digit', minute: '2-digit'});
const twelveHours = new Intl.DateTimeFormat(undefined, {hour: 'numeric'}).resolvedOptions().hour12;
/** A full hour below a curve: "3 AM" where the day has twice twelve hours, as "03:00 AM" would not fit. */
export const fullHour = (instant, zone) => twelveHours ? format(instant, zone, {hour: 'numeric'}) : time(instant, zone);
export const clock = instant => format(instant, undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'});
export const moment = (instant, zone) => format(instant, zone, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});
export const weekday = (instant, zone) => format(instant, zone, {weekday: 'short', day: 'numeric'});

const noon = day => new Date(`${day}T12:00:00Z`);
export const longDay = day => format(noon(day), 'UTC', {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'});
export const shortDay = day => format(noon(day), 'UTC', {day: 'numeric', month: 'short', year: 'numeric'});
export const month = number => format(new Date(Date.UTC(2026, number, 15)), 'UTC', {month: 'short'});

/** The days of a window, which is cut in UTC; its end is not part of it. */
export function span(startsAt, endsAt) {
  const to = new Intl.DateTimeFormat(undefined, {timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric'});
  return to.formatRange(new Date(startsAt), new Date(endsAt - 1));
}

export function addDays(day, count) {
  const date = noon(day);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** The instant at which a day begins in a zone, in seconds. */
export function midnight(day, zone) {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let instant = wanted;
  for (let i = 0; i < 2; i++) {                         // twice: the offset at the first guess may be that of the other side of a clock change
    const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit'
    }).formatToParts(instant).map(part => [part.type, part.value]));
    const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    instant -= shown - wanted;
  }
  return instant / 1000;
}
