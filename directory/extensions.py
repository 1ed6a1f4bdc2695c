"""The Flask extensions, made once and bound to the application in ``app.create_app``, and its settings."""

from flask import current_app
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

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


db = SQLAlchemy(model_class=Model)
babel = Babel()


def settings() -> Settings:
    """Return the settings of the running application."""
    present: Settings = current_app.extensions["settings"]
    return present
