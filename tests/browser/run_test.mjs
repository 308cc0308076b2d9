// Runs one file of tests with node's own runner; ends with 77, a skip, where install_modules.mjs had to give up.
//   node run_test.mjs FILE
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

if (!existsSync(join(process.env.ASSAY_BROWSER_MODULES, 'node_modules'))) {
  console.error('SKIPPED: there is no browser library; browser/modules says why.');
  process.exit(77);
}
const done = spawnSync(process.execPath, ['--test-reporter=spec', '--test', process.argv[2]], { stdio: 'inherit' });
process.exit(done.status ?? 1);
