from hypothesis import given
from hypothesis import strategies as st

from directory.vietnamese import Speller

KNOWN = frozenset({"kham", "benh", "vien", "hung", "hang", "y", "i", "te", "phong", "be", "nh"})
words = st.text(alphabet="abeghikmnptvy", max_size=8)


def test_one_letter_lost_added_changed_or_swapped_is_found():
    speller = Speller(KNOWN)
    assert speller.one_edit_away("bnh") == ("benh", "nh")
    assert "phong" in speller.one_edit_away("phongg")
    assert "vien" in speller.one_edit_away("vian")
    assert "kham" in speller.one_edit_away("khma")


@given(words)
def test_a_word_is_never_its_own_correction_and_corrections_are_known(word):
    found = Speller(KNOWN).one_edit_away(word)
    assert word not in found
    assert set(found) <= KNOWN


@given(st.sampled_from(sorted(KNOWN)))
def test_corrections_are_mutual(word):
    speller = Speller(KNOWN)
    assert all(word in speller.one_edit_away(near) for near in speller.one_edit_away(word))


@given(st.lists(st.sampled_from(sorted(KNOWN)), min_size=2, max_size=4))
def test_joined_words_are_parted_again(parts):
    assert tuple(parts) in Speller(KNOWN).parted("".join(parts))


def test_fewest_parts_come_first():
    assert Speller(KNOWN).parted("benhvien")[0] == ("benh", "vien")


def test_a_very_long_word_is_left_alone():
    assert Speller(KNOWN).parted("benh" * 20) == ()
