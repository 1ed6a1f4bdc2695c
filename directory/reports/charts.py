"""Small charts as geometry: what a template draws as SVG, with the same numbers in a table beside. Pure.

Drawn in greys and hatches that survive a photocopier; style sheets add colour on screens. Widths are in units of a
drawing 300 wide, which is one to one on a small telephone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

WIDTH = 300.0
#: Room for the number after a bar, and for the scale at the left of columns.
NUMBER_ROOM, SCALE_ROOM = 84.0, 30.0
BAR, LINE_HEIGHT, GAP = 13.0, 15.0, 9.0
COLUMNS_HIGH = 120.0
#: About so many letters fit into one line above a bar.
LETTERS = 40


@dataclass(frozen=True)
class Value:
    """One thing to draw; ``value`` is None where there is no number, ``text`` says what stands at it."""

    label: str
    value: float | None
    text: str
    #: A further word in the style sheet: the subject's colour.
    tone: str = ""


@dataclass(frozen=True)
class Bar:
    """A bar with its words; ``lines`` are those of its label, each with its height on the page."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[float, str], ...]
    text: str
    text_x: float
    text_y: float
    is_none: bool
    tone: str = ""


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A drawing ``WIDTH`` wide and so high."""

    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...] = ()
    #: The foot of columns; None for bars that lie.
    base: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see in it."""
        return all(bar.is_none or bar.width == 0 or bar.height == 0 for bar in self.bars)


def lying_bars(values: Sequence[Value], *, most: float | None = None) -> Chart:
    """Draw one bar below the other, each under its label; the longest reaches the end of its room."""
    top = most or max((one.value or 0 for one in values), default=0) or 1
    bars: list[Bar] = []
    y = 0.0
    for one in values:
        lines = wrapped(one.label)
        texts = tuple((y + LINE_HEIGHT * (row + 0.8), line) for row, line in enumerate(lines))
        bar_y = y + LINE_HEIGHT * len(lines) + 2
        width = (WIDTH - NUMBER_ROOM) * min((one.value or 0) / top, 1)
        bars.append(
            Bar(0, bar_y, width, BAR, texts, one.text, width + 6, bar_y + BAR - 2.5, one.value is None, one.tone)
        )
        y = bar_y + BAR + GAP
    return Chart(max(y - GAP, 1), tuple(bars))


def columns(values: Sequence[Value], said: Callable[[float], str] = "{:g}".format) -> Chart:
    """Draw columns side by side over a scale that ends at a round number, its numbers as ``said`` writes them."""
    top = round_up(max((one.value or 0 for one in values), default=0))
    head, base = 16.0, 16.0 + COLUMNS_HIGH
    step = (WIDTH - SCALE_ROOM) / max(len(values), 1)
    bars = tuple(_column(one, number, step, base, top) for number, one in enumerate(values))
    ticks = tuple(Tick(base - COLUMNS_HIGH * part / 2, _short(top * part / 2, said)) for part in (0, 1, 2))
    return Chart(base + head + LINE_HEIGHT, bars, ticks, base)


def _column(one: Value, number: int, step: float, base: float, top: float) -> Bar:
    height = COLUMNS_HIGH * (one.value or 0) / top
    x = SCALE_ROOM + step * number + step * 0.14
    middle = x + step * 0.36
    label = tuple((base + LINE_HEIGHT * (row + 1), line) for row, line in enumerate(one.label.split("\n")))
    y = base - height
    return Bar(x, y, step * 0.72, height, label, one.text, middle, y - 4, one.value is None, one.tone)


def round_up(value: float) -> float:
    """Return the next number that a scale may end at: 1, 2, 4 or 5 times a power of ten, and never below 2."""
    if value <= 2:
        return 2
    power = float(10 ** int(log10(value)))
    parts: tuple[float, ...] = (1, 2, 4, 5, 10)
    return next(part * power for part in parts if part * power >= value)


def wrapped(label: str) -> tuple[str, ...]:
    """Break a label into at most two lines; the table beside has the whole of what is cut."""
    if len(label) <= LETTERS:
        return (label,)
    words, first = label.split(), ""
    while words and len(f"{first} {words[0]}".strip()) <= LETTERS:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    if not first:
        return (f"{label[: LETTERS - 1]}…",)
    return (first, rest if len(rest) <= LETTERS else f"{rest[: LETTERS - 1].rstrip()}…")


def _short(value: float, said: Callable[[float], str]) -> str:
    """Return a number of the scale: 1.500 stays, 25.000 becomes 25k."""
    return f"{ceil(value / 1000)}k" if value >= 10_000 else said(value)
