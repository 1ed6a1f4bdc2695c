"""What an error says, in the reader's language."""

import pytest

from directory.errors import Invalid, TooSoon
from directory.web.wording import what_happened, what_now

BOOK = Invalid("Một cuốn có từ %(least)s đến %(most)s phiếu.", blanks={"least": 20, "most": 200})


@pytest.mark.parametrize(
    ("language", "says"), [("vi", "Một cuốn có từ 20 đến 200 phiếu."), ("en", "A book has 20 to 200 slips.")]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_error_is_told_in_the_readers_language_with_its_blanks_filled(app, language, says):
    with app.test_request_context(headers={"Cookie": f"ngon_ngu={language}"}):
        assert what_happened(BOOK) == says
        assert what_now(BOOK) == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_try_that_came_too_early_says_for_how_long_to_wait(app):
    with app.test_request_context(headers={"Cookie": "ngon_ngu=en"}):
        assert what_now(TooSoon(8)) == "Wait 8 seconds and try again. Nothing is locked."


@pytest.mark.parametrize(("language", "says"), [("vi", "Chỉ còn 1.800 để lấy ra"), ("en", "1,800")])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_how_many_is_written_with_thousands_apart_and_a_year_is_not(app, language, says):
    left = Invalid("Chỉ còn %(left)s để lấy ra vào ngày ấy.", blanks={"left": 1800})
    with app.test_request_context(headers={"Cookie": f"ngon_ngu={language}"}):
        assert says in what_happened(left)
        assert "2024" in what_happened(Invalid("Năm %(year)s đã chốt.", blanks={"year": 2024}))
