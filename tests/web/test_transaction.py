"""One transaction per request, committed in one place; every other view cannot write."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, Response
from sqlalchemy import func, select, text

from directory.catalogue.models import CatalogueChange
from directory.errors import Conflict
from directory.extensions import db
from directory.web.access import public
from directory.web.transaction import after_commit, transaction, writes
from tests.people import post


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(CatalogueChange))


def route(app: Flask, view, **options):
    app.add_url_rule("/_thu", "probe", public(view), **options)
    return app.test_client()


def test_a_writing_view_is_committed(app, session):
    @writes
    def view() -> str:
        session.add(CatalogueChange())
        return "xong"

    before = count(session)
    assert post(route(app, view, methods=["POST"]), "/_thu").status_code == 200
    assert count(session) == before + 1


def test_a_writing_view_that_raises_leaves_nothing(app, session):
    @writes
    def view() -> str:
        session.add(CatalogueChange())
        session.flush()
        raise Conflict("Người khác vừa sửa.")

    before = count(session)
    assert post(route(app, view, methods=["POST"]), "/_thu").status_code == 409
    assert count(session) == before


def test_a_view_that_is_not_marked_cannot_write(app, session):
    def view() -> str:
        session.add(CatalogueChange())
        session.flush()
        return "không bao giờ"

    before = count(session)
    assert post(route(app, view, methods=["POST"]), "/_thu").status_code == 500
    assert count(session) == before


def test_a_write_behind_a_with_clause_is_a_write_too(app, session):
    def view() -> str:
        session.execute(text("WITH doomed AS (SELECT seq FROM catalogue_change) DELETE FROM catalogue_change"))
        return "không bao giờ"

    assert post(route(app, view, methods=["POST"]), "/_thu").status_code == 500


def test_what_waits_for_the_commit_runs_after_it_and_only_then(app, session):
    seen = []
    with transaction():
        session.add(CatalogueChange())
        after_commit(lambda: seen.append("done"))
        assert seen == []
    assert seen == ["done"]

    def fail() -> None:
        with transaction():
            after_commit(lambda: seen.append("never"))
            raise Conflict("Hỏng.")

    with pytest.raises(Conflict):
        fail()
    assert seen == ["done"]


def test_a_failure_after_the_commit_does_not_undo_it(app, session):
    def fail() -> None:
        raise OSError("full")

    before = count(session)
    with transaction():
        session.add(CatalogueChange())
        after_commit(fail)
    assert count(session) == before + 1


def test_a_read_before_the_write_does_not_make_it_fail(app, session):
    """On SQLite a deferred transaction that read an old snapshot may not be upgraded: BEGIN IMMEDIATE it is."""

    @writes
    def view() -> Response:
        session.add(CatalogueChange())
        return Response("xong")

    session.scalar(select(func.count()).select_from(CatalogueChange))
    assert post(route(app, view, methods=["POST"]), "/_thu").status_code == 200


def test_a_transaction_inside_another_is_refused_before_it_would_wait_for_itself(app, session):
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction(), transaction():
        pass
    with transaction():
        session.add(CatalogueChange())


def test_of_many_who_write_at_once_everybody_gets_her_turn(app, session):
    before = count(session)
    session.rollback()

    def write(_number: int) -> None:
        with app.app_context(), transaction():
            db.session.add(CatalogueChange())
            db.session.flush()
            time.sleep(0.02)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write, range(120)))
    assert count(session) == before + 120
