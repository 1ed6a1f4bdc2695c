"""Charts as geometry: what is longest, what a scale ends at, what there is no number for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.reports.charts import COLUMNS_HIGH, LETTERS, NUMBER_ROOM, WIDTH, Value, columns, lying_bars, wrapped

amounts = st.lists(st.one_of(st.none(), st.integers(0, 10**7)), max_size=40)


def values(*numbers: int | None) -> list[Value]:
    return [Value(f"Mục {number}", number, str(number)) for number in numbers]


def test_the_longest_bar_reaches_the_end_of_its_room_and_the_others_their_share():
    chart = lying_bars(values(50, 100, 0))
    assert [bar.width for bar in chart.bars] == [(WIDTH - NUMBER_ROOM) / 2, WIDTH - NUMBER_ROOM, 0]


def test_bars_of_a_share_are_measured_against_the_whole_and_not_the_longest():
    assert lying_bars(values(50), most=100).bars[0].width == (WIDTH - NUMBER_ROOM) / 2


def test_what_there_is_no_number_for_is_not_drawn_as_nought():
    first, second = columns(values(None, 0)).bars
    assert first.is_none
    assert not second.is_none


def test_a_drawing_without_a_number_is_empty():
    assert columns(values(None, None)).is_empty
    assert lying_bars([]).is_empty
    assert not columns(values(None, 3)).is_empty


@given(amounts)
def test_nothing_is_drawn_outside_the_drawing(numbers):
    for chart in (lying_bars(values(*numbers)), columns(values(*numbers))):
        for bar in chart.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
            assert 0 <= bar.y <= bar.y + bar.height <= chart.height


@pytest.mark.parametrize(
    ("number", "scale"),
    [(0, ["0", "1", "2"]), (7, ["0", "5", "10"]), (274, ["0", "200", "400"]), (500, ["0", "250", "500"])],
)
def test_a_scale_ends_at_a_round_number(number, scale):
    assert [tick.text for tick in columns(values(number)).ticks] == scale


@given(amounts.filter(any))
def test_no_column_is_higher_than_its_scale(numbers):
    assert max(bar.height for bar in columns(values(*numbers)).bars) <= COLUMNS_HIGH


@given(st.text(min_size=1, max_size=300))
def test_a_label_has_at_most_two_lines_that_fit(label):
    lines = wrapped(label)
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= LETTERS for line in lines)


def test_a_label_breaks_between_words():
    label = "Khám và điều trị bệnh lây truyền qua đường tình dục, và mọi điều khác"
    assert " ".join(wrapped(label)) == label
