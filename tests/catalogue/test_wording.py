"""Names as people say them."""

from directory.catalogue.wording import language_names


def test_languages_of_viet_nam_have_names_that_the_locale_lacks():
    assert language_names(["en", "tyz", "mtq", "qqq"]) == ["Tiếng Anh", "Tiếng Tày", "Tiếng Mường", "qqq"]
