"""Which language a page is in: the one chosen on the site (a cookie), else the browser's, else Vietnamese (D13)."""

from babel.support import NullTranslations
from flask import Blueprint, Flask, redirect, request
from flask_babel import Domain, get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from directory.errors import NotFound
from directory.extensions import babel, settings
from directory.web.access import public

#: Language code → its name in itself. Adding a language is adding a catalogue and a line here.
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "ngon_ngu"
COOKIE_MAX_AGE_S = 180 * 24 * 3600

blueprint = Blueprint("language", __name__)


def choose() -> str:
    """Return the language of this request."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES)) or "vi"


class OncePerRequest(Domain):
    """Our catalogues, looked up once for each request.

    Why: flask-babel writes the locale's name anew for each of some two hundred sentences, a third of the time of a page
    of results (measured 2026-11-22). ``babel_translations`` is the name that its ``force_locale`` sets back.
    """

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of this request's language."""
        kept: NullTranslations | None = getattr(request, "babel_translations", None)
        if kept is None:
            kept = super().get_translations()  # type: ignore[no-untyped-call]
            request.babel_translations = kept  # type: ignore[attr-defined]
        return kept


def setup_languages(app: Flask) -> None:
    """Translate pages by our catalogues and tell templates what they need to switch."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    babel.init_app(app, locale_selector=choose)
    app.before_request(OncePerRequest().as_default)  # type: ignore[no-untyped-call]
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(languages=LANGUAGES, current_language=lambda: str(get_locale() or "vi"))


@blueprint.get("/ngon-ngu/<code>")
@public
def switch(code: str) -> Response:
    """Remember the language and go back to the page named by ``ve`` (a path of this site only)."""
    if code not in LANGUAGES:
        raise NotFound(_("Trang này chưa có tiếng đó."))
    answer = redirect(own_path(request.args.get("ve", "")), code=303)
    answer.set_cookie(COOKIE, code, max_age=COOKIE_MAX_AGE_S, samesite="Lax", httponly=True, secure=settings().is_https)
    return answer


def own_path(wanted: str) -> str:
    """Return the path if it is one of this site, else the home page: a link may not lead elsewhere through us."""
    # Browsers read "//host", "/\\host" and control characters as the start of another site.
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if safe and "\\" not in wanted else "/"
