"""No more copies go out than came in, on any day and under any two hands; and every blank slip is accounted for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db
from directory.outreach.models import ContactMaterial, OutreachContact
from directory.outreach.operations import MoveWanted, add_move, remove_move
from directory.outreach.queries import materials as queries
from directory.outreach.queries.books import slip_books
from directory.outreach.queries.materials import MovesWanted
from directory.outreach.rules import ContactKind, MoveKind, least_from
from directory.referrals import operations as referrals
from directory.referrals.models import SlipBook
from directory.web.transaction import transaction

TODAY = date(2026, 11, 22)
MADE, ISSUED, OUT, BACK, OFF = MoveKind


def move(people, kind, count, day=1, **changes):
    said = {"material_code": "leaflet", "area_id": people.area.id, "day_on": date(2026, 11, day)}
    if kind in (ISSUED, BACK):
        said["group_id"] = people.group.id
    with transaction():
        return add_move(people.coordinator.actor, MoveWanted(kind=kind, count=count, **(said | changes)), TODAY)


def hand_out_at_contact(people, count, day=10):
    where = {"area_id": people.area.id, "group_id": people.group.id, "day_on": date(2026, 11, day)}
    with transaction():
        db.session.add(
            OutreachContact(
                kind=ContactKind.ALONE,
                people=1,
                topics=",law,",
                materials=[ContactMaterial(material_code="leaflet", count=count, **where)],
                **where,
            )
        )


def leaflets(people):
    ((line,),) = (area.lines for area in queries.stock(people.coordinator.actor))
    return line


def test_the_stock_is_what_was_made_less_what_went_out(people):
    move(people, MADE, 5_000)
    move(people, ISSUED, 600, 2)
    move(people, OUT, 1_000, 3)
    move(people, OUT, 100, 4, group_id=people.group.id)
    move(people, BACK, 50, 5)
    move(people, OFF, 20, 6)
    move(people, OFF, 5, 6, group_id=people.group.id)
    hand_out_at_contact(people, 7)
    line = leaflets(people)
    assert (line.made, line.issued, line.returned, line.written_off) == (5_000, 600, 50, 25)
    assert (line.handed_out, line.at_contacts) == (1_100, 7)
    assert line.in_store == 5_000 - 600 - 1_000 + 50 - 20
    assert line.with_groups == ((people.group.name, 600 - 100 - 50 - 5 - 7),)
    assert line.left == 5_000 - 1_100 - 7 - 25


def test_more_than_is_left_is_refused_with_the_number_that_is(people):
    move(people, MADE, 100)
    move(people, ISSUED, 60, 5)
    for refused, left in (((OUT, 41, 5), 40), ((ISSUED, 41, 5), 40), ((OFF, 41, 6), 40), ((BACK, 61, 6), 60)):
        with pytest.raises(Invalid) as error:
            move(people, *refused)
        assert error.value.blanks == {"left": left}
    with pytest.raises(Invalid, match="Không còn bản nào"):
        move(people, OUT, 1, 6, material_code="handbook")


def test_nothing_goes_out_before_it_came_in(people):
    move(people, MADE, 100, 10)
    with pytest.raises(Invalid, match="Không còn bản nào"):
        move(people, OUT, 1, 9)
    move(people, OUT, 90, 15)
    with pytest.raises(Invalid) as error:
        move(people, OUT, 20, 12)  # enough were there that day, and too few for what followed
    assert error.value.blanks == {"left": 10}


def test_what_peers_handed_out_is_counted_and_a_group_that_gave_more_than_it_got_is_shown(people):
    move(people, MADE, 100)
    move(people, ISSUED, 20)
    hand_out_at_contact(people, 15)
    with pytest.raises(Invalid) as error:
        move(people, BACK, 6, 12)
    assert error.value.blanks == {"left": 5}
    assert not leaflets(people).is_short
    hand_out_at_contact(people, 15, 11)
    assert leaflets(people).is_short
    assert leaflets(people).with_groups == ((people.group.name, -10),)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (MADE, {"day_on": date(2026, 11, 23)}, "day_on"),
        (MADE, {"count": 0}, "count"),
        (MADE, {"count": 1_000_001}, "count"),
        (MADE, {"source": "x" * 201}, "source"),
        (MADE, {"material_code": "gold"}, "material"),
        (MADE, {"group_id": "own"}, "where"),
        (ISSUED, {"group_id": None}, "where"),
        (OUT, {"group_id": "other"}, "where"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_does_not_fit_is_refused_at_its_field(people, kind, changes, field):
    groups = {"own": people.group.id, "other": people.other_group.id}
    changes = {name: groups.get(value, value) for name, value in changes.items()}
    with pytest.raises(Invalid) as refused:
        move(people, kind, changes.pop("count", 1), **changes)
    assert refused.value.field == field


def test_a_move_is_taken_back_unless_its_copies_went_on(people):
    made = move(people, MADE, 100)
    issued = move(people, ISSUED, 60, 2)
    hand_out_at_contact(people, 30)
    with pytest.raises(Conflict), transaction():
        remove_move(people.coordinator.actor, queries.move(people.coordinator.actor, made.code))
    for one in (issued, made):
        with transaction():
            remove_move(people.coordinator.actor, queries.move(people.coordinator.actor, one.code))
    assert queries.moves(people.coordinator.actor, MovesWanted()) == []


def test_another_areas_moves_do_not_exist_for_her(people):
    made = move(people, MADE, 10)
    actor = people.other_coordinator.actor
    assert (queries.stock(actor), queries.moves(actor, MovesWanted()), queries.years_of_moves(actor)) == ([], [], [])
    assert queries.move_line(actor, made.code) is None
    with pytest.raises(NotFound):
        queries.move(actor, made.code)


def test_the_list_of_moves_is_chosen_from(people):
    move(people, MADE, 10)
    move(people, OUT, 4, 2)
    move(people, MADE, 3, day_on=date(2020, 1, 1), material_code="board")
    actor = people.coordinator.actor
    assert [line.count for line in queries.moves(actor, MovesWanted())] == [4, 10, 3]
    assert [line.count for line in queries.moves(actor, MovesWanted(kind=MADE, year=2026))] == [10]
    assert [line.count for line in queries.moves(actor, MovesWanted(material_code="board"))] == [3]
    assert queries.count_moves(actor, MovesWanted(area_code=people.area.code)) == 3
    assert queries.years_of_moves(actor) == [2026, 2020]


def test_of_two_who_take_the_last_copies_at_once_one_is_refused(app, people):
    move(people, MADE, 10)
    wanted = MoveWanted("leaflet", OUT, people.area.id, date(2026, 11, 2), 10)
    actor, together = people.coordinator.actor, threading.Barrier(2, timeout=60)

    def take() -> str:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    add_move(actor, wanted, TODAY)
            except Invalid:
                return "refused"
            return "taken"

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(take) for _ in range(2)]
        assert sorted(one.result() for one in tries) == ["refused", "taken"]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(-9, 9))), st.integers(1, 9))
def test_the_least_is_what_the_poorest_of_the_evenings_from_a_day_on_held(changes, day):
    days = [(date(2026, 11, when), number) for when, number in changes]
    evenings = [sum(number for when, number in changes if when <= evening) for evening in range(day, 10)]
    assert least_from(days, date(2026, 11, day)) == min(evenings)


def test_every_blank_slip_is_used_void_or_still_blank(people):
    with transaction():
        code = referrals.mint(people.coordinator.actor, people.group.id, 4).code
        referrals.void_book(people.coordinator.actor, code)
        referrals.mint(people.coordinator.actor, people.group.id, 8)
    (tally,) = slip_books(people.coordinator.actor)
    assert (tally.group, tally.printed, tally.used, tally.void, tally.blank) == (people.group.name, 12, 0, 4, 8)
    assert sorted((book.printed, book.void, book.blank, book.missing) for book in tally.books) == [
        (4, 4, 0, 0),
        (8, 0, 8, 0),
    ]
    assert slip_books(people.other_coordinator.actor) == []
    assert slip_books(people.coordinator.actor, area_code=people.other_area.code) == []


def test_a_purged_slip_of_a_book_is_still_accounted_for_and_a_lost_one_is_seen(people):
    with transaction():
        book_id = referrals.mint(people.coordinator.actor, people.group.id, 4).id
    with transaction():
        book = db.session.get(SlipBook, book_id)
        book.size, book.purged_used, book.purged_void = 8, 2, 1
    ((book,),) = (tally.books for tally in slip_books(people.coordinator.actor))
    assert (book.printed, book.used, book.void, book.blank, book.missing) == (8, 2, 1, 4, 1)
