// The page of the usual run shows what its result holds: as many series, points, bars and rows; and its script zooms and sorts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openBrowser, pagesFolder, shot, withPage } from './browser.mjs';
import { assertLegible, assertOffline, assertQuiet } from './page_checks.mjs';

const content = readFileSync(join(pagesFolder(), 'usual', 'report.html'), 'utf8');
const { result, verdict } = JSON.parse(readFileSync(join(pagesFolder(), 'usual', 'result.json'), 'utf8'));
const arms = ['candidate', 'baseline'];

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());
const onPage = (options, action) => withPage(browser, content, options, action);

// The curves of one chart: their dash and how many points each has.
function curvesOf(page, figure) {
  return page.evaluate((selector) => {
    const paths = document.querySelector(selector).querySelectorAll('svg[viewBox] > path');
    return [...paths].map((path) => ({
      dash: path.getAttribute('stroke-dasharray'),
      points: (path.getAttribute('d').match(/[Ml]/g) ?? []).length,
      box: (({ width, height }) => ({ width, height }))(path.getBoundingClientRect()),
    }));
  }, figure);
}

const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

// Bins of the page in which an arm has requests, by slots of the result.
// What was begun before the end of the load and ended after it belongs to the last one.
function binsOf(series, { length, count }) {
  const slots = Math.round(length * 1e9 / result.slot_length_ns);
  const bins = series.flatMap(({ slots: all }) => all.map(([index]) => Math.min(Math.floor(index / slots), count - 1)));
  return new Set(bins).size;
}

const gridOf = (page) => page.evaluate(() => {
  const { bin_s: length, lines } = JSON.parse(document.querySelector('#latency script.zoom').textContent);
  return { length, count: lines[0].values.length };
});

test('each check has a row, failed ones first, with its limit beside its value', () => onPage({}, async (page) => {
  const decides = ({ kind, state }) => ['comparison', 'threshold', 'stalls'].includes(kind) ||
    (!['pass', 'info'].includes(state) && !['breakdown', 'validity'].includes(kind));
  const wanted = verdict.findings.filter(decides);
  const rows = await page.evaluate(() => [...document.querySelectorAll('table.bars tbody tr')].map((row) => ({
    state: row.querySelector('.state').textContent.trim().split(/\s+/).pop(),
    words: row.textContent, bars: row.querySelectorAll('svg.bar').length })));
  assert.equal(rows.length, wanted.length);
  const order = ['fail', 'invalid', 'insufficient', 'inconclusive', 'pass', 'info'].filter((state) => wanted.some((each) => each.state === state));
  assert.deepEqual([...new Set(rows.map(({ state }) => state))], order);
  for (const finding of wanted) {
    const row = rows.find(({ words }) => words.includes(finding.subject));
    const measured = finding.margin !== undefined || finding.limit !== undefined;
    assert.equal(row.bars, measured ? 1 : 0, finding.subject);
    if (measured) assert.match(row.words, /limit/, finding.subject);
  }
}));

test('response time: three curves of each arm, told apart without colour, a point for each bin with requests', () => onPage({}, async (page) => {
  const curves = await curvesOf(page, '#latency figure');
  const grid = await gridOf(page);
  assert.equal(curves.length, 3 * arms.length);
  for (const arm of arms) {
    const own = curves.filter(({ dash }) => (dash !== null) === (arm === 'candidate'));
    assert.equal(own.length, 3, arm);
    const points = binsOf(result.series.filter((each) => each.arm === arm), grid);
    assert.ok(points > 10);
    for (const curve of own) {
      assert.equal(curve.points, points, arm);
      assert.ok(curve.box.width > 400 && curve.box.height > 5, JSON.stringify(curve.box));
    }
  }
}));

test('bands and lanes: each outage of a probe and each state of the alert', () => onPage({}, async (page) => {
  const outages = sum(result.probes.flatMap(({ series = [] }) => series.map((each) => (each.outages ?? []).length)));
  const shown = await page.evaluate(() => ({
    bands: [...document.querySelectorAll('#latency .frame rect > title')].map((title) => title.textContent),
    lanes: document.querySelectorAll('#latency .lane').length,
    timeline: document.querySelectorAll('#probes figure circle').length }));
  const count = (words) => shown.bands.filter((title) => title.includes(words)).length;
  assert.equal(outages, 1);
  assert.equal(count('out for at most'), 2 * outages);  // in the chart, and in the lane under it
  assert.equal(count('alert pending'), 2);
  assert.equal(count('alert firing'), 2);
  assert.equal(shown.lanes, 2);
  assert.equal(shown.timeline, sum(result.probes.map(({ milestones = [] }) => milestones.length)));
}));

test('distribution, throughput and errors have their series', () => onPage({}, async (page) => {
  assert.equal((await curvesOf(page, '#percentiles figure')).length, arms.length);
  const throughput = await curvesOf(page, '#throughput figure');
  assert.deepEqual(throughput.map(({ points }) => points), [60, 60, 60]);
  const failed = result.series.filter((each) => each.failed);
  const grid = await gridOf(page);
  const classes = [...new Set(failed.map(({ arm, status_class: answer }) => `${arm} ${answer}`))];
  const columns = await page.evaluate(() => [...document.querySelectorAll('#errors figure svg[viewBox] path')]
    .map((path) => path.getAttribute('d').match(/z/g).length));
  const wanted = classes.map((each) => binsOf(failed.filter(({ arm, status_class: answer }) => each === `${arm} ${answer}`), grid));
  assert.deepEqual(columns.sort(), wanted.sort());
}));

test('server metrics: a chart of each that is known, a curve of each arm, a point of each block', () => onPage({}, async (page) => {
  const known = result.server_metrics.filter(({ blocks }) => blocks.length > 0);
  const figures = await page.evaluate(() => [...document.querySelectorAll('#server-metrics figure')].map((figure, i) => {
    figure.id = `metric-${i}`;
    return figure.querySelector('h3').textContent;
  }));
  assert.deepEqual(figures, known.map(({ name }) => name));
  for (const [i, metric] of known.entries()) {
    const curves = await curvesOf(page, `#metric-${i}`);
    assert.equal(curves.length, arms.length, metric.name);
    const missing = metric.name === 'memory' ? 1 : 0;  // a scrape that failed
    assert.deepEqual(curves.map(({ points }) => points), [metric.blocks.length - missing, metric.blocks.length], metric.name);
  }
}));

test('tables: every chart has one, every step and probe its row', () => onPage({}, async (page) => {
  const shown = await page.evaluate(() => ({
    charts: document.querySelectorAll('figure.chart').length,
    tables: [...document.querySelectorAll('figure.chart')].filter((figure) => {
      let next = figure.nextElementSibling;
      while (next && next.matches('ul')) next = next.nextElementSibling;
      return next?.matches('details') && next.querySelector('tbody tr');
    }).length,
    steps: document.querySelectorAll('#steps tbody tr').length,
    probes: document.querySelector('#probes table').tBodies[0].rows.length }));
  assert.ok(shown.charts > 8);
  assert.equal(shown.tables, shown.charts);
  assert.equal(shown.steps, result.steps.length * arms.length);
  assert.equal(shown.probes, result.probes.length);
}));

// Of the room beside the plot, in px.
const leftOf = 68, rightOf = 48;

const labelsOf = (page) => page.evaluate(() =>
  [...document.querySelectorAll('#latency .dygraph-axis-label-x')].map((label) => parseFloat(label.textContent)));

// Waits for an axis of time whose last mark is as said.
const lastMark = (page, least, most) => page.waitForFunction(({ least, most }) => {
  const marks = [...document.querySelectorAll('#latency .dygraph-axis-label-x')].map((label) => parseFloat(label.textContent));
  return marks.length > 1 && Math.max(...marks) >= least && Math.max(...marks) <= most;
}, { least, most });

const told = (figure, words) => figure.locator('.note', { hasText: words }).waitFor();

// Pixels of the chart in the colour of each arm. Read once: Chromium complains of more.
const painted = (page) => page.evaluate(() => {
  const colours = ['--cand', '--base'].map((name) => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  });
  const counts = [0, 0];
  for (const canvas of document.querySelectorAll('#latency canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4)
      colours.forEach((colour, arm) => {
        const apart = colour.reduce((sum, value, at) => sum + Math.abs(data[i + at] - value), 0);
        if (data[i + 3] > 200 && apart < 12) ++counts[arm];
      });
  }
  return counts;
});

for (const dark of [false, true]) {
  test(`zoom: drawing a stretch shows it alone, a double click all of it again (${dark ? 'dark' : 'light'})`, () =>
    onPage({ dark }, async (page, visited) => {
      const figure = page.locator('#latency figure');
      await figure.getByRole('button', { name: 'Zoom' }).click();
      assert.equal(await figure.locator('.frame').first().isVisible(), false);
      const chart = figure.locator('.zoomed');
      await chart.scrollIntoViewIfNeeded();
      const pixels = await painted(page);
      assert.ok(pixels.every((count) => count > 100), `${pixels}`);
      await lastMark(page, 50, 60);
      const whole = await labelsOf(page);
      const { x, y, width, height } = await chart.boundingBox();
      const drawn = { left: x + leftOf, width: width - leftOf - rightOf };
      await page.mouse.move(drawn.left + drawn.width * 30 / 60, y + height / 2);
      await told(figure, /candidate p99 [\d.]+ms/);
      await page.mouse.down();
      await page.mouse.move(drawn.left + drawn.width * 40 / 60, y + height / 2, { steps: 5 });
      await page.mouse.up();
      await lastMark(page, 35, 41);
      assert.ok(Math.min(...await labelsOf(page)) >= 29);
      await chart.dblclick({ position: { x: width / 2, y: height / 2 } });
      await lastMark(page, 50, 60);
      assert.deepEqual(await labelsOf(page), whole);
      await figure.getByRole('button', { name: 'Back to the picture' }).click();
      assert.equal(await figure.locator('.frame').first().isVisible(), true);
      assertQuiet(visited);
      assertOffline(visited);
    }));
}

test('zoom: the reader is told which outage or alert lies under the pointer', () => onPage({}, async (page) => {
  const figure = page.locator('#latency figure');
  await figure.getByRole('button', { name: 'Zoom' }).click();
  const { x, y, width, height } = await figure.locator('.zoomed').boundingBox();
  await page.mouse.move(x + leftOf + (width - leftOf - rightOf) * 48.5 / 60, y + height / 2);
  await told(figure, /alert firing/);
}));

test('zoom: on a telephone the page keeps its width, and what is zoomed can be read', () => onPage({ width: 375 }, async (page) => {
  for (const button of await page.locator('figure > button').all()) await button.click();
  await lastMark(page, 40, 60);
  await shot(page, 'usual-375-zoomed');
  await assertLegible(page);
}));

test('steps: sorted by keyboard, up and down, by number', () => onPage({}, async (page) => {
  const column = () => page.evaluate(() => [...document.querySelectorAll('#steps tbody tr')].map((row) => +row.cells[7].dataset.v));
  const given = await column();
  const head = page.locator('#steps').getByRole('button', { name: 'p99' });
  await head.focus();
  await page.keyboard.press('Enter');
  const up = [...given].sort((a, b) => a - b);
  assert.notDeepEqual(given, up);
  assert.deepEqual(await column(), up);
  assert.equal(await page.locator('#steps th[aria-sort]').getAttribute('aria-sort'), 'ascending');
  await page.keyboard.press('Enter');
  assert.deepEqual(await column(), up.reverse());
}));
