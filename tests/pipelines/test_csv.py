"""Comma-separated values as Python's csv module reads them, strictly; a spreadsheet finds no formula in them."""
import csv
import io
import unittest

import golden_reports

FREE_TEXT = {"run", "gate", "class", "check", "file", "sentence"}
NUMBERS = {"value", "limit", "baseline", "candidate", "change", "low", "high", "margin", "samples", "line", "at_s", "length_s",
           "quantile", "count"}


def rows_of(format, variant=""):
    text = golden_reports.bytes_of(format, variant).decode("utf-8")
    return text, list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


class Csv(unittest.TestCase):
    def files(self):
        yield rows_of("csv")
        for variant in golden_reports.VARIANTS:
            yield rows_of("csv-checks", variant)

    def test_every_row_is_whole(self):
        for text, rows in self.files():
            self.assertGreater(len(rows), 3)
            self.assertEqual(text.count("\r\n"), len(rows) + 1)
            self.assertEqual(text.count("\n"), text.count("\r\n"))
            self.assertTrue(all(None not in row and None not in row.values() for row in rows))

    def test_numbers_are_numbers_and_text_is_no_formula(self):
        for _, rows in self.files():
            for row in rows:
                for column, cell in row.items():
                    if column in NUMBERS and cell:
                        float(cell)
                    if column in FREE_TEXT:
                        self.assertFalse(cell.lstrip(" ").startswith(("=", "+", "-", "@")), cell)

    def test_seconds_add_up_to_the_run(self):
        _, rows = rows_of("csv")
        requests = sum(int(row["count"]) for row in rows if row["metric"] == "requests")
        failed = sum(int(row["value"]) for row in rows if row["metric"] == "failed")
        self.assertEqual((requests, failed), (18089, 62))  # as the other reports of this run say
        self.assertEqual({row["length_s"] for row in rows}, {"1"})
        for row in rows:
            if row["metric"] == "response_time":
                self.assertGreater(float(row["value"]), 0)


if __name__ == "__main__":
    unittest.main()
