"""The links of a results page: each undoes one understanding, puts one filter on or off, or turns the page.

Plain addresses, so that everything works without JavaScript.
"""

from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask_babel import gettext as _

from directory.catalogue.queries import Subjects
from directory.catalogue.wording import language_names
from directory.places.finder import Resolution
from directory.places.queries import former_province_name
from directory.search.forms import SearchForm, parameters
from directory.search.queries import SearchAnswer, Understood


@dataclass(frozen=True)
class Chip:
    """A link with a name, and for a filter its symbol."""

    label: str
    href: str
    symbol: str = ""


@dataclass(frozen=True)
class Links:
    """Makes addresses that differ from the present search in one thing."""

    form: SearchForm
    subjects: Subjects

    def to(self, path: str = "/tim", **changes: object) -> str:
        """Return the address of the search with these changes; the page starts anew unless it is the change."""
        form = replace(self.form, **({"page": 1} | changes))  # type: ignore[arg-type]
        query = urlencode(parameters(form, self.subjects), doseq=True)
        return f"{path}?{query}" if query else path

    def without(self, understanding: str) -> str:
        """Return the address where the understanding is undone."""
        return self.to(ignore=self.form.ignore | {understanding})


#: An ambiguous name has up to forty meanings; whoever means another types the province with it.
MOST_CANDIDATES = 8
#: The filters that have words of their own, with their symbols.
_FACET_SYMBOLS = {"free": "money", "no_id": "id", "open_24h": "phone"}


def understood_chips(links: Links, understood: Understood) -> list[Chip]:
    """Return what was understood, each with the address that undoes it."""
    form, chips = links.form, []
    if understood.category:
        subject = links.subjects.by_slug[understood.category]
        href = links.to(category=None) if form.category else links.without("category")
        chips.append(Chip(subject.name, href))
    if understood.area:
        chips.append(Chip(understood.area, links.to(area="") if form.area else links.without("area")))
    if form.position:
        chips.append(Chip(_("gần vị trí của bạn"), links.to(position=None)))
    elif understood.near_me:
        chips.append(Chip(_("gần tôi"), links.without("near_me")))
    if form.radius_km:
        chips.append(Chip(_("trong %(km)s km", km=f"{form.radius_km:g}"), links.to(radius_km=None)))
    chips += [Chip(facet_name(facet), _facet_off(links, facet)) for facet in understood.facets if facet != "open_now"]
    if form.open_now or "open_now" in understood.facets:
        chips.append(Chip(_("đang mở cửa"), _facet_off(links, "open_now")))
    return chips


def filter_chips(links: Links, understood: Understood) -> list[Chip]:
    """Return the few filters that most people want and that are not on yet; what is on is a chip of its own."""
    form, chips = links.form, []
    if not (form.position or understood.near_me or understood.area):
        href = links.to(q=_with_words(form.q, _("gần tôi")), ignore=form.ignore - {"near_me"})
        chips.append(Chip(_("Gần tôi"), href, "near"))
    if not form.open_now and "open_now" not in understood.facets:
        chips.append(Chip(_("Đang mở cửa"), links.to(open_now=True, ignore=form.ignore - {"open_now"}), "clock"))
    for facet, symbol in _FACET_SYMBOLS.items():
        if facet not in understood.facets:
            name = facet_name(facet)
            chips.append(Chip(name[:1].upper() + name[1:], _facet_on(links, facet), symbol))
    return chips


def candidate_chips(links: Links, answer: SearchAnswer) -> list[Chip]:
    """Return the places that an ambiguous name may mean, each as the address of a search there."""
    candidates = answer.understood.area_candidates[:MOST_CANDIDATES]
    names = Counter(candidate.name for candidate in candidates)
    return [
        Chip(
            _told_apart(candidate) if names[candidate.name] > 1 else candidate.name,
            links.to(area=candidate.unit_keys[0]),
        )
        for candidate in candidates
    ]


def _told_apart(candidate: Resolution) -> str:
    """Return the name with the former province: two districts of one name may be in one province today."""
    former = former_province_name(candidate.unit_keys[0])
    if not former or former in candidate.name:
        return candidate.name
    return _("%(place)s, trước thuộc %(province)s", place=candidate.name, province=former)


def facet_name(facet: str) -> str:
    """Return a facet in words."""
    if facet.startswith("lang:"):
        return _("nói được %(language)s", language=language_names([facet.removeprefix("lang:")])[0])
    names = {
        "free": _("miễn phí"),
        "open_now": _("đang mở cửa"),
        "open_24h": _("24/24"),
        "no_id": _("không hỏi giấy tờ"),
        "anonymous": _("không cần nói tên"),
        "no_police": _("không báo công an"),
        "women_staff": _("có nhân viên nữ"),
        "evening": _("có giờ buổi tối"),
        "weekend": _("có làm cuối tuần"),
        "trans_friendly": _("tiếp người chuyển giới"),
        "peer_may_come": _("được đi cùng người thân"),
        "wheelchair": _("vào được bằng xe lăn"),
    }
    return names.get(facet, facet)


def _facet_on(links: Links, facet: str) -> str:
    if facet in links.form.ignore:
        # The words are still in the box; forgetting that they were undone is enough.
        return links.to(ignore=links.form.ignore - {facet})
    return links.to(q=_with_words(links.form.q, _words_for(facet)))


def _facet_off(links: Links, facet: str) -> str:
    words = _words_for(facet)
    if words and links.form.q.endswith(words):
        return links.to(q=links.form.q.removesuffix(words).strip())
    if facet == "open_now":
        ignore = links.form.ignore if links.form.open_now else links.form.ignore | {"open_now"}
        return links.to(open_now=False, ignore=ignore)
    return links.without(facet)


def _words_for(facet: str) -> str:
    """Return the words that switch a facet on when they stand at the end of a query, in any language."""
    return {"free": _("miễn phí"), "no_id": _("không cần giấy tờ"), "open_24h": "24/24"}.get(facet, "")


def _with_words(text: str, words: str) -> str:
    return text if text.endswith(words) else f"{text} {words}".strip()
