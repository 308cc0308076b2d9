// Every text of a target, a gate file or a probe tries to break out: each stays a text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { jenkinsHeaders, openBrowser, pagesFolder, shot, withPage } from './browser.mjs';
import { assertInert, assertLegible, assertOffline, assertQuiet, unfold } from './page_checks.mjs';

const content = readFileSync(join(pagesFolder(), 'hostile', 'report.html'), 'utf8');
const literal = `</script></style></title><b onclick='x'><img src=x onerror="window.harmed=1">"]]>::error?[31m`;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

async function assertUnharmed(page, visited) {
  await unfold(page);
  await assertInert(page);
  assertOffline(visited);
  assert.equal(await page.locator('b[onclick]').count(), 0);
  assert.ok((await page.locator('h1').innerText()).includes(literal));
  const says = await page.evaluate(() => document.title + document.querySelector('main').textContent);
  assert.doesNotMatch(says, /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/);
}

test('nothing of them runs, loads or points anywhere, and the page stays in its window', async () => {
  for (const width of [375, 1280]) {
    await withPage(browser, content, { width }, async (page, visited) => {
      await shot(page, `hostile-${width}`);
      await assertUnharmed(page, visited);
      assertQuiet(visited);
      await assertLegible(page);
    });
  }
});

test('they are texts in the title, in the tables and in what the script draws', () => withPage(browser, content, {}, async (page, visited) => {
  assert.ok((await page.title()).includes('</script></style></title>'));
  for (const id of ['checks', 'errors', 'server-metrics', 'steps', 'probes', 'judgement', 'plan'])
    assert.ok((await page.locator(`#${id}`).evaluate((section) => section.textContent)).includes(literal), id);
  const figure = page.locator('#latency figure');
  await figure.getByRole('button', { name: 'Zoom' }).click();
  const { x, y, width, height } = await figure.locator('.zoomed').boundingBox();
  await page.mouse.move(x + 68 + (width - 68 - 48) * 48.5 / 60, y + height / 2);
  await figure.locator('.note', { hasText: literal }).waitFor();
  for (const head of await page.locator('#steps thead button').all()) await head.click();
  await assertUnharmed(page, visited);
  assertQuiet(visited);
}));

test('they are texts without the policy of the page as well, and under that of a CI server', async () => {
  const bare = content.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  assert.notEqual(bare, content);
  await withPage(browser, bare, {}, assertUnharmed);
  await withPage(browser, content, { headers: jenkinsHeaders }, assertUnharmed);
});
