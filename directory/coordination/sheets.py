"""A list of the desk as a CSV file: read by Excel as it is, and nothing in it is calculated."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from directory.catalogue.formula_guard import guarded

_BYTE_ORDER_MARK = "\ufeff"  # so that Excel reads UTF-8


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a file to be kept; None becomes an empty cell."""
    out = io.StringIO()
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), mimetype="text/csv", headers=disposition)


def _cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value
