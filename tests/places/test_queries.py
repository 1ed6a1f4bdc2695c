"""The gazetteer of the process."""

import time

from directory.places.queries import gazetteer


def test_the_gazetteer_is_built_once_and_kept(app):
    assert gazetteer() is gazetteer()


def test_the_gazetteer_of_the_database_is_that_of_the_seed(app, names):
    kept = gazetteer()
    assert set(kept.atlas.units) == set(names.atlas.units)
    for text in ("Hạ Long", "Hương Trà", "P.12 Q. Bình Thạnh", "Huế"):
        assert [place.name for place in kept.resolve(text)] == [place.name for place in names.resolve(text)]


def test_many_questions_in_a_row_do_not_ask_the_database_each_time(app):
    gazetteer()
    started = time.perf_counter()
    for _ in range(1000):
        gazetteer()
    assert time.perf_counter() - started < 0.5
