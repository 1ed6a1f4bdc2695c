"""Which texts of a module the translators get."""

from io import BytesIO

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS

from directory.errors import Invalid
from directory.vietnamese.sentences import extract


def sentences(code: str) -> list[str]:
    return [message for _line, _name, message, _comments in extract(BytesIO(code.encode()), DEFAULT_KEYWORDS, (), {})]


def test_the_sentences_of_an_error_are_found_wherever_they_are_written():
    code = 'WRONG = "Mã không đúng."\nraise Invalid(WRONG, what_now="Hãy thử lại.", field="code")'
    assert sentences(code) == ["Mã không đúng.", "Hãy thử lại."]


def test_a_text_that_gettext_has_already_is_not_found_twice():
    assert sentences('_("Mã không đúng.")') == ["Mã không đúng."]
    assert sentences('ngettext("%(num)s phiếu", "%(num)s phiếu", n)') == [("%(num)s phiếu", "%(num)s phiếu", None)]


def test_docstrings_and_english_words_are_no_sentences():
    assert not sentences('"""Địa bàn: an area."""\nKEY = "khoa"\nDASH = "a – b"')


def test_an_f_string_is_refused_for_no_catalogue_could_hold_it():
    with pytest.raises(ValueError, match="line 1"):
        sentences('raise Invalid(f"Còn {n} phiếu.")')


def test_an_error_fills_its_blanks_and_keeps_the_sentence_for_the_catalogue():
    error = Invalid("Còn %(n)s phiếu, 100%.".replace("%.", "%%."), blanks={"n": 3})
    assert (error.message, str(error), error.sentence) == ("Còn 3 phiếu, 100%.",) * 2 + ("Còn %(n)s phiếu, 100%%.",)


def test_beside_words_of_the_data_only_whole_sentences_are_found():
    code = 'NAMES = ["Tiếng Tày"]\nTIMES = r"(\\d+)\\s*(?:giờ)?"\nWRONG = "“%(name)s” phải là số."'
    found = extract(BytesIO(code.encode()), DEFAULT_KEYWORDS, (), {"only": "sentences"})
    assert [message for _line, _name, message, _comments in found] == ["“%(name)s” phải là số."]
