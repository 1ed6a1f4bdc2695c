import unicodedata

import pytest

from directory.referrals.telling import is_neutral, telling_words, telling_words_in
from directory.seed_files import rows
from directory.vietnamese import fold


def test_the_list_is_long_enough_and_names_nothing_twice():
    words = [word.text for word in telling_words()]
    assert len(words) >= 60
    assert len(set(words)) == len(words)


def test_every_word_tells_in_a_sentence_as_written_composed_otherwise_and_shouted():
    for word in telling_words():
        for form in (word.text, unicodedata.normalize("NFD", word.text), word.text.upper()):
            assert word.text in telling_words_in(f"Phòng tư vấn {form} số 2"), word


def test_a_word_typed_without_marks_tells_unless_it_is_an_everyday_word_then():
    for word in telling_words():
        bare = fold(word.text)
        if bare != word.text:
            assert (word.text in telling_words_in(f"phong {bare} so 2")) is word.unmarked, word
    assert not is_neutral("bandam")
    assert not is_neutral("Xét-nghiệm: HIV/AIDS")


@pytest.mark.parametrize(
    "name",
    [
        "Trung tâm Y tế Hạ Long",
        "Bệnh viện Đa khoa tỉnh Quảng Ninh",
        "Trạm Y tế phường Hồng Gai",
        "Số 5, đường Lê Lợi, phường Hồng Gai, Quảng Ninh",
        "Điểm tư vấn số 2, đường Điện Biên Phủ",
        "Sở Lao động - Thương binh và Xã hội",
        "Trung tâm Dịch vụ việc làm",
        "Phòng khám bàn đám, lâu đời",
        "Bện viện Gãi đúng chỗ",
        "Trung tâm Trợ giúp pháp lý nhà nước",
        "Trường Cao đẳng Nghiên cứu",
    ],
)
def test_an_ordinary_name_is_neutral(name):
    assert telling_words_in(name) == ()


@pytest.mark.parametrize(
    "name",
    [
        "Phòng khám Methadone số 1",
        "Nhóm Đồng đẳng Hoa Phượng",
        "Cơ sở cai nghiện Vũ Oai",
        "Ngôi nhà Bình yên",
        "Nha tam lanh",
    ],
)
def test_a_name_that_tells_is_found(name):
    assert not is_neutral(name)


def test_the_subjects_that_shame_or_endanger_all_tell():
    telling = {"benh-lay-truyen-tinh-duc", "hiv-xet-nghiem", "arv", "prep-pep", "methadone", "tam-lanh", "nhom-ho-tro"}
    names = {row["slug"]: row["name_vi"] for row in rows("categories.csv")}
    assert [slug for slug in sorted(telling) if is_neutral(names[slug])] == []


def test_no_place_in_the_country_is_taken_for_a_telling_word():
    """A ward's name stands on nearly every slip; one that happens to read like a word of the list loses its address."""
    named = [row["name"] for name in ("provinces", "wards", "old_districts") for row in rows(f"{name}.csv")]
    assert [name for name in named if not is_neutral(name)] == []
