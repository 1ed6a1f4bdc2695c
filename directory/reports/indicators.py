"""The indicators as ``seed/indicators.csv`` defines them: each figure says what it counts and by which definition.

A definition that comes to mean something else gets the next version and its day, in a row of its own; the row of the
version before stays, because figures of closed years keep it.
"""

from datetime import date
from functools import cache
from types import MappingProxyType

from directory import seed_files
from directory.errors import NotFound
from directory.reports.figures import Indicator, Section
from directory.reports.rules import Unit


@cache
def definitions() -> MappingProxyType[tuple[str, int], Indicator]:
    """Return every version of every indicator, by code and version."""
    read = (_read(row) for row in seed_files.rows("indicators.csv"))
    return MappingProxyType({(one.code, one.version): one for one in read})


@cache
def indicators() -> MappingProxyType[str, Indicator]:
    """Return every indicator in its newest version by its code, in the order in which reports show them."""
    newest: dict[str, Indicator] = {}
    for one in definitions().values():
        if one.code not in newest or newest[one.code].version < one.version:
            newest[one.code] = one
    return MappingProxyType(newest)


def indicator(code: str) -> Indicator:
    """Return the indicator of this code, however its letter is cased.

    Raises: NotFound, when there is none.
    """
    found = indicators().get(code.strip().upper())
    if found is None:
        raise NotFound(
            "Không có chỉ số “%(code)s”.",
            what_now="Các chỉ số đang có: %(known)s.",
            blanks={"code": code.strip(), "known": ", ".join(indicators())},
        )
    return found


def _read(row: dict[str, str]) -> Indicator:
    return Indicator(
        code=row["code"],
        section=Section(row["section"]),
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        unit=Unit(row["unit"]),
        numerator_vi=row["numerator_vi"],
        numerator_en=row["numerator_en"],
        denominator_vi=row["denominator_vi"],
        denominator_en=row["denominator_en"],
        source_vi=row["source_vi"],
        source_en=row["source_en"],
        measure=row["measure"],
        parameters=tuple(part for part in row["parameters"].split(";") if part),
        breakdown=row["breakdown"],
        adds_up=row["adds_up"] == "1",
        is_sensitive=row["is_sensitive"] == "1",
        version=int(row["version"]),
        valid_from=date.fromisoformat(row["valid_from"]),
    )
