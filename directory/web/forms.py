"""What every form shares: the token against forged requests, composed Vietnamese text, and the key that counts it once.

The token lives in the signed session cookie. Our pages send no referrer, so the origin is judged by ``Sec-Fetch-Site``.
"""

import secrets
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup
from wtforms import Field

from directory.errors import DirectoryError, Invalid, NotAllowed
from directory.vietnamese import nfc
from directory.web.wording import what_happened, what_now

#: The name of the hidden field that holds the form's key (``web.once``).
FORM_KEY = "khoa"

csrf = CSRFProtect()


class OwnWords:
    """What the library would say in English of an answer that our pages cannot have sent."""

    def gettext(self, _message: str) -> str:
        """Return our one sentence."""
        return str(_("Chỗ này chưa đúng. Bạn chọn hoặc gõ lại nhé."))

    def ngettext(self, message: str, _plural: str, _count: int) -> str:
        """Return the same."""
        return self.gettext(message)


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form: text is composed (NFC) and trimmed on its way in."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Our own words, not the library's catalogue."""

        locales = False

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Compose what was typed."""
            filters = [*unbound_field.kwargs.get("filters", ()), _composed]
            return unbound_field.bind(form=form, filters=filters, **options)

        def get_translations(self, _form: Any) -> OwnWords:
            """Say in our words what no field of ours says itself."""
            return OwnWords()

    def complain(self, error: DirectoryError) -> None:
        """Show what an operation said of the input: at its field where it names one, else above the form."""
        sentence = f"{what_happened(error)} {what_now(error)}".rstrip()
        field = error.field if isinstance(error, Invalid) else ""
        if field in self:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)


def _composed(value: Any) -> Any:
    return nfc(value) if isinstance(value, str) else value


def guard_forms(app: Flask) -> None:
    """Refuse every unsafe request without our token, or that another site's page sent."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, WTF_I18N_ENABLED=False)
    csrf.init_app(app)
    app.jinja_env.globals.update(form_guard=form_guard)

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise NotAllowed(_("Yêu cầu này đến từ một trang khác."), what_now=_("Hãy mở lại trang và gửi từ đây."))


def form_guard(key: str = "") -> Markup:
    """Return the hidden fields of a form: the token, and a key that makes a second sending harmless.

    ``key`` keeps the first one when a form is shown again with its errors.
    """
    return Markup(
        '<input type="hidden" name="csrf_token" value="{token}"><input type="hidden" name="{name}" value="{key}">'
    ).format(token=generate_csrf(), name=FORM_KEY, key=key or secrets.token_hex(16))
