"""A passphrase is hashed, compared whole, and refused while it is easy to guess."""

import unicodedata

import pytest

from directory.accounts import passphrases
from directory.accounts.passphrases import hash_secret, matches, weakness

GOOD = "bốn con trâu đi chợ"


def test_a_passphrase_matches_itself_however_its_marks_are_encoded(app):
    hashed = hash_secret(GOOD)
    assert GOOD not in hashed
    assert matches(hashed, GOOD)
    assert matches(hashed, unicodedata.normalize("NFD", GOOD))


def test_a_passphrase_matches_nothing_else(app):
    hashed = hash_secret(GOOD)
    assert not matches(hashed, GOOD + "!")
    assert not matches(hashed, "bon con trau di cho")
    assert not matches("no hash at all", GOOD)


def test_the_same_passphrase_is_hashed_differently_each_time(app):
    assert hash_secret(GOOD) != hash_secret(GOOD)


def test_a_real_site_hashes_with_argon2id_and_64_mib():
    hashed = passphrases.strong_hasher().hash(GOOD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_weaker_parameters_is_told_apart(app):
    weak = hash_secret(GOOD)
    assert not passphrases.is_outdated(weak)
    app.extensions["argon2"] = passphrases.strong_hasher()
    assert passphrases.is_outdated(weak)


@pytest.mark.parametrize(
    "text", [GOOD, "trời mưa mang dép đỏ", "correct-donkey-lamp-9", "ខ្ញុំស្រឡាញ់ប្រទេសកម្ពុជា", "xk7#Qm2!vLp9"]
)
def test_a_good_passphrase_is_taken(text):
    assert weakness(text, "hoa-sen") is None


@pytest.mark.parametrize(
    "text",
    [
        "ngắn quá",
        "mười một ký",
        "matkhau123456",
        "Mật Khẩu 123456",
        "ANH YÊU EM 2024",
        "anhyeuemnhieu",
        "password1234",
        "iloveyouforever99",
        "123456789012",
        "987654321098",
        "aaaaaaaaaaaa",
        "abcabcabcabcab",
        "qwertyuiop12",
        "qwertyuiopasdf",
        "abcdefgh12345678",
        "hoa sen hoa sen",
        "hoa-sen-12345",
        "!!!!!!!!!!!!",
        "x" * 201,
    ],
)
def test_an_easy_passphrase_is_refused_with_a_sentence(text):
    said = weakness(text, "Hoa-Sén")
    assert said
    assert said.endswith(".")


def test_the_bundled_list_is_long_and_holds_vietnamese():
    assert len(passphrases.common()) >= 2000
    assert {"anhyeuem123456", "matkhau123456"} & passphrases.common()
