// What a reader meets: at every width, light and dark, on paper, without script, and under a CI server's content policy.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { jenkinsHeaders, kept, openBrowser, pagesFolder, shot, withPage } from './browser.mjs';
import { assertAccessible, assertInert, assertLegible, assertOffline, assertQuiet, unfold, widths } from './page_checks.mjs';

const contentOf = (name) => readFileSync(join(pagesFolder(), name, 'report.html'), 'utf8');
const words = (page) => page.evaluate(() => document.querySelector('main').innerText.replace(/\s+/g, ' '));

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

async function assertGood(page, visited, links = []) {
  assertQuiet(visited);
  assertOffline(visited);
  await assertInert(page, links);
  await assertLegible(page);
}

for (const width of widths) {
  for (const dark of [false, true]) {
    const name = `${width}-${dark ? 'dark' : 'light'}`;
    test(`the usual run at ${name}`, () => withPage(browser, contentOf('usual'), { width, dark }, async (page, visited) => {
      await shot(page, `usual-${name}`);
      await assertGood(page, visited);
      await assertAccessible(page);
      await unfold(page);
      await assertLegible(page);
    }));
  }
}

for (const dark of [false, true]) {
  test(`what is folded, ${dark ? 'dark' : 'light'}`, () => withPage(browser, contentOf('usual'), { dark }, async (page) => {
    await unfold(page);
    await assertAccessible(page);
  }));
}

const verdicts = { passed: '● PASS', unsound: '▲ INVALID', large: '■ FAIL', withheld: '■ FAIL', watched: '■ FAIL', nothing: '◇ NOT JUDGED' };
for (const [name, verdict] of Object.entries(verdicts)) {
  test(`a run that is ${name}`, async () => {
    for (const width of [375, 1280]) {
      await withPage(browser, contentOf(name), { width, dark: width === 375 }, async (page, visited) => {
        await shot(page, `${name}-${width}`, { fullPage: name !== 'large' });
        assert.ok((await page.locator('h1').innerText()).startsWith(verdict));
        await assertGood(page, visited);
        if (name !== 'large' || width === 1280) await assertAccessible(page);
      });
    }
  });
}

test('many runs of one gate: what changed and when stands first, each metric has its chart and its table', async () => {
  for (const width of widths) {
    await withPage(browser, contentOf('trend'), { width, dark: width === 768 }, async (page, visited) => {
      await shot(page, `trend-${width}`);
      assert.match(await page.locator('h1').innerText(), /TREND\s+invoices-canary/);
      assert.match(await page.locator('.reason').innerText(), /The level last changed with release-1\.8/);
      assert.equal(await page.locator('section figure.chart').count(), 4);
      assert.equal(await page.locator('section figure.chart ~ details table').count(), 4);
      await assertGood(page, visited, ['assay-runs/20260214T090000Z-invoices-canary/report.html']);
      await assertAccessible(page);
      await unfold(page);
      await assertLegible(page);
    });
  }
});

test('the first screen says verdict, reason, soundness, identity and how to run it again', () =>
  withPage(browser, contentOf('usual'), { width: 1280, height: 900 }, async (page) => {
    for (const selector of ['h1 .word', '.reason', '.soundness', '.facts', '.again', 'table.bars tbody tr:first-child']) {
      const { y, height } = await page.locator(selector).first().boundingBox();
      assert.ok(y + height <= 900, `${selector} ends at ${y + height} px`);
    }
  }));

// Charts drawn here, with what they need of room: nothing of it may rest on script or style sheet.
async function assertComplete(page) {
  const charts = await page.evaluate(() => [...document.querySelectorAll('figure.chart')].map((figure) => ({
    name: figure.querySelector('svg > title')?.textContent,
    wide: Math.max(...[...figure.querySelectorAll('svg[role="img"] svg, svg[role="img"] circle')].map((each) => each.getBoundingClientRect().width)) })));
  assert.ok(charts.length > 8);
  for (const { name, wide } of charts) assert.ok(wide > 8, `${name} is ${wide} px wide`);
  const bars = await page.evaluate(() => [...document.querySelectorAll('svg.bar')].map((bar) => bar.getBoundingClientRect().width));
  assert.ok(bars.length >= 4 && bars.every((wide) => wide > 100), `${bars}`);
}

test('without script the page says and shows the same', async () => {
  const says = await withPage(browser, contentOf('usual'), {}, words);
  await withPage(browser, contentOf('usual'), { script: false }, async (page, visited) => {
    await shot(page, 'usual-without-script');
    assert.equal(await words(page), says.replaceAll(' Zoom', ''));
    assert.equal(await page.locator('button').count(), 0);
    await assertComplete(page);
    await assertGood(page, visited);
  });
});

for (const width of widths) {
  test(`under Jenkins' header at ${width} px, without script and style sheet`, () =>
    withPage(browser, contentOf('usual'), { width, headers: jenkinsHeaders }, async (page, visited) => {
      await shot(page, `usual-jenkins-${width}`);
      const refused = (line) => /^error: (Applying inline style violates|Refused to apply inline style|Blocked script execution)/.test(line);
      assert.ok(visited.said.some(refused), 'the policy had nothing to refuse');
      assertQuiet(visited, refused);
      assertOffline(visited);
      assert.ok((await page.locator('h1').innerText()).startsWith('■ FAIL'));
      await assertComplete(page);
      // Without a style sheet a table cannot scroll by itself; what a reader meets first fits all the same.
      await assertLegible(page, width < 1280 ? 'header, #checks, #latency' : undefined);
    }));
}

test('on paper: black on white, everything but what needs a pointer, also from a dark page that was zoomed', () =>
  withPage(browser, contentOf('usual'), { dark: true }, async (page) => {
    await page.locator('#latency').getByRole('button', { name: 'Zoom' }).click();
    const pdf = await page.pdf({ format: 'A4', path: kept('usual.pdf') });
    assert.ok(pdf.length > 20_000);
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.emulateMedia({ media: 'print' });
    await shot(page, 'usual-print');
    const shown = await page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
      useless: [...document.querySelectorAll('button, nav, .zoomed, .zoomed + .note, details:not([open])')].filter((each) => each.checkVisibility()).length,
      picture: document.querySelector('#latency .frame').checkVisibility() }));
    assert.deepEqual(shown, { ground: 'rgb(255, 255, 255)', ink: 'rgb(0, 0, 0)', useless: 0, picture: true });
    await assertLegible(page);
  }));

test('by keyboard: links, buttons, tables and what is folded are reached, and each shows that it is', () =>
  withPage(browser, contentOf('usual'), {}, async (page) => {
    const wanted = await page.evaluate(() => [...document.querySelectorAll('a, button, summary, .scroll')]
      .filter((each) => each.checkVisibility()).map((each) => each.matches('.scroll') ? 'scroll' : each.tagName));
    const reached = [];
    for (let i = 0; i < wanted.length; ++i) {
      await page.keyboard.press('Tab');
      const { what, outline } = await page.evaluate(() => ({
        what: document.activeElement.matches('.scroll') ? 'scroll' : document.activeElement.tagName,
        outline: getComputedStyle(document.activeElement).outlineStyle }));
      assert.equal(outline, 'solid', what);
      reached.push(what);
    }
    assert.deepEqual(reached, wanted);
  }));

test('the page of a usual run is at most 300 KiB, that of a large one 1.5 MB', () => {
  const size = (name) => statSync(join(pagesFolder(), name, 'report.html')).size;
  assert.ok(size('usual') <= 300 * 1024, `${size('usual')}`);
  assert.ok(size('large') <= 1_500_000, `${size('large')}`);
});
