"""A form that is sent twice acts once: a double tap, or a retry after the answer was lost on the way.

The key and a keyed hash of what was sent are written in the transaction of the act itself. The same key and body get
the first answer again; the same key with another body is refused. Only a redirect is an answer to be kept: a page with
errors changed nothing, so its key stays free.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Response, g, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from directory.errors import Invalid
from directory.extensions import db, insert_into, settings, table_of
from directory.web.access import visitors
from directory.web.forms import FORM_KEY
from directory.web.models import StoredAnswer
from directory.web.transaction import transaction

SEE_OTHER = 303
#: Nobody presses a button again after so long.
KEPT_FOR = timedelta(days=7)
_KEY = re.compile(r"[0-9a-z-]{16,64}")
_NOT_THE_BODY = frozenset({"csrf_token", FORM_KEY})


def writes_once(view: Callable[..., Any]) -> Callable[..., Response]:
    """Mark a view as one that changes the database, once for each form key, and give it its transaction.

    Raises: Invalid, when the form has no key, or its key was used for something else.
    """

    @wraps(view)
    def answer_once(*args: Any, **kwargs: Any) -> Response:
        key = request.form.get(FORM_KEY, "")
        if not _KEY.fullmatch(key):
            raise Invalid(_("Trang này mở đã lâu hoặc bị thiếu."), what_now=_("Hãy mở lại trang và gửi lại."))
        with transaction():
            row_id = _begin(key)
            if row_id is None:
                return _replayed(key)
            response = make_response(view(*args, **kwargs))
            if response.status_code == SEE_OTHER:
                _keep(row_id, response)
            else:
                _take_back()
            return response

    answer_once.writes = answer_once.once = True  # type: ignore[attr-defined]
    return answer_once


def when_refused(act: Callable[[], object]) -> None:
    """Do this when the form is not taken and all else is taken back: the page shown again may have to be noted."""
    g.setdefault("when_refused", []).append(act)


def _take_back() -> None:
    db.session.rollback()
    g.after_commit = []
    waiting = g.pop("when_refused", [])
    if waiting:
        db.session.connection(execution_options={"immediate": True})
    for act in waiting:
        act()


def forget_answers(now: datetime) -> int:
    """Take away the answers that nobody will ask for again, and return how many; part of the caller's transaction."""
    old = delete(StoredAnswer).where(StoredAnswer.created_at < now - KEPT_FOR).returning(StoredAnswer.id)
    return len(db.session.scalars(old).all())


def _begin(key: str) -> int | None:
    """Write the row of this key and return its id; None when somebody has sent the same key before.

    On PostgreSQL the second of two at once waits here for the first; on SQLite it already waited for the transaction.
    """
    row = {"actor": visitors().key(), "form_key": key, "body_hash": _body_hash(), "status": 0, "location": ""}
    begun = insert_into(StoredAnswer).values(row).on_conflict_do_nothing().returning(StoredAnswer.id)
    row_id: int | None = db.session.scalar(begun)
    return row_id


def _keep(row_id: int, response: Response) -> None:
    answer = {"status": response.status_code, "location": response.headers["Location"]}
    db.session.execute(update(table_of(StoredAnswer)).where(StoredAnswer.id == row_id).values(answer))


def _replayed(key: str) -> Response:
    """Answer as the first sending was answered. Raises: Invalid, when it was about something else."""
    wanted = (StoredAnswer.actor == visitors().key(), StoredAnswer.form_key == key)
    first = db.session.scalars(select(StoredAnswer).where(*wanted)).one()
    if not hmac.compare_digest(first.body_hash, _body_hash()):
        raise Invalid(
            _("Bản này đã gửi rồi, với nội dung khác. Lần gửi đầu vẫn giữ nguyên."),
            what_now=_("Hãy mở lại trang rồi làm lại nếu cần."),
        )
    return make_response(redirect(first.location, code=first.status))


def _body_hash() -> bytes:
    """Hash the address and fields with our key, so that what was typed cannot be found by trying."""
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _NOT_THE_BODY)
    body = repr((request.path, fields)).encode()
    return hmac.new(settings().secret_key.encode(), b"form\0" + body, hashlib.sha256).digest()
