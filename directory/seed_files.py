"""Where the reference data lies, and how a table of it is read; every text of it is NFC (a test holds it)."""

import csv
from collections.abc import Iterator
from pathlib import Path

SEED = Path(__file__).parents[1] / "seed"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file in ``seed/`` by column name."""
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
