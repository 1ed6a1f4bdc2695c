"""Find the phrases of a query that mean something, and decide which to keep where they overlap.

The longest phrase wins, and at equal length the surer kind. Of several places one is the area asked for: one with its
kind ("phường …"), with what holds it, or a province, before a bare name, which is as often a part of somebody's name
("bệnh viện hữu nghị, hà nội"). The query is read once for each place that may be the area, and the way that explains
most words wins: in "ca phường hồng gai" the word "phường" belongs to "ca phường" (the police), and "hồng gai" is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.places.gazetteer import Gazetteer, Resolution
from directory.search.words import Form, Kind, Words

AREA = "area"
#: A place name that may as well be a part of somebody's name: its words are matched, and the person is asked.
PERHAPS = "perhaps"

_ORDER = {Kind.FACET: 0, Kind.CATEGORY: 1, Kind.NEAR_ME: 2, AREA: 3, Kind.SYNONYM: 4, Kind.FILLER: 5, PERHAPS: 6}
#: The kinds that settle where a place cannot be.
_SETTLED = frozenset({Kind.FACET, Kind.CATEGORY, Kind.NEAR_ME})
BARE_PLACE = 1.5


@dataclass(frozen=True)
class Span:
    """A phrase from the token ``start`` up to, not including, ``end``."""

    start: int
    end: int
    kind: str
    forms: tuple[Form, ...] = ()
    places: tuple[Resolution, ...] = ()
    #: For a place: whether more than its bare name says that it is one.
    is_sure: bool = False

    @property
    def order(self) -> tuple[int, int, int]:
        """Longest first, then the surer kind, then from the left."""
        return self.start - self.end, _ORDER[self.kind], self.start

    def overlaps(self, other: "Span") -> bool:
        """Tell whether two phrases share a token."""
        return self.start < other.end and other.start < self.end


def phrases(
    keys: Sequence[str], typed: Sequence[str], words: Words, gazetteer: Gazetteer, ignore: frozenset[str]
) -> list[Span]:
    """Return the phrases that mean something and were not undone, from left to right; none overlap."""
    forms = list(_forms(keys, typed, words, ignore))
    without_area = _longest(forms)
    if AREA in ignore:
        return _without_fillers(len(keys), without_area)
    settled = [span for span in without_area if span.kind in _SETTLED]
    places = set(_places(keys, typed, gazetteer, 0, len(keys)))
    for start, end in (*_gaps(settled, len(keys)), *((place.start + 1, len(keys)) for place in tuple(places))):
        places.update(_places(keys, typed, gazetteer, start, end))
    perhaps = [place for place in places if place.kind == PERHAPS]
    ways = [_longest([*forms, *perhaps])]
    for area in sorted(places, key=lambda place: (-place.start, place.end)):
        if area.kind == AREA and area_key(area.places) not in ignore:
            ways += [
                _longest([*forms, area, *perhaps]),
                _longest([*settled, *_fitting(forms, settled), area, *perhaps]),
            ]
    return _without_fillers(len(keys), max(ways, key=_explained))


def area_key(places: Sequence[Resolution]) -> str:
    """Return the key under which this one area, and no other, is left out of account."""
    return "area:" + ";".join(",".join(place.unit_keys) for place in places)


def _fitting(forms: Sequence[Span], settled: Sequence[Span]) -> list[Span]:
    return [form for form in forms if not any(form.overlaps(other) for other in settled)]


def _explained(spans: Sequence[Span]) -> tuple[float, bool]:
    """Count the tokens that say something else than a word to match; a bare place name counts little."""
    settled = sum(span.end - span.start for span in spans if span.kind in _SETTLED)
    area = next((span for span in spans if span.kind == AREA), None)
    if area is None:
        return settled, False
    return settled + (area.end - area.start if area.is_sure else BARE_PLACE), area.is_sure


def _forms(keys: Sequence[str], typed: Sequence[str], words: Words, ignore: frozenset[str]) -> Iterator[Span]:
    for start in range(len(keys)):
        found: dict[tuple[int, Kind], list[Form]] = {}
        for form in words.starting_at(keys, start):
            end = start + len(form.keys)
            if _may_stand(form, start, end, len(keys)) and form.agrees_with(typed[start:end]):
                found.setdefault((end, form.kind), []).append(form)
        for (end, kind), forms in found.items():
            kept = tuple(form for form in forms if not _is_undone(form, ignore))
            if kept:
                yield Span(start, end, kind, kept)


def _places(keys: Sequence[str], typed: Sequence[str], gazetteer: Gazetteer, start: int, end: int) -> Iterator[Span]:
    for match in gazetteer.find_in(keys[start:end], typed[start:end]):
        meant = AREA if match.is_firm else PERHAPS
        is_sure = match.had_prefix or match.is_qualified or match.is_province
        yield Span(start + match.start, start + match.end, meant, places=match.resolutions, is_sure=is_sure)


def _gaps(spans: Sequence[Span], length: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of tokens that no phrase covers."""
    start = 0
    for span in spans:
        if start < span.start:
            yield start, span.start
        start = span.end
    if start < length:
        yield start, length


def _may_stand(form: Form, start: int, end: int, length: int) -> bool:
    if form.kind is not Kind.FILLER or form.value == "any":
        return True
    return start == 0 if form.value == "start" else end == length


def _is_undone(form: Form, ignore: frozenset[str]) -> bool:
    return form.kind in ignore or (form.kind is Kind.FACET and form.value in ignore)


def _longest(spans: Sequence[Span]) -> list[Span]:
    """Keep the phrases that do not overlap, longest first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: span.order):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _without_fillers(length: int, spans: list[Span]) -> list[Span]:
    """Take fillers as words again when nothing else remains."""
    fillers = sum(span.end - span.start for span in spans if span.kind is Kind.FILLER)
    return spans if fillers < length else []
