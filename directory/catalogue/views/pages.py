"""The pages of one entry, one provider, one subject, and the numbers to call at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from directory import clock
from directory.accounts.sessions import present
from directory.catalogue import cell_wording, correction_wording, queries, wording
from directory.catalogue.upkeep import Part
from directory.catalogue.urgency import by_need, is_free_to_call
from directory.catalogue.views import blueprint
from directory.catalogue.views.found import no_entry
from directory.errors import NotFound
from directory.web.access import public

#: A page number beyond this is a mistake; the queries clamp to the last page anyway.
_LAST_PAGE = 10_000


def _day(value: date) -> str:
    return str(format_date(value, "dd/MM/yyyy"))


def _subject_names(slugs: Iterable[str]) -> str:
    """Return the subjects in the reader's language: what an entry calls itself is Vietnamese."""
    tree = queries.categories().by_slug
    return ", ".join(tree[slug].name for slug in slugs)


def _subject_code(slug: str) -> str:
    """Return what stands for a subject in addresses."""
    return queries.categories().by_slug[slug].code


blueprint.add_app_template_filter(_day, "day")
blueprint.add_app_template_filter(_subject_code, "subject_code")
blueprint.add_app_template_filter(_subject_names, "subject_names")
blueprint.add_app_template_filter(format_decimal, "number")
blueprint.add_app_template_filter(wording.state_in_words, "opening")
blueprint.add_app_template_filter(wording.answering_in_words, "answering")
blueprint.add_app_template_filter(wording.closure_in_words, "closure")
blueprint.add_app_template_filter(wording.week_lines, "week_lines")
blueprint.add_app_template_filter(wording.distance_in_words, "distance")
blueprint.add_app_template_filter(wording.place_in_words, "place")
blueprint.add_app_template_filter(wording.province_in_words, "province")
blueprint.add_app_template_filter(wording.where_in_words, "where")
blueprint.add_app_template_filter(wording.language_names, "language_names")
blueprint.add_app_template_filter(wording.fact_names, "fact_names")
blueprint.add_app_template_filter(cell_wording.column_name, "column_name")
blueprint.add_app_template_filter(cell_wording.in_words, "in_words")
blueprint.add_app_template_filter(cell_wording.cell_lines, "cell_lines")
blueprint.add_app_template_filter(correction_wording.fault_name, "fault")
blueprint.add_app_template_filter(correction_wording.origin_name, "origin")
blueprint.add_app_template_filter(correction_wording.request_state_name, "request_state")
blueprint.add_app_template_test(is_free_to_call, "free_to_call")


@blueprint.get("/dich-vu/<code>")
@public
def offering(code: str) -> ResponseReturnValue:
    """Show one service at one place."""
    page = queries.offering_page(code, clock.now())
    if page is None:
        if moved := _moved(Part.OFFERING, code):
            return moved
        raise no_entry()
    may = {
        "suggest": queries.may_suggest(present(), page.card.code),
        "edit": queries.may_edit(present(), page.card.code),
    }
    return render_template("catalogue/offering.html", page=page, may=may)


@blueprint.get("/don-vi/<code>")
@public
def provider(code: str) -> ResponseReturnValue:
    """Show one organisation and what it offers."""
    page = queries.provider_page(code, _wanted_page(), clock.now())
    if page is None:
        if moved := _moved(Part.PROVIDER, code):
            return moved
        raise NotFound(_("Không có đơn vị này."), what_now=_("Bạn tìm lại ở ô dưới đây nhé."))
    link = _page_link("catalogue.provider", code)
    return render_template("catalogue/provider.html", page=page, page_link=link, here=link(page.page))


@blueprint.get("/chu-de/<code>")
@public
def category(code: str) -> ResponseReturnValue:
    """Show one subject: what is below it, where it is found, and its entries."""
    page = queries.category_page(code, _wanted_page(), clock.now())
    # The readable slug would work, but an address in a phone's history must not say what was looked for.
    if page is None or page.subject.code != code:
        raise NotFound(_("Không có chủ đề này."), what_now=_("Bạn tìm lại ở ô dưới đây nhé."))
    link = _page_link("catalogue.category", code)
    return render_template("catalogue/category.html", page=page, page_link=link, here=link(page.page))


@blueprint.get("/khan-cap")
@public
def emergency() -> ResponseReturnValue:
    """Show the numbers that can be called at once, most urgent first; only those whose source is known."""
    groups = by_need(queries.hotlines(clock.now()))
    return render_template(
        "catalogue/emergency.html", groups=groups, titles=wording.need_titles(), life=wording.life_lines()
    )


def _moved(part: Part, code: str) -> ResponseReturnValue | None:
    """Lead from the code of an entry or organisation that was merged to the one that it became."""
    present = queries.code_now(part, code)
    if present is None:
        return None
    answer = redirect(url_for("catalogue." + part, code=present))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wanted_page() -> int:
    wanted = request.args.get("trang", "1")
    return min(int(wanted), _LAST_PAGE) if wanted.isdecimal() and len(wanted) < 8 else 1


def _page_link(endpoint: str, code: str) -> Any:
    return lambda number: url_for(endpoint, code=code, trang=number if number > 1 else None)
