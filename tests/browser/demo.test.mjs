// The page that a real run leaves behind.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assay, openBrowser, shot, withPage } from './browser.mjs';
import { assertAccessible, assertInert, assertLegible, assertOffline, assertQuiet, unfold, widths } from './page_checks.mjs';

let browser, folder;
before(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'assay-browser-'));
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

// Whatever this machine makes of it, the run has a verdict; 2 and above 4 are no verdicts.
const demo = () => new Promise((resolve, reject) => {
  execFile(assay(), ['demo', 'errors', '--quiet', '--out', join(folder, 'run')], { cwd: folder }, (error, stdout, stderr) => {
    const code = error ? error.code : 0;
    if ([0, 1, 3, 4].includes(code)) resolve();
    else reject(new Error(`assay demo ended with ${code}: ${stdout}${stderr}`));
  });
});

test('assay demo: its page says what its result says, at every width', async () => {
  await demo();
  const content = readFileSync(join(folder, 'run', 'report.html'), 'utf8');
  const { result, verdict } = JSON.parse(readFileSync(join(folder, 'run', 'result.json'), 'utf8'));
  for (const width of widths) {
    await withPage(browser, content, { width, dark: width === 768 }, async (page, visited) => {
      await shot(page, `demo-${width}`);
      assert.match(await page.locator('h1').innerText(), new RegExp(`${verdict.grade.toUpperCase()}\\s+${result.name}`));
      assert.ok((await page.locator('.reason').innerText()).includes(verdict.reason.slice(0, 40)));
      assertQuiet(visited);
      assertOffline(visited);
      await assertInert(page);
      await assertAccessible(page);
      await unfold(page);
      await assertLegible(page);
    });
  }
});
