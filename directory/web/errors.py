"""Every error as a page that says what happened, what to do now and whom to call; as JSON for programs."""

import logging
import secrets

from flask import Flask, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from directory import errors
from directory.web.wording import what_happened, what_now

log = logging.getLogger(__name__)

STATUS = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Invalid: 422,
    errors.Conflict: 409,
    errors.Unavailable: 503,
}


def explain_errors(app: Flask) -> None:
    """Register a page for each kind of error."""
    app.register_error_handler(errors.DirectoryError, domain_error)
    app.register_error_handler(errors.TooSoon, too_soon)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(StaleDataError, edited_meanwhile)
    app.register_error_handler(IntegrityError, edited_meanwhile)
    app.register_error_handler(Exception, unexpected)
    app.register_error_handler(InternalServerError, broken_page)


def domain_error(error: errors.DirectoryError) -> ResponseReturnValue:
    """Show an error that a rule, query or operation raised."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    return page(status, what_happened(error), what_now(error))


def too_soon(error: errors.TooSoon) -> ResponseReturnValue:
    """Say when the next try may come; nothing is locked."""
    answer = make_response(page(429, what_happened(error), what_now(error)))
    answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Show an error of the protocol; redirects pass as they are."""
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, CSRFError):
        return page(
            400, _("Trang này mở đã lâu, phiên làm việc đã hết."), _("Hãy mở lại trang rồi gửi lại. Chưa có gì bị ghi.")
        )
    what = {
        400: _("Trình duyệt gửi một yêu cầu mà trang không đọc được."),
        403: _("Bạn chưa được phép mở trang này."),
        404: _("Không có trang này. Có thể địa chỉ bị gõ nhầm, hoặc mục này đã được gỡ bỏ."),
        405: _("Trang này không mở được bằng cách đó."),
        413: _("Nội dung gửi lên dài quá."),
        414: _("Địa chỉ này dài quá."),
        429: _("Bạn thử hơi nhanh. Hãy đợi một phút rồi thử lại."),
    }.get(error.code, _("Trang không trả lời được yêu cầu này."))
    return page(error.code, what, _("Bạn có thể tìm lại từ đầu ở ô bên dưới."))


def edited_meanwhile(_error: Exception) -> ResponseReturnValue:
    """Show that somebody else was faster; nothing of this request was kept."""
    return page(409, _("Người khác vừa sửa mục này trước bạn."), _("Hãy mở lại trang để thấy bản mới nhất."))


def unexpected(error: BaseException) -> ResponseReturnValue:
    """Show an incident number that finds the line in the log; no stack, no database, no template that may fail."""
    incident = secrets.token_hex(4)
    log.error("unexpected_error", exc_info=error, extra={"fields": {"incident": incident}})
    if wants_json():
        return jsonify(error=_("Có lỗi ở phía chúng tôi."), incident=incident), 500
    return render_template("web/broken.html", incident=incident), 500


def broken_page(error: InternalServerError) -> ResponseReturnValue:
    """Show the same when an error page itself could not be drawn."""
    return unexpected(error.original_exception or error)


def page(status: int, happened: str, now: str) -> ResponseReturnValue:
    """Return the error as a page, or as JSON where a program asked."""
    if wants_json():
        return jsonify(error=happened, what_now=now), status
    return render_template("web/error.html", status=status, what_happened=happened, what_now=now), status


def wants_json() -> bool:
    """Whether a program asked: everything below ``/api/`` and ``/hsds/``."""
    return request.path.startswith(("/api/", "/hsds/"))
