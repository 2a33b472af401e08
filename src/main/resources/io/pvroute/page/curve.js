// The curve of a day or a week, and the way to others.

/* global uPlot */
import * as format from './format.js';
import * as server from './server.js';

const element = id => document.getElementById(id);
const plot = element('plot');
const nothing = element('plot-nothing');
const key = element('curve-key');
// what there may be to be seen, in the order in which it is told; each is known by its colour and by its dashes
const LINES = [
  {column: 'power_w', name: 'PV', color: '--sun', soft: '--sun-soft', width: 1.6},
  {column: 'load_w', name: 'Load', color: '--load', width: 1.4},
  {column: 'grid_w', name: 'Grid', below: 'fed in', color: '--grid', width: 1.4, dash: [7, 3]},
  {column: 'battery_w', name: 'Battery', below: 'charging', color: '--battery', width: 1.6, dash: [2, 3]}
];
const dark = matchMedia('(prefers-color-scheme: dark)');
let chart;
let shown;                                               // {site, zone, from, days, rows, totals}
let go;

/** onGo is called with {day, days} when other days are asked for. */
export function start(onGo) {
  go = onGo;
  element('earlier').addEventListener('click', () => go({day: format.addDays(shown.from, -shown.days), days: shown.days}));
  element('later').addEventListener('click', () => go({day: format.addDays(shown.from, shown.days), days: shown.days}));
  element('now').addEventListener('click', () => go({day: null, days: shown.days}));
  element('one-day').addEventListener('click', () => go({day: shown.days === 1 ? shown.from : format.addDays(shown.from, 6), days: 1}));
  element('one-week').addEventListener('click', () => go({day: shown.days === 7 ? shown.from : format.addDays(shown.from, -6), days: 7}));
  element('date').addEventListener('change', event => event.target.value && go({day: event.target.value, days: shown.days}));
  new ResizeObserver(() => chart?.setSize(size())).observe(plot.parentElement);
  dark.addEventListener('change', () => shown && drawChart());
}

/** Asks for the days and draws them; an answer that has been overtaken by another question is dropped. */
export async function load(site, from, days) {
  const asked = {site: site.site, zone: site.zone, today: site.today, from, days};
  const same = shown?.site === site.site && shown.from === from && shown.days === days;
  shown = {...asked, rows: same ? shown.rows : null, totals: same ? shown.totals : null};
  drawTools();
  const [rows, totals] = await Promise.all([server.curve(site.site, from, days), server.days(site.site, from, format.addDays(from, days - 1))]);
  if (shown.site === asked.site && shown.from === from && shown.days === days) {
    shown = {...asked, rows, totals};
    drawTools();
    drawChart();
  }
}

function drawTools() {
  const last = format.addDays(shown.from, shown.days - 1);
  element('curve-title').textContent = shown.days === 1 ? format.longDay(shown.from) : `${format.shortDay(shown.from)} – ${format.shortDay(last)}`;
  element('one-day').setAttribute('aria-pressed', shown.days === 1);
  element('one-week').setAttribute('aria-pressed', shown.days === 7);
  element('earlier').setAttribute('aria-label', shown.days === 1 ? 'Day before' : 'Week before');
  element('later').setAttribute('aria-label', shown.days === 1 ? 'Day after' : 'Week after');
  element('later').disabled = last >= shown.today;
  element('now').disabled = last === shown.today;
  element('date').max = shown.today;
  if (element('date').value !== shown.from) {
    element('date').value = shown.from;
  }
  if (shown.rows) {
    const energy = shown.totals.reduce((sum, day) => sum + (day.produced_wh ?? 0), 0);
    const peak = shown.rows.reduce((best, row) => best && best.power_w >= (row.power_w ?? 0) ? best : row, null);
    const at = peak && (shown.days === 1 ? format.time(peak.at * 1000, shown.zone) : format.moment(peak.at * 1000, shown.zone));
    element('curve-sum').textContent = shown.totals.length === 0 ? 'no samples'
      : `${format.text(format.energy(energy))}${peak?.power_w > 0 ? ` · peak ${format.text(format.power(peak.power_w))} at ${at}` : ''}`;
  }
}

/** A place for each step, so that what is missing is a gap; of each line that has something to show. PV is always one. */
function series() {
  const step = shown.days === 1 ? 300 : 900;
  const from = format.midnight(shown.from, shown.zone);
  const to = format.midnight(format.addDays(shown.from, shown.days), shown.zone);
  const rows = new Map(shown.rows.map(row => [row.at, row]));
  const lines = LINES.filter((line, index) => index === 0 || shown.rows.some(row => row[line.column] !== null));
  const x = [];
  for (let at = from; at <= to; at += step) {
    x.push(at);
  }
  return {lines, rows, data: [x, ...lines.map(line => x.map(at => rows.get(at)?.[line.column] ?? null))], from, to};
}

const size = () => ({width: plot.parentElement.clientWidth, height: Math.max(160, plot.parentElement.clientHeight)});

function drawKey(lines) {
  const said = lines.map(line => line.name).join();
  key.hidden = lines.length < 2;
  if (key.dataset.shown === said) {
    return;
  }
  key.dataset.shown = said;
  key.replaceChildren(...lines.map(line => {
    const item = document.createElement('li');
    const sample = document.createElement('span');
    sample.className = `line ${line.name.toLowerCase()}`;
    sample.setAttribute('aria-hidden', 'true');
    item.append(sample, line.below ? `${line.name} (below 0: ${line.below})` : line.name);
    return item;
  }));
}

function drawChart() {
  const {lines, rows, data, from, to} = series();
  const empty = shown.rows.length === 0;
  nothing.hidden = !empty;
  nothing.textContent = shown.from > shown.today ? 'This day is still to come.' : 'No samples of these days are stored.';
  drawKey(lines);
  const style = getComputedStyle(document.documentElement);
  const color = name => style.getPropertyValue(name).trim();
  const values = data.slice(1).flat().map(value => value ?? 0);
  const most = values.reduce((best, value) => Math.max(best, value), 100);
  const least = values.reduce((best, value) => Math.min(best, value), 0);
  const axis = {stroke: color('--muted'), font: '12px system-ui, sans-serif', grid: {stroke: color('--line'), width: 1}, ticks: {show: false}};
  const narrow = size().width < 480;
  const pointed = chart && {left: chart.cursor.left, top: chart.cursor.top};
  chart?.destroy();
  chart = new uPlot({
    ...size(),
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), shown.zone),
    // above the curves is room for what is told of them
    padding: [lines.length === 1 ? 12 : narrow ? 44 : 26, 22, 0, 0],
    legend: {show: false},
    cursor: {y: false, drag: {setScale: false, x: false}, points: {size: 7, fill: (_, index) => color(lines[index - 1].color)}},
    scales: {x: {range: () => [from, to]}, y: {range: () => [least * 1.08, most * 1.08]}},
    series: [{}, ...lines.map(line => ({stroke: color(line.color), width: line.width, dash: line.dash, points: {show: false},
      ...(line.soft && {fill: color(line.soft), fillTo: 0})}))],
    axes: [
      {...axis, grid: {show: shown.days > 1, stroke: color('--line'), width: 1}, size: 28, splits: () => marks(from, to, narrow),
        values: (_, splits) => splits.map(at => shown.days === 1 ? format.fullHour(at * 1000, shown.zone)
          : narrow ? format.weekday((at + 43_200) * 1000, shown.zone).split(' ')[0] : format.weekday((at + 43_200) * 1000, shown.zone)),
        ...(shown.days > 1 && {align: 1})},
      {...axis, size: 58, values: (_, splits) => splits.map(format.onAxis), space: 36}
    ],
    hooks: {setCursor: [drawn => tell(drawn, lines, rows)], ...(least < 0 && {drawAxes: [drawn => drawZero(drawn, color('--strong-line'))]})}
  }, data, plot);
  if (pointed?.left >= 0) {
    chart.setCursor(pointed);                            // who points at an instant goes on doing so
  }
}

/** Where bought and fed in part. */
function drawZero(drawn, color) {
  const y = Math.round(drawn.valToPos(0, 'y', true)) + 0.5;
  drawn.ctx.save();
  drawn.ctx.strokeStyle = color;
  drawn.ctx.lineWidth = devicePixelRatio;
  drawn.ctx.beginPath();
  drawn.ctx.moveTo(drawn.bbox.left, y);
  drawn.ctx.lineTo(drawn.bbox.left + drawn.bbox.width, y);
  drawn.ctx.stroke();
  drawn.ctx.restore();
}

/** Hours of a day, or its days: counted from the local midnight, so that a clock change moves none. */
function marks(from, to, narrow) {
  const at = [];
  if (shown.days > 1) {
    for (let day = 0; day < shown.days; day++) {
      at.push(format.midnight(format.addDays(shown.from, day), shown.zone));
    }
    return at;
  }
  for (let hour = from; hour <= to; hour += (narrow ? 6 : 3) * 3600) {
    at.push(hour);
  }
  return at;
}

function tell(drawn, lines, rows) {
  const index = drawn.cursor.idx;
  const at = index === null || index === undefined ? null : drawn.data[0][index];
  const row = rows.get(at);
  const known = row ? lines.filter(line => row[line.column] !== null) : [];
  if (known.length === 0) {
    element('readout').textContent = '';
    return;
  }
  const words = known.map(line => {
    const power = format.text(format.power(row[line.column]));
    return lines.length === 1 ? power : `${line.name} ${power}`;
  });
  if (row.soc_percent !== null) {
    words.push(`${format.count(row.soc_percent)}\u00a0%`);
  }
  element('readout').textContent = [shown.days === 1 ? format.time(at * 1000, shown.zone) : format.moment(at * 1000, shown.zone), ...words].join(' · ');
}
