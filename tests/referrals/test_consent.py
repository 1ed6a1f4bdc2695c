"""What is read aloud: three questions, whole in every version, that say what is kept and how to go back."""

import pytest

from directory.referrals import consent
from directory.referrals.consent import Scope


@pytest.mark.parametrize("version", consent.versions().values(), ids=lambda version: version.version)
def test_every_version_asks_all_three_questions_in_vietnamese(version):
    assert all(version.texts[scope, "vi"].endswith("?") for scope in Scope)


def test_the_present_questions_exist_in_english_too():
    assert {language for _, language in consent.present().texts} >= {"vi", "en"}


def test_a_language_without_a_translation_hears_vietnamese():
    present = consent.present()
    assert present.question(Scope.MAKE, "xx") == present.texts[Scope.MAKE, "vi"]


def test_the_first_question_says_what_is_not_written_when_it_goes_and_how_to_go_back():
    text = consent.present().texts[Scope.MAKE, "vi"]
    for said in ("Không ghi tên", "90 ngày", "đổi ý"):
        assert said in text


def test_a_question_can_be_read_in_one_breath_or_two():
    assert all(len(text.split()) <= 80 for text in consent.present().texts.values())
