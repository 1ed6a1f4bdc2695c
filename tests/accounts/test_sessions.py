"""A session knows its owner, and only as long as it lasts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory import clock
from directory.accounts.models import Account, Session
from directory.accounts.sessions import present
from directory.extensions import db
from directory.web.access import public
from directory.web.transaction import transaction
from tests.people import sign_in


@pytest.fixture
def asked(app):
    """The application with a page that names who is behind the request."""
    app.add_url_rule("/_thu/ai", "who", public(lambda: actor.key if (actor := present()) else "-"))
    return app.test_client()


def age(**by) -> None:
    with transaction():
        for row in db.session.scalars(select(Session)):
            for column, delta in by.items():
                setattr(row, column, clock.now() - delta)


def who(client) -> str:
    return client.get("/_thu/ai").get_data(as_text=True)


def test_each_browser_is_known_by_its_own_session(app, asked, people):
    other = app.test_client()
    sign_in(asked, people.peer)
    sign_in(other, people.desk)
    assert who(asked) == people.peer.actor.key
    assert who(other) == people.desk.actor.key
    assert who(app.test_client()) == "-"


def test_a_session_ends_when_idle_after_a_quarter_of_an_hour_and_half_an_hour_for_coordinators(app, asked, people):
    other = app.test_client()
    sign_in(asked, people.peer)
    sign_in(other, people.coordinator)
    age(seen_at=timedelta(minutes=14))
    assert (who(asked), who(other)) == (people.peer.actor.key, people.coordinator.actor.key)
    age(seen_at=timedelta(minutes=16))
    assert (who(asked), who(other)) == ("-", people.coordinator.actor.key)
    age(seen_at=timedelta(minutes=31))
    assert who(other) == "-"


def test_use_keeps_a_session_alive_but_not_beyond_twelve_hours(asked, people):
    sign_in(asked, people.peer)
    age(seen_at=timedelta(minutes=14))
    assert who(asked) == people.peer.actor.key
    assert clock.now() - db.session.scalars(select(Session.seen_at)).one() < timedelta(minutes=1)
    age(created_at=timedelta(hours=12, seconds=1), seen_at=timedelta())
    assert who(asked) == "-"


def test_an_account_that_is_disabled_is_out_with_its_next_request(asked, people):
    sign_in(asked, people.peer)
    with transaction():
        db.session.execute(update(Account).values(disabled_at=clock.now()))
    assert who(asked) == "-"


def test_the_table_holds_no_identifier_that_a_cookie_could_carry(asked, people):
    sign_in(asked, people.peer)
    with asked.session_transaction() as cookie:
        identifier = cookie["id"]
    rows = [str(value) for row in db.session.execute(select(Session.__table__)) for value in row]
    assert identifier not in " ".join(rows)
