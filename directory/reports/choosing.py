"""What a reader of reports asks for in the address: which area or province, which period, and what she may choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from directory.accounts.rules import Actor
from directory.catalogue.values import Unreadable, read_date
from directory.errors import DirectoryError
from directory.places.areas import Ambiguous
from directory.reports import periods
from directory.reports.figures import Scope
from directory.reports.period_wording import kind_name, name_of_named, period_name
from directory.reports.periods import NamedPeriod, Period
from directory.reports.queries.by_hand import areas_of, provinces_of
from directory.reports.queries.scope import scope_of
from directory.web.wording import what_happened, what_now

#: Where a reader may look no further than this.
LATEST = date(2100, 12, 31)


@dataclass(frozen=True)
class Choice:
    """What was asked for; ``fault`` says what of it could not be read, and then the usual stands instead."""

    scope: Scope
    period: Period
    #: As the address says the place; "" for all that is hers.
    place: str
    fault: str = ""

    @property
    def named(self) -> NamedPeriod | None:
        """The period's name, if it has one."""
        return periods.name_of(self.period)

    @cached_property
    def text(self) -> str:
        """The period as the address says it."""
        return periods.text_of(self.period)

    @property
    def name(self) -> str:
        """What the period is called."""
        return period_name(self.period)

    @property
    def address(self) -> dict[str, Any]:
        """The parameters that ask for the same again."""
        place = {"dia-ban": self.place} if self.place else {}
        return place | {"ky": self.text}


def read_choice(asked: Mapping[str, str], actor: Actor, today: date, *, usual: Period | None = None) -> Choice:
    """Read ``dia-ban``, ``ky`` or ``tu`` and ``den``; without a period, this calendar year.

    Raises: NotFound, when the place is not hers; it looks like one that does not exist.
    """
    place = asked.get("dia-ban", "").strip()
    usual = usual or periods.year_period(today.year)
    try:
        period, fault = read_period(asked, today) or usual, ""
    except ValueError:
        period = usual
        fault = _(
            "Không đọc được kỳ bạn chọn, hoặc ngày đầu đứng sau ngày cuối. "
            "Trang đang hiện kỳ thường dùng; bạn chọn lại nhé."
        )
    try:
        scope = scope_of(place or None, actor)
    except Ambiguous as error:
        place, scope, fault = "", scope_of(None, actor), _said(error)
    return Choice(scope, period, place, fault)


def _said(error: DirectoryError) -> str:
    return f"{what_happened(error)} {what_now(error)}".rstrip()


def read_period(asked: Mapping[str, str], today: date, *, mark: str = "") -> Period | None:
    """Return the period that is asked for; None when none is. Days of one's own win over a name.

    Raises: ValueError, when it cannot be read.
    """
    first, last = asked.get(f"tu{mark}", "").strip(), asked.get(f"den{mark}", "").strip()
    if first or last:
        return _typed(first, last, today)
    text = asked.get(f"ky{mark}", "").strip()
    return periods.parse(text) if text else None


def _typed(first: str, last: str, today: date) -> Period:
    try:
        begins = read_date(first, LATEST)
        return periods.parse(Period(begins, read_date(last, LATEST) if last else max(today, begins)).text)
    except Unreadable as error:
        raise ValueError("no day") from error


def period_menu(today: date, chosen: Period) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the periods on offer by kind, each as the address says it and by name; what is chosen is among them."""
    offered = periods.named_periods(today)
    one = periods.name_of(chosen)
    menu = [
        (kind_name(kind), [(each.text, name_of_named(each)) for each in group])
        for kind, group in groupby(offered, key=lambda each: each.kind)
    ]
    menu.reverse()
    if one not in offered:
        menu.insert(0, (_("Đang chọn"), [(periods.text_of(chosen), period_name(chosen))]))
    return menu


def place_menu(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places on offer by kind, each as the address says it and by name."""
    provinces = [(name, name) for unit in provinces_of(actor) if (name := f"{unit.kind} {unit.name}")]
    areas = [(area.code, area.name) for area in areas_of(actor)]
    return [(_("Tỉnh, thành phố"), provinces), (_("Địa bàn"), areas)]
