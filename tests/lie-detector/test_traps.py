"""Every trap against assay alone: what `ci/lie-detector.sh` prints in assay's column must be right in every row."""
import concurrent.futures
import unittest

import stage  # noqa: F401  (first: it puts the neighbours on the path)
import catalogue
import runner
from trap import RIGHT

BESIDE = 4  # the traps wait most of the time


class Traps(unittest.TestCase):
    """All of them share one pool of runs; each is a test with its own name and outcome."""

    @classmethod
    def setUpClass(cls):
        pool = concurrent.futures.ThreadPoolExecutor(BESIDE)
        cls.addClassCleanup(pool.shutdown)
        cls.jobs = {trap.name: pool.submit(runner.try_assay, trap) for trap in catalogue.TRAPS if not trap.alone}
        concurrent.futures.wait(cls.jobs.values())

    def cell_of(self, trap):
        if trap.alone:
            return runner.try_assay(trap)
        try:
            return self.jobs[trap.name].result()
        except runner.Disturbed:
            return runner.try_assay(trap)  # once more, with nothing beside it

    def judge(self, trap):
        cell = self.cell_of(trap)
        self.assertEqual(cell.state, RIGHT, f"{trap.title}: {cell.text}")


def _test_of(trap):
    def test(self):
        self.judge(trap)
    test.__doc__ = trap.title
    return test


for each in catalogue.TRAPS:
    setattr(Traps, "test_" + each.name.replace("-", "_").replace(".", "_"), _test_of(each))

if __name__ == "__main__":
    unittest.main()
