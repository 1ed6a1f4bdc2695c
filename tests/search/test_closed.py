"""What search makes of closures: from memory, from the file of arrays, from the index on disk."""

from datetime import date, timedelta

import pytest

from directory.search import index, storage
from directory.search.entries import Change
from directory.search.words import words
from tests.search.conftest import WEDNESDAY_MORNING, Shelf

TODAY = WEDNESDAY_MORNING.date()
DAY = timedelta(days=1)


@pytest.fixture
def shelf(names):
    """One entry that is open, one closed for good, one for a week, one from tomorrow on for good."""
    return (
        Shelf(names)
        .add("Mở", opening_hours="24/7")
        .add("Đã đóng", opening_hours="24/7", closed_on=TODAY)
        .add("Tạm đóng", opening_hours="24/7", closed_on=TODAY - DAY, reopens_on=TODAY + 7 * DAY)
        .add("Sắp đóng", opening_hours="24/7", closed_on=TODAY + DAY)
    )


def test_what_is_closed_for_good_is_never_found_not_even_instead(shelf):
    assert set(shelf.found("dich vu")) == {"Mở", "Tạm đóng", "Sắp đóng"}
    assert set(shelf.found("dich vu", moment=WEDNESDAY_MORNING + DAY)) == {"Mở", "Tạm đóng"}
    assert "Đã đóng" not in shelf.instead("zzz qqq")[1]


def test_what_is_closed_for_some_time_is_not_open_until_it_opens_again(shelf):
    assert set(shelf.found("dich vu", open_now=True)) == {"Mở", "Sắp đóng"}
    assert set(shelf.found("dich vu", open_now=True, moment=WEDNESDAY_MORNING + 7 * DAY)) == {"Mở", "Tạm đóng"}


def test_closures_survive_the_disk_and_a_new_layout(shelf, tmp_path):
    arrays, known = shelf.arrays(), words()
    storage.save(tmp_path, arrays)
    index.write_anew(tmp_path, shelf.entries, Change(1, "x"), known)
    for again in (
        storage.load(tmp_path, known.fingerprint),
        index.read(tmp_path, known.fingerprint),
        arrays.laid_out_anew(),
        arrays.patched([shelf.entries[1]], [2], Change(2, "y"), known),
    ):
        table = again.table
        assert sorted(table.ids[table.shut(TODAY)[table.is_alive[table.shut(TODAY)]]].tolist()) == [2, 3]
        assert sorted(table.ids[table.listed(TODAY)].tolist()) == [1, 3, 4]
        assert not len(table.shut(date(2001, 1, 1)))
