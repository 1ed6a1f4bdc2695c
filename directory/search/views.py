"""``/``, ``/tim``, ``/api/tim`` and ``/goi-y``: ask, and get places with a telephone number, nearest first."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from directory import clock
from directory.catalogue.queries import cards, categories
from directory.places.queries import in_viet_nam
from directory.search.answers import as_json
from directory.search.forms import SearchForm, parameters, read_form
from directory.search.links import Links, candidate_chips, filter_chips, understood_chips
from directory.search.queries import Hit, SearchAnswer, SearchRequest, Understood, find, suggest
from directory.web.access import public

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """One question, one box, five subjects, one red line to a telephone."""
    examples = (_("khám bệnh gần tôi"), _("luật sư Hạ Long"), _("mất giấy tờ"), _("học nghề"), _("xin việc"))
    return render_template(
        "search/home.html", subjects=categories().top, examples=examples, subject_hints=_subject_hints()
    )


@blueprint.get("/tim")
@public
def results() -> ResponseReturnValue:
    """Answer a search as a page that is complete without the map and without JavaScript."""
    form = read_form(request.args, categories(), in_viet_nam)
    answer = answer_to(form)
    return render_template("search/results.html", form=form, **_shown(form, answer))


@blueprint.get("/api/tim")
@public
def api_results() -> ResponseReturnValue:
    """Answer a search as JSON; a parameter that cannot be read is an error, one that cannot be met a warning."""
    form = read_form(request.args, categories(), in_viet_nam)
    if form.is_wrong:
        return jsonify(error=" ".join(form.problems)), 400
    answer = answer_to(form)
    return jsonify(as_json(answer, [*form.problems, *_unknown_area(answer.understood)]))


@blueprint.get("/goi-y")
@public
def suggestions() -> ResponseReturnValue:
    """Return what the words typed so far may become."""
    form = read_form(request.args, categories(), in_viet_nam)
    return jsonify(suggestions=suggest(form.q) if form.q else [])


def answer_to(form: SearchForm) -> SearchAnswer:
    """Run the search that the form asks for, as of now."""
    wanted = SearchRequest(
        text=form.q,
        position=form.position,
        area=form.area or None,
        category=form.category,
        radius_km=form.radius_km,
        open_now=form.open_now,
        page=form.page,
        per_page=form.per_page,
        ignore=form.ignore,
    )
    return find(wanted, clock.now())


def _shown(form: SearchForm, answer: SearchAnswer) -> dict[str, Any]:
    links, understood = Links(form, categories()), answer.understood
    corrected = {"text": understood.corrected, "href": links.without("correction")} if understood.corrected else None
    return {
        # A candidate is chosen by its key, which is no name for a person to read.
        "area": (understood.area or "") if ":" in form.area else form.area,
        "total": answer.total,
        "page": answer.page,
        "pages": answer.pages,
        "problems": [*form.problems, *_unknown_area(understood)],
        "count": _count(answer),
        "order": _order(form, understood),
        "results": _with_distances(answer.hits),
        "instead": _with_distances(answer.instead),
        "instead_title": _instead_title(answer.instead_reason),
        "understood": understood_chips(links, understood),
        "corrected": corrected,
        "place_candidates": candidate_chips(links, answer),
        "filters": filter_chips(links, understood),
        "asks_for_place": understood.near_me and not form.position and not understood.area,
        "kept": [pair for pair in parameters(form, links.subjects).items() if pair[0] in {"q", "chu-de", "mo-cua"}],
        "map_url": links.to("/ban-do", page=answer.page),
        "frame_url": links.to("/ban-do/khung", page=answer.page),
        "here": links.to(page=answer.page),
        "page_link": lambda number: links.to(page=number),
    }


def _order(form: SearchForm, understood: Understood) -> str:
    if form.position:
        return _("Gần nhất trước")
    # Of a place that was only named, its middle is all that is known.
    return _("Gần trung tâm trước") if understood.area else _("Khớp nhất trước")


def _count(answer: SearchAnswer) -> str:
    some = answer.total - answer.with_all_words
    if answer.with_all_words and some:
        every = ngettext(
            "%(shown)s nơi khớp đủ",
            "%(shown)s nơi khớp đủ",
            answer.with_all_words,
            shown=format_decimal(answer.with_all_words),
        )
        return _("%(every)s, %(some)s nơi khớp một phần", every=every, some=format_decimal(some))
    return ngettext("%(shown)s nơi", "%(shown)s nơi", answer.total, shown=format_decimal(answer.total))


def _unknown_area(understood: Understood) -> list[str]:
    if not understood.unknown_area:
        return []
    return [_("Không biết nơi nào tên “%(area)s”, nên đã tìm ở mọi nơi.", area=understood.unknown_area)]


def _instead_title(reason: str | None) -> str:
    titles = {
        "without_conditions": _("Những nơi gần đúng, khi bỏ bớt điều kiện"),
        "without_radius": _("Những nơi xa hơn"),
        "outside_area": _("Những nơi gần đó nhất"),
        "fewer_words": _("Những nơi khớp một phần"),
        "hotlines": _("Những số bạn có thể gọi để hỏi"),
    }
    return titles.get(reason or "", _("Những nơi khác bạn có thể hỏi"))


def _with_distances(hits: tuple[Hit, ...]) -> list[tuple[Any, float | None]]:
    distances = {hit.offering_id: hit.distance_m for hit in hits}
    return [(card, distances[card.id]) for card in cards(list(distances))]


def _subject_hints() -> dict[str, str]:
    return {
        "y-te": _("Khám, xét nghiệm, thuốc"),
        "phap-ly": _("Luật sư, giấy tờ, tiền công"),
        "tam-ly": _("Có người lắng nghe"),
        "viec-lam": _("Học nghề, tìm việc, vay vốn"),
        "an-toan": _("Bị đánh, bị ép, cần chỗ ở"),
    }
