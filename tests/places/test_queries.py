"""The gazetteer of the process and the ward of a point."""

from sqlalchemy import event

from directory.extensions import db
from directory.places.queries import gazetteer, unit_at
from directory.places.rules import Point


def test_the_gazetteer_is_built_once_and_kept(app):
    assert gazetteer() is gazetteer()


def test_the_gazetteer_of_the_database_is_that_of_the_seed(app, names):
    kept = gazetteer()
    assert set(kept.atlas.units) == set(names.atlas.units)
    for text in ("Hạ Long", "Hương Trà", "P.12 Q. Bình Thạnh", "Huế"):
        assert [place.name for place in kept.resolve(text)] == [place.name for place in names.resolve(text)]


def test_without_borders_the_nearest_ward_is_named_and_said_not_to_be_exact(app):
    found = unit_at(Point(20.9505, 107.0734))
    assert (found.ward.full_name, found.exact) == ("Phường Hồng Gai", False)


def test_there_is_no_ward_outside_viet_nam(app):
    assert unit_at(Point(13.75, 100.5)) is None
    assert unit_at(Point(105.85, 21.03)) is None


def test_many_questions_in_a_row_do_not_ask_the_database_each_time(app):
    asked = []
    gazetteer()
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert len({id(gazetteer()) for _ in range(1000)}) == 1
    assert len(asked) <= 2
