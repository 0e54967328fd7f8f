"""Student's sleep data and what R makes of them (tests/reference/paired_tests.csv)."""

import csv
from pathlib import Path

SLEEP = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]  # R's `sleep`, drug 2 - drug 1, hours
_TABLE = Path(__file__).parents[1] / "reference" / "paired_tests.csv"
R_SLEEP = next(row for row in csv.DictReader(_TABLE.read_text().splitlines()) if row["set"] == "sleep")
