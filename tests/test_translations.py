"""Whoever reads English reads all of it: every sentence of the site has its translation, with the same blanks."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from directory.catalogue.queries import categories
from tests.entries import import_cast

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "directory" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
BLANK = re.compile(r"%\((\w+)\)s")
#: Letters that only Vietnamese has: an English page that shows one outside of names shows an untranslated sentence.
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def sentences() -> set[str]:
    with (ROOT / ".babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)
    extracted = extract_from_dir(ROOT, method_map=method_map, options_map=options_map)
    return {message[0] if isinstance(message, tuple) else message for _file, _line, message, *_rest in extracted}


@pytest.fixture(scope="module")
def english():
    with CATALOGUE.open("rb") as file:
        return {m.id[0] if isinstance(m.id, tuple) else m.id: m for m in read_po(file) if m.id}


def test_every_sentence_is_translated_and_no_translation_is_left_over(english):
    assert sentences() == set(english)


def strings_of(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_no_translation_is_empty_or_unsure(english):
    assert not [message.id for message in english.values() if message.fuzzy or not all(strings_of(message))]


def test_a_translation_has_the_blanks_of_its_sentence(english):
    for sentence, message in english.items():
        for string in strings_of(message):
            assert set(BLANK.findall(string)) == set(BLANK.findall(sentence)), sentence


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_renders_in_every_language(app, client, tmp_path, language):
    import_cast(tmp_path)
    client.set_cookie("ngon_ngu", language)
    cast = [result["url"].rpartition("/")[2] for result in client.get("/api/tim?moi-trang=100").json["results"]]
    pages = ["/", "/khan-cap", "/ban-do", "/tim?q=kham+benh+gan+toi", "/tim?q=zzzz", "/tim?vt=x&chu-de=x&trang=x", "/x"]
    pages += [f"/dich-vu/{code}" for code in cast]
    pages += [f"/chu-de/{subject.code}" for subject in categories().top]
    assert len(cast) == 8
    for page in pages:
        answer = client.get(page)
        assert answer.status_code < 500
        assert f'<html lang="{language}"' in answer.get_data(as_text=True), page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_english_page_without_entries_has_no_vietnamese_word_but_the_name_of_the_language(client):
    client.set_cookie("ngon_ngu", "en")
    for page in ("/khan-cap", "/x", f"/chu-de/{categories().top[0].code}"):
        text = client.get(page).get_data(as_text=True).replace("Tiếng Việt", "")
        assert not VIETNAMESE.search(text), f"{page}: {VIETNAMESE.search(text)}"
