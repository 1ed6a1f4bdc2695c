import pytest

from directory.vietnamese import read_keystrokes


@pytest.mark.parametrize(
    ("typed", "syllable"),
    [
        ("beenhj", "benh"), ("benehj", "benh"), ("vieejn", "vien"), ("khasm", "kham"), ("dduwowngf", "duong"),
        ("duongwdf", "duong"), ("truwowngf", "truong"), ("nhw", "nhu"), ("quyeenf", "quyen"), ("giaasy", "giay"),
        ("xoong", "xong"), ("nghieemj", "nghiem"),
        ("be65nh", "benh"), ("d9u7o7ng2", "duong"), ("vie6n5", "vien"), ("kha1m", "kham"), ("to6i", "toi"),
    ],
)  # fmt: skip
def test_keystrokes_are_read(typed, syllable):
    assert syllable in read_keystrokes(typed)


@pytest.mark.parametrize("word", ["", "a", "benh", "2026", "24/24", "x" * 40])
def test_what_is_no_keystrokes_reads_as_nothing_else(word):
    assert word not in read_keystrokes(word)
    assert len(read_keystrokes(word)) <= 2


def test_a_doubled_o_may_be_two_letters():
    assert "xoong" in read_keystrokes("xoongs")
