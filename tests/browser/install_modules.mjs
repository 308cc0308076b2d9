// Installs what package-lock.json names into a folder outside of the source tree, once for each state of that file.
//   node install_modules.mjs FOLDER
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const installed = join(folder, 'package-lock.json');

function isInstalled() {
  return existsSync(installed) && existsSync(join(folder, 'node_modules')) &&
    readFileSync(installed, 'utf8') === readFileSync(join(here, 'package-lock.json'), 'utf8');
}

if (!isInstalled()) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', '.npmrc', 'package-lock.json']) copyFileSync(join(here, name), join(folder, name));
  const done = spawnSync('npm', ['ci', '--prefer-offline', '--no-progress'], { cwd: folder, stdio: 'inherit' });
  if (done.status !== 0) {
    rmSync(installed);
    console.error(`The browser tests need the packages of ${join(here, 'package-lock.json')}, and npm ci ` +
      (done.error ? `could not be started: ${done.error.message}` : `ended with status ${done.status}`) +
      '. ci/setup.sh test installs npm; the registry is the one that npm is configured for.');
    process.exit(1);
  }
}
