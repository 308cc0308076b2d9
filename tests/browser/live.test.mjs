// The page of a run that goes on, as its own server serves it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assay, openBrowser, shot, visit } from './browser.mjs';
import { assertAccessible, assertInert, assertLegible, assertQuiet } from './page_checks.mjs';

let browser, folder, run;
before(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'assay-browser-'));
});
after(async () => {
  run?.kill();
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

// A demo with its live page: its address, and what becomes the exit code.
function watched() {
  run = spawn(assay(), ['demo', 'errors', '--ui', '127.0.0.1:0', '--out', join(folder, 'run')], { cwd: folder });
  run.stdout.resume();
  const ended = new Promise((resolve) => run.on('close', resolve));
  const address = new Promise((resolve, reject) => {
    let told = '';
    run.stderr.on('data', (more) => {
      told += more;
      const found = /live page at (\S+)\n/.exec(told);
      if (found) resolve(found[1]);
    });
    ended.then((code) => reject(new Error(`it ended with ${code}: ${told}`)));
  });
  return { address, ended };
}

// Cells are numbers or words; the first number of the section grows while requests are answered.
const requests = (page) => page.evaluate(() => {
  const row = [...document.querySelectorAll('#live-now tbody tr')].find((each) => each.cells[0].textContent === 'candidate');
  return row ? Number(row.cells[1].textContent.replaceAll(',', '')) : 0;
});

const version = (page) => page.locator('#live-latency svg path').first().getAttribute('d');

async function until(page, holds) {
  for (let tries = 0; tries < 600 && !await holds(); ++tries) await page.waitForTimeout(100);
  assert.ok(await holds());
}

test('a run that goes on: its page brings itself up to date, keeps what its reader did, and stops the run', async () => {
  const { address, ended } = watched();
  const visited = await visit(browser, await address);
  const { page } = visited;
  await until(page, async () => await requests(page) > 100 && await page.locator('#live-latency svg path').count() > 0);
  assert.match(await page.locator('h1').innerText(), /RUNNING\s+demo/);
  assert.doesNotMatch(await page.locator('h1').innerText(), /PASS|FAIL|INCONCLUSIVE|INVALID/);

  await page.locator('#live-latency').getByRole('button', { name: 'Zoom' }).click();
  await page.locator('#live-throughput details summary').first().click();
  const before = await requests(page), picture = await version(page);
  await until(page, async () => await requests(page) > before && await version(page) !== picture);
  assert.ok(await page.locator('#live-latency .zoomed canvas').first().isVisible());
  assert.ok(await page.locator('#live-throughput details').first().evaluate((details) => details.open));
  await shot(page, 'live-1280');

  await assertInert(page);
  await assertLegible(page);
  await assertAccessible(page);
  await page.locator('#live-stop').click();
  await page.locator('#live-stop').click();
  await until(page, async () => /Asked/.test(await page.locator('#live-said').innerText()));
  await until(page, async () => /is over/.test(await page.locator('#live-link').innerText()));
  assertQuiet(visited);
  await visited.close();
  assert.ok([1, 3, 4].includes(await ended), 'a run that is stopped by hand does not pass');
});
