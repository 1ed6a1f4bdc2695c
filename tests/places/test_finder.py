"""Places named inside a question, and everyday words that are none."""

import pytest

from directory.vietnamese import marked_syllables, syllables


def found_in(names, question):
    tokens = syllables(question)
    return [(" ".join(tokens[m.start : m.end]), m) for m in names.find_in(tokens, marked_syllables(question))]


@pytest.mark.parametrize(
    ("question", "words", "place"),
    [
        ("xét nghiệm hiv uông bí", "uong bi", "TP Uông Bí (cũ), Quảng Ninh"),
        ("luat su ha long", "ha long", "TP Hạ Long (cũ), Quảng Ninh"),
        ("bị đánh ở hương thủy", "huong thuy", "Thị xã Hương Thủy (cũ), Huế"),
        ("nha tam lanh hue", "hue", "TP Huế"),
        ("kham benh vinh", "vinh", "TP Vinh (cũ), Nghệ An"),
        ("cong an phuong bai chay", "phuong bai chay", "Phường Bãi Cháy, Quảng Ninh"),
        ("nhà thuốc q1 tphcm", "q1 tphcm", "Quận 1 (cũ), TP Hồ Chí Minh"),
        ("hà nội cầu giấy khám thai", "ha noi cau giay", "Quận Cầu Giấy (cũ), Hà Nội"),
        ("arv hanoi", "hanoi", "TP Hà Nội"),
        ("shelter near me Ha Long City", "ha long city", "TP Hạ Long (cũ), Quảng Ninh"),
        ("trợ giúp pháp lý thừa thiên huế", "thua thien hue", "TP Huế"),
        ("xet nghiem giang mai an giang", "an giang", "Tỉnh An Giang"),
        ("cong tac xa hoi an giang", "an giang", "Tỉnh An Giang"),
        ("cong an an giang", "an giang", "Tỉnh An Giang"),
        ("kham benh hoi an", "hoi an", "TP Hội An (cũ), Đà Nẵng"),
        ("bệnh viện xã An Toàn", "xa an toan", "Xã An Toàn, Gia Lai"),
    ],
)
def test_the_place_in_a_question(names, question, words, place):
    [(text, match)] = found_in(names, question)
    assert text == words
    assert match.resolutions[0].name == place
    assert match.is_firm


@pytest.mark.parametrize(
    "question",
    [
        "khám bệnh gần tôi",
        "quan hệ tình dục không an toàn",
        "quan he tinh duc khong an toan",
        "nhà tạm lánh",
        "nha tam lanh",
        "công tác xã hội an toàn",
        "cong tac xa hoi an toan",
        "hỗ trợ trẻ em",
        "phương pháp tránh thai",
        "duong tinh hiv",
        "tâm lý",
        "tư vấn miễn phí",
        "chỗ ở an toàn",
        "trung tam y te",
        "nạn nhân bạo lực gia đình",
        "chu toi bi danh",
        "12",
        "",
    ],
)
def test_everyday_words_are_no_places(names, question):
    assert found_in(names, question) == []


def test_a_name_that_many_wards_bear_is_not_firm(names):
    [(text, match)] = found_in(names, "phòng khám tân thành")
    assert text == "tan thanh"
    assert len(match.resolutions) > 10
    assert not match.is_firm


def test_the_evidence_for_a_place_is_told(names):
    [(_, plain)] = found_in(names, "xét nghiệm hạ long")
    assert (plain.had_prefix, plain.is_qualified) == (False, False)
    [(_, sure)] = found_in(names, "p bai chay tp ha long")
    assert (sure.had_prefix, sure.is_qualified) == (True, True)
    [(_, province)] = found_in(names, "quang ninh")
    assert province.is_province


def test_a_corrected_token_takes_the_place_of_what_was_typed(names):
    [match] = names.find_in(["ha", "long"], ["haj", "long"])
    assert match.resolutions[0].name == "TP Hạ Long (cũ), Quảng Ninh"


def test_two_places_apart_are_two_matches(names):
    assert [text for text, _ in found_in(names, "từ uông bí đến hạ long")] == ["uong bi", "ha long"]


def test_an_endless_question_is_read_to_its_end(names):
    """Reading it in every way would take years; the limit of a test's time is what would tell."""
    assert names.find_in(["xa", "an", "ha"] * 2000) is not None
