"""A route answers only to whom it says it answers."""

import pytest
from flask import Flask

from directory.web.access import Visitors, public, requires


def somebody_who_may(*abilities: str) -> Visitors:
    return Visitors(abilities=lambda: frozenset(abilities))


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """The application with three more routes: open, for an ability, and one that forgot to say."""
    app.add_url_rule("/_thu/mo", "open", public(lambda: "mở"))
    app.add_url_rule("/_thu/kin", "closed", requires("catalogue.edit")(lambda: "kín"))
    app.add_url_rule("/_thu/quen", "forgotten", lambda: "quên")
    return app


def test_a_public_route_answers_anybody(guarded):
    assert guarded.test_client().get("/_thu/mo").status_code == 200


def test_a_route_for_an_ability_leads_who_is_not_signed_in_to_the_sign_in_page(guarded):
    answer = guarded.test_client().get("/_thu/kin")
    assert (answer.status_code, answer.location) == (303, "/dang-nhap?ve=/_thu/kin")


def test_a_route_for_an_ability_refuses_who_lacks_it_and_says_whom_to_ask(guarded):
    guarded.extensions["visitors"] = somebody_who_may("another.thing")
    answer = guarded.test_client().get("/_thu/kin")
    assert answer.status_code == 403
    assert "điều phối viên" in answer.get_data(as_text=True)


def test_a_route_for_an_ability_answers_who_has_it(guarded):
    guarded.extensions["visitors"] = somebody_who_may("catalogue.edit")
    assert guarded.test_client().get("/_thu/kin").status_code == 200


def test_a_route_that_declares_nothing_answers_nobody(guarded):
    assert guarded.test_client().get("/_thu/quen").status_code == 500
