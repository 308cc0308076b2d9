// Installs what package-lock.json names into a folder outside of the source tree, once for each state of that file.
//   node install_modules.mjs FOLDER
// Ends with 77, which is no failure but a skip, where the registry cannot be reached: then nothing was tested, and
// nothing of ours is wrong.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const installed = join(folder, 'package-lock.json');

const kUnreachable = /code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_[A-Z_]+)/;

function isInstalled() {
  return existsSync(installed) && existsSync(join(folder, 'node_modules')) &&
    readFileSync(installed, 'utf8') === readFileSync(join(here, 'package-lock.json'), 'utf8');
}

if (!isInstalled()) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', '.npmrc', 'package-lock.json']) copyFileSync(join(here, name), join(folder, name));
  const done = spawnSync('npm', ['ci', '--prefer-offline', '--no-progress'],
    { cwd: folder, stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8' });
  process.stderr.write(done.stderr ?? '');
  if (done.status !== 0) {
    rmSync(installed);
    if (kUnreachable.test(done.stderr ?? '')) {
      console.error('SKIPPED: the registry that npm is configured for cannot be reached or trusted from here.');
      process.exit(77);
    }
    console.error(`The browser tests need the packages of ${join(here, 'package-lock.json')}, and npm ci ` +
      (done.error ? `could not be started: ${done.error.message}` : `ended with status ${done.status}`) +
      '. ci/setup.sh test installs npm; the registry is the one that npm is configured for.');
    process.exit(1);
  }
}
