"""The application: settings, extensions, features, in that order."""

import importlib
import importlib.util
import logging
from pathlib import Path

from flask import Flask, request
from flask_babel import gettext as _
from jinja2 import StrictUndefined

from directory import engine
from directory.errors import Invalid
from directory.extensions import db
from directory.search.operations import refresh_index
from directory.settings import Settings, read_settings
from directory.web import access, compression, errors, headers, health, language, quick_exit, request_log, transaction

#: The packages that have pages, lowest first; each has ``views.blueprint`` or names its own modules.
VIEW_MODULES = (
    "directory.places.views",
    "directory.catalogue.views",
    "directory.search.views",
    "directory.search.views_map",
)

#: The longest address answered: a search is 100 characters, so more than this is a mistake or an attack.
LONGEST_QUERY_STRING = 8_000


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, ready to answer; it opens nothing until the first request."""
    settings = settings or read_settings()
    request_log.setup_logging()
    app = Flask("directory", template_folder=str(Path(__file__).parent.parent / "templates"), static_url_path="/tep")
    app.extensions["settings"] = settings
    app.extensions["health_checks"] = {}
    app.extensions["when_erased"] = [refresh_index]
    _configure(app, settings)
    request_log.log_requests(app)
    compression.compress(app)
    headers.protect(app, settings)
    errors.explain_errors(app)
    language.setup_languages(app)
    app.register_blueprint(quick_exit.blueprint)
    app.register_blueprint(health.blueprint)
    for name in VIEW_MODULES:
        if importlib.util.find_spec(name):
            app.register_blueprint(importlib.import_module(name).blueprint)
    access.enforce(app)
    _bind_database(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine.engine_options(settings),
        SESSION_COOKIE_NAME="__Host-phien" if settings.is_https else "phien",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SEND_FILE_MAX_AGE_DEFAULT=headers.STATIC_MAX_AGE_S,
        MAX_CONTENT_LENGTH=6 * 1024 * 1024,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    # A doubled slash is no address of ours; mending it would send the visitor to whatever host she was made to name.
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # A template can say whom to call, and can never print the key.
    app.jinja_env.globals.pop("config", None)
    app.jinja_env.globals.update(contact=settings.contact, can=access.can)

    @app.before_request
    def refuse_endless_addresses() -> None:
        if len(request.query_string) > LONGEST_QUERY_STRING:
            raise Invalid(_("Câu tìm dài quá."), what_now=_("Hãy gõ ngắn lại, chỉ cần vài từ."))


def _bind_database(app: Flask, settings: Settings) -> None:
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine, settings)
    transaction.guard_reads(app)
    logging.getLogger("alembic").setLevel(logging.WARNING)
