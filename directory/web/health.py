"""``/suc-khoe``: whether this process can answer, for a monitor. It says nothing about content or people."""

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.extensions import db
from directory.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/suc-khoe")
@public
def health() -> ResponseReturnValue:
    """Answer 200 when database and search index answer, else 503 and which of them does not."""
    state = {"database": _database_answers()}
    state.update({name: check() for name, check in current_app.extensions["health_checks"].items()})
    return jsonify(ok=all(state.values()), **state), 200 if all(state.values()) else 503


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1 FROM catalogue_change LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True
