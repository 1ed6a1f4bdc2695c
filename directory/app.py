"""The application: settings, extensions, features, in that order."""

import logging
from pathlib import Path

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2 import StrictUndefined

import directory.accounts.views
import directory.catalogue.views
import directory.coordination.views.activities
import directory.coordination.views.areas
import directory.coordination.views.closing
import directory.coordination.views.desks
import directory.coordination.views.duplicates
import directory.coordination.views.entries
import directory.coordination.views.files
import directory.coordination.views.groups
import directory.coordination.views.materials
import directory.coordination.views.merging
import directory.coordination.views.overview
import directory.coordination.views.people
import directory.coordination.views.points
import directory.coordination.views.requests
import directory.coordination.views.verification
import directory.interop.views
import directory.outreach.views
import directory.places.views
import directory.referrals.views.books
import directory.referrals.views.issuing
import directory.referrals.views.paper
import directory.referrals.views.presenting
import directory.referrals.views.receiving
import directory.referrals.views.tracking
import directory.reports.handbook_views
import directory.reports.views
import directory.reports.views_annual
import directory.reports.views_by_hand
import directory.reports.views_closing
import directory.reports.views_files
import directory.reports.views_gaps
import directory.reports.views_published
import directory.search.views
import directory.search.views_map
from directory import engine
from directory.accounts import passphrases, sessions
from directory.accounts.views.signing_in import end_when_leaving
from directory.catalogue import uploads
from directory.catalogue.queries import areas_of_site
from directory.coordination.duplicates import forget_what_is_erased
from directory.errors import Invalid
from directory.extensions import db
from directory.outreach.operations.forgetting import forget_writers
from directory.reports.handbook_shelf import forget_booklets
from directory.reports.operations.closing import close_due_years
from directory.search.operations import erase_from_index, index_state
from directory.settings import Settings, read_settings
from directory.web import (
    access,
    compression,
    errors,
    forms,
    headers,
    health,
    host,
    language,
    quick_exit,
    request_log,
    transaction,
)

#: The pages, lowest package first.
BLUEPRINTS = (
    quick_exit.blueprint,
    health.blueprint,
    directory.accounts.views.blueprint,
    directory.places.views.blueprint,
    directory.catalogue.views.blueprint,
    directory.search.views.blueprint,
    directory.search.views_map.blueprint,
    directory.referrals.views.issuing.blueprint,
    directory.referrals.views.tracking.blueprint,
    directory.referrals.views.books.blueprint,
    directory.referrals.views.paper.blueprint,
    directory.referrals.views.presenting.blueprint,
    directory.referrals.views.receiving.blueprint,
    directory.outreach.views.blueprint,
    directory.coordination.views.overview.blueprint,
    directory.coordination.views.verification.blueprint,
    directory.coordination.views.duplicates.blueprint,
    directory.coordination.views.entries.blueprint,
    directory.coordination.views.people.blueprint,
    directory.coordination.views.groups.blueprint,
    directory.coordination.views.files.blueprint,
    directory.coordination.views.closing.blueprint,
    directory.coordination.views.merging.blueprint,
    directory.coordination.views.desks.blueprint,
    directory.coordination.views.requests.blueprint,
    directory.coordination.views.areas.blueprint,
    directory.coordination.views.points.blueprint,
    directory.coordination.views.activities.blueprint,
    directory.coordination.views.materials.blueprint,
    directory.reports.handbook_views.blueprint,
    directory.reports.views.blueprint,
    directory.reports.views_annual.blueprint,
    directory.reports.views_by_hand.blueprint,
    directory.reports.views_files.blueprint,
    directory.reports.views_published.blueprint,
    directory.reports.views_closing.blueprint,
    directory.reports.views_gaps.blueprint,
    directory.interop.views.blueprint,
)

#: The longest address answered: a search is 100 characters, so more than this is a mistake or an attack.
LONGEST_QUERY_STRING = 8_000


def _abilities() -> frozenset[str]:
    actor = sessions.present()
    return actor.abilities if actor else frozenset()


def _actor_key() -> str:
    actor = sessions.present()
    return actor.key if actor else "-"


#: What a desk without an account may open, too.
WAYS_OF_A_DESK = frozenset(
    {"presenting.close_desk"}
    | {f"receiving.{view}" for view in ("slip", "take", "record_service", "decline", "elsewhere", "forward")}
    | {f"receiving.{view}" for view in ("blank", "activate")}
)


def _sign_in() -> ResponseReturnValue | None:
    if sessions.present():
        return None
    # A desk has no account to sign in with; whoever has one finds the way from there.
    if request.endpoint in WAYS_OF_A_DESK:
        return redirect(url_for("presenting.by_number", dong=1), code=303)
    return redirect(url_for("accounts.sign_in", ve=request.path if request.method == "GET" else None), code=303)


VISITORS = access.Visitors(_abilities, _actor_key, _sign_in)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, ready to answer; it opens nothing until the first request."""
    settings = settings or read_settings()
    request_log.setup_logging()
    app = Flask("directory", template_folder=str(Path(__file__).parent.parent / "templates"), static_url_path="/tep")
    app.extensions["settings"] = settings
    app.extensions["health_checks"] = {"search": lambda: index_state() is not None}
    app.extensions["when_erased"] = [erase_from_index, uploads.drop_all, forget_what_is_erased, forget_booklets]
    app.extensions["when_leaving"] = [end_when_leaving]
    app.extensions["when_ticking"] = {"contacts": forget_writers, "years": close_due_years}
    app.extensions["areas_of_site"] = areas_of_site
    app.extensions["argon2"] = passphrases.strong_hasher()
    _configure(app, settings)
    host.go_by_our_name(app, settings)
    request_log.log_requests(app)
    compression.compress(app)
    headers.protect(app, settings)
    errors.explain_errors(app)
    language.setup_languages(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    sessions.follow_sessions(app)
    access.enforce(app, VISITORS)
    forms.guard_forms(app)
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
    app.jinja_env.globals.update(contact=settings.contact, can=access.can, present=sessions.present)

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
