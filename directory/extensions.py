"""The Flask extensions, made once and bound to the application in ``app.create_app``, and its settings."""

from datetime import UTC, datetime

from flask import current_app
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from directory.settings import Settings

#: Every constraint has a name, so that a migration can drop it and an error can be told by it.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: type[Model]) -> Table:
    """Return the table of a model, for rows that need not become objects."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - a mapped class always stands on one
    return table


def insert_into(model: type[Model]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of this database that can say what to do when the row is already there."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table_of(model))
    return sqlite.insert(table_of(model))


class Moment(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the way in and out; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment that does not say of which zone it is."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return it in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Model)
babel = Babel()


def settings() -> Settings:
    """Return the settings of the running application."""
    present: Settings = current_app.extensions["settings"]
    return present
