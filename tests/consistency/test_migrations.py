"""The migrations lead from nothing to the models and back, on both databases."""

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from directory.engine import MIGRATIONS
from directory.extensions import db


@pytest.fixture
def alembic(app):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    db.session.remove()
    with db.engine.connect().execution_options(immediate=True) as connection:
        config.attributes["connection"] = connection
        yield config
        connection.commit()


def test_the_models_hold_nothing_that_the_migrations_do_not_make(alembic):
    assert command.check(alembic) is None


def test_every_migration_can_be_taken_back_and_applied_again(alembic):
    command.downgrade(alembic, "base")
    connection = alembic.attributes["connection"]
    assert "offering" not in inspect(connection).get_table_names()
    command.upgrade(alembic, "head")
    assert "offering" in inspect(connection).get_table_names()
    assert command.check(alembic) is None


def test_migrations_are_numbered_without_a_gap_and_named_for_what_they_do():
    names = sorted(path.name for path in Path(MIGRATIONS, "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
