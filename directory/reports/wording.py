"""How figures are said: numbers with their units and signs, why there is none, where one comes from."""

from collections.abc import Callable
from datetime import date

from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from directory.reports.figures import Figure, Indicator, Scope, Section, WhyNone
from directory.reports.models import ManualFigure
from directory.reports.rules import Origin, Qualifier, Unit


def is_english() -> bool:
    """Whether the page is in English: names and definitions of indicators are data in two languages."""
    return str(get_locale()) == "en"


def indicator_name(indicator: Indicator) -> str:
    """Return the indicator's name in the reader's language."""
    return indicator.name_en if is_english() else indicator.name_vi


def counted(indicator: Indicator) -> str:
    """Return what is counted (the numerator)."""
    return indicator.numerator_en if is_english() else indicator.numerator_vi


def divided_by(indicator: Indicator) -> str:
    """Return what it is divided by; empty when it is no rate."""
    return indicator.denominator_en if is_english() else indicator.denominator_vi


def counted_in(indicator: Indicator) -> str:
    """Return in which records it is counted (the source)."""
    return indicator.source_en if is_english() else indicator.source_vi


def scope_name(scope: Scope) -> str:
    """Return what a report is about: the names of places, or the word for all of them."""
    return str(_("Toàn quốc")) if scope.is_national else scope.name


#: Why functions: of all these words a figure needs one, and a report has thousands of figures.
_UNIT_NAMES: dict[Unit, Callable[[int], str]] = {
    Unit.SERVICES: lambda number: ngettext("lượt", "lượt", number),
    Unit.PEOPLE: lambda number: ngettext("người", "người", number),
    Unit.CASES: lambda number: ngettext("trường hợp", "trường hợp", number),
    Unit.EVENTS: lambda number: ngettext("cuộc", "cuộc", number),
    Unit.COURSES: lambda number: ngettext("lớp", "lớp", number),
    Unit.DAYS: lambda number: ngettext("ngày", "ngày", number),
    Unit.COPIES: lambda number: ngettext("bản", "bản", number),
    Unit.BOARDS: lambda number: ngettext("bảng", "bảng", number),
    Unit.SLIPS: lambda number: ngettext("phiếu", "phiếu", number),
    Unit.POINTS: lambda number: ngettext("điểm", "điểm", number),
    Unit.GROUPS: lambda number: ngettext("nhóm", "nhóm", number),
    Unit.MEMBERS: lambda number: ngettext("thành viên", "thành viên", number),
    Unit.PROVINCES: lambda number: ngettext("tỉnh, thành phố", "tỉnh, thành phố", number),
    Unit.PROVINCE_MODELS: lambda number: ngettext("tỉnh × mô hình", "tỉnh × mô hình", number),
    Unit.MODELS: lambda number: ngettext("mô hình", "mô hình", number),
    Unit.AREAS: lambda number: ngettext("địa bàn", "địa bàn", number),
    Unit.BUSINESSES: lambda number: ngettext("cơ sở", "cơ sở", number),
    Unit.ENTRIES: lambda number: ngettext("mục", "mục", number),
    Unit.WARDS: lambda number: ngettext("xã, phường", "xã, phường", number),
    Unit.HOURS: lambda number: ngettext("giờ", "giờ", number),
    Unit.PER_MONTH: lambda number: ngettext("cuộc mỗi tháng", "cuộc mỗi tháng", number),
    Unit.PER_CENT: lambda _number: "%",
    Unit.KINDS: lambda number: ngettext("loại", "loại", number),
}


def unit_name(unit: Unit, count: float | None = None) -> str:
    """Return the word that stands after this number; without one, as it stands over a column."""
    return str(_UNIT_NAMES[unit](1 if count == 1 else 2))


def section_name(section: Section) -> str:
    """Return the heading that an indicator stands under."""
    names = {
        Section.SERVICES: _("Lượt dịch vụ đã nhận"),
        Section.PEOPLE: _("Người được giúp"),
        Section.REFERRALS: _("Phiếu hẹn đi đến đâu"),
        Section.UNMET: _("Điều chưa đáp ứng được"),
        Section.CONTACTS: _("Tiếp cận"),
        Section.ACTIVITIES: _("Hoạt động"),
        Section.MATERIALS: _("Tài liệu và cuốn phiếu"),
        Section.PROGRAMME: _("Điểm mô hình và nhóm"),
        Section.DIRECTORY: _("Sổ địa chỉ"),
        Section.BY_HAND: _("Số liệu nhập tay, có nguồn"),
    }
    return str(names[section])


def qualifier_name(qualifier: Qualifier) -> str:
    """Return the word before a number that was not published as exact; empty for an exact one."""
    names = {
        Qualifier.EXACT: "",
        Qualifier.ABOUT: _("khoảng"),
        Qualifier.OVER: _("trên"),
        Qualifier.NEARLY: _("gần"),
    }
    return str(names[qualifier])


def number_text(value: float) -> str:
    """Return a number as it is written here: at most one decimal, thousands apart."""
    return str(format_decimal(round(value, 1), format="#,##0.#"))


def figure_number(figure: Figure) -> str:
    """Return the number of a figure with the word before it; a dash where there is none."""
    if figure.value is None:
        return "–"
    return f"{qualifier_name(figure.qualifier)} {number_text(figure.value)}".strip()


def why_none(why: WhyNone | None) -> str:
    """Return why there is no number."""
    reasons = {
        WhyNone.NO_RECORD: _("không có số liệu"),
        WhyNone.SEVERAL_YEARS: _("không cộng số người qua nhiều năm"),
        WhyNone.NOTHING_TO_DIVIDE: _("chưa có gì để tính tỉ lệ"),
        WhyNone.KEPT_BACK: _("số nhỏ, không nêu"),
        WhyNone.ONLY_FIXED_PERIODS: _("chỉ một xã, phường: chỉ nêu theo năm đã chốt"),
    }
    return str(reasons[why or WhyNone.NO_RECORD])


def why_none_short(why: WhyNone | None) -> str:
    """Return why there is no number, in a cell; beside the table stands more."""
    short = {
        WhyNone.SEVERAL_YEARS: _("không cộng"),
        WhyNone.NOTHING_TO_DIVIDE: "–",
        WhyNone.KEPT_BACK: _("giữ lại"),
        WhyNone.ONLY_FIXED_PERIODS: _("giữ lại"),
    }
    return str(short.get(why or WhyNone.NO_RECORD) or why_none(why))


def figure_text(figure: Figure, unit: Unit) -> str:
    """Return a figure as a sentence would hold it: number and unit, or why there is none."""
    if figure.value is None:
        return why_none(figure.why_none)
    return f"{figure_number(figure)} {unit_name(unit, figure.value)}".replace(" %", "%")


def origin_name(figure: Figure) -> str:
    """Return where a figure comes from when it is not reckoned from records just now; else empty."""
    names = {Origin.RECORDS: "", Origin.FROZEN: _("đã chốt"), Origin.BY_HAND: _("nhập tay")}
    return str(names[figure.origin])


def day_text(day: date) -> str:
    """Return a day as it is written here."""
    return f"{day.day}/{day.month}/{day.year}"


def own_days(figure: Figure) -> str:
    """Return the days that a figure entered by hand is about; empty when it says none."""
    if figure.last_on is None:
        return ""
    if figure.first_on is None:
        return str(_("tính đến %(day)s", day=day_text(figure.last_on)))
    return str(_("từ %(first)s đến %(last)s", first=day_text(figure.first_on), last=day_text(figure.last_on)))


def figure_from(entered: ManualFigure) -> Figure:
    """Return a figure that was entered by hand as a report shows it; its place is told beside."""
    whole = int(entered.value)
    return Figure(
        whole if entered.value == whole else float(entered.value),
        qualifier=entered.qualifier,
        origin=Origin.BY_HAND,
        first_on=entered.first_on,
        last_on=entered.last_on,
        source=entered.source,
        source_url=entered.source_url or "",
        is_demo=entered.is_demo,
    )
