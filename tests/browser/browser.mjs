// Headless Chromium, a server for pages on loopback, and visits that note everything a page says and asks for.
import { createServer } from 'node:http';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

function environment(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with ctest -L browser`);
  return value;
}

// Modules of the build folder, which no import statement of the source folder would find.
export function required(name) {
  return createRequire(join(environment('ASSAY_BROWSER_MODULES'), 'package.json'))(name);
}

export const pagesFolder = () => environment('ASSAY_BROWSER_PAGES');
export const assay = () => environment('ASSAY_BINARY');

export function openBrowser() {
  const executablePath = '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: ci/setup.sh test installs it`);
  return required('playwright-core').chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

// What Jenkins sends with artifacts that it shows.
export const jenkinsHeaders = {
  'content-security-policy': "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';",
};

// Serves `content` (a text, or a function that makes one) at every path. Close it when done.
export async function serve(content, headers = {}) {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers });
    answer.end(typeof content === 'function' ? content() : content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((resolve) => server.close(resolve)) };
}

// Opens a page in a fresh profile. `said`: its console and its errors; `asked`: the addresses that it wanted; those of
// another server than `url` are refused, so nothing leaves.
export async function visit(browser, url, { width = 1280, height = 900, dark = false, script = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: script });
  const page = await context.newPage();
  const said = [], asked = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('popup', (popup) => said.push(`popup: ${popup.url()}`));
  await context.route('**', (route) => {
    asked.push(route.request().url());
    return new URL(route.request().url()).origin === new URL(url).origin ? route.continue() : route.abort();
  });
  await page.goto(url);
  return { page, url, said, asked, close: () => context.close() };
}

// Serves `content`, visits it, and closes both afterwards.
export async function withPage(browser, content, options, action) {
  const server = await serve(content, options.headers);
  const visited = await visit(browser, server.url, options);
  try {
    return await action(visited.page, visited);
  } finally {
    await visited.close();
    await server.close();
  }
}

// Where a file is kept as an artifact: in build/<preset>/browser-shots.
export function kept(name) {
  const folder = environment('ASSAY_BROWSER_SHOTS');
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

export function shot(page, name, { fullPage = true } = {}) {
  return page.screenshot({ path: kept(`${name}.png`), fullPage });
}
