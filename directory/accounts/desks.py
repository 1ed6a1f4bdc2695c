"""The desks of sites that work without accounts: a PIN on a card, whose first four digits name the desk.

Twelve digits, shown "1234 5678 9012": four that find the row and are no secret, eight that are kept only as a hash.
"""

import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import delete, select

from directory import clock
from directory.accounts import audit, devices, own_machine, slowing
from directory.accounts.models import Desk, Session
from directory.accounts.passphrases import hash_secret, matches, spend_the_time
from directory.accounts.rules import Actor, Party
from directory.errors import Invalid
from directory.extensions import db
from directory.web.transaction import transaction

HANDLE_LENGTH = 4
SECRET_LENGTH = 8
_LENGTH = HANDLE_LENGTH + SECRET_LENGTH

WRONG_PIN = "Số phiếu hoặc mã PIN không đúng."
WHAT_NOW = "Hãy xem lại từng số trên thẻ của bàn tiếp nhận. Mất thẻ thì gọi điều phối viên để lấy mã mới."


def set_pin(actor: Actor, site_id: int, *, pin: str = "", is_demo: bool = False) -> str:
    """Give the desk of this site a new PIN, make the desk if there is none, and return the PIN: nobody sees it again.

    The four digits in front stay the same; whoever was signed in by the old PIN is out. ``pin`` is for the
    illustrative desks, whose PIN everybody may know.
    """
    desk = db.session.scalar(select(Desk).where(Desk.site_id == site_id).with_for_update())
    handle, secret = _halves(pin) if pin else (desk.handle if desk else _free_handle(), _digits(SECRET_LENGTH))
    if desk is None:
        desk = Desk(site_id=site_id, handle=handle, pin_hash="", is_demo=is_demo)
        db.session.add(desk)
    desk.pin_hash = hash_secret(secret)
    desk.changed_at = clock.now()
    db.session.flush()
    end_sessions(actor, desk)
    audit.record("desk.pin_set", actor, desk.uuid)
    return f"{handle}{secret}"


def named(text: str) -> Desk | None:
    """Return the desk that the first four digits of a PIN name, whether or not the others are right."""
    digits = _digits_of(text)
    return db.session.scalar(select(Desk).where(Desk.handle == digits[:HANDLE_LENGTH])) if digits else None


def check_pin(text: str, now: datetime) -> Desk:
    """Return the desk that a PIN opens; unknown desk and wrong digits look the same and take as long.

    Call it outside of any transaction: each try is counted in one of its own before the digits are looked at. A
    browser on which this desk has signed in before is counted apart, so strangers cannot slow it down; the caller lets
    the browser be remembered (``devices``) once its answer may tell that the PIN was right.

    Raises: Invalid, when it opens none; TooSoon, when too many wrong ones went before.
    """
    handle, secret = _halves(text)
    desk = db.session.scalar(select(Desk).where(Desk.handle == handle))
    key = f"desk:{desk.uuid}" if desk else ""
    tried = ("pin", handle, devices.known(key))
    slowing.begin_try(tried, now)
    desk = db.session.scalar(select(Desk).where(Desk.handle == handle))
    if not _opens(desk, secret) or desk is None:
        raise Invalid(WRONG_PIN, what_now=WHAT_NOW, field="pin")
    with transaction():
        slowing.succeeded(tried)
        audit.record("desk.signed_in", Actor(Party.PROVIDER, key), desk.uuid)
    return desk


def end_sessions(actor: Actor, desk: Desk) -> int:
    """End every session that a PIN of this desk began, and return how many there were."""
    ended = db.session.execute(delete(Session).where(Session.desk_id == desk.id).returning(Session.code)).all()
    if ended:
        audit.record("desk.sessions_ended", actor, desk.uuid)
    return len(ended)


def remove(actor: Actor, desk: Desk) -> None:
    """Take a site's desk away: its PIN opens nothing any more."""
    audit.record("desk.removed", actor, desk.uuid)
    db.session.delete(desk)
    db.session.flush()


def grouped(pin: str) -> str:
    """Return a PIN as it is printed: ``1234 5678 9012``."""
    return " ".join(pin[i : i + HANDLE_LENGTH] for i in range(0, len(pin), HANDLE_LENGTH))


def _halves(text: str) -> tuple[str, str]:
    """Return handle and secret of what was typed, however it was grouped."""
    digits = _digits_of(text)
    if not digits:
        raise Invalid(WRONG_PIN, what_now=WHAT_NOW, field="pin")
    return digits[:HANDLE_LENGTH], digits[HANDLE_LENGTH:]


def _digits_of(text: str) -> str:
    """Return the twelve digits, empty when there are more or fewer."""
    digits = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter in "0123456789")
    return digits if len(digits) == _LENGTH else ""


def _opens(desk: Desk | None, secret: str) -> bool:
    if desk is None:
        spend_the_time(secret)
        return False
    return matches(desk.pin_hash, secret) and (not desk.is_demo or own_machine.is_visitor_here())


def _digits(length: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(length))


def _free_handle() -> str:
    """Draw four digits that no desk has, of nine thousand; those with a 0 in front are for illustrative desks.

    Raises: Invalid, when nearly all of them are taken.
    """
    for _ in range(1_000):
        handle = f"{secrets.randbelow(9_000) + 1_000}"
        if not db.session.scalar(select(Desk.id).where(Desk.handle == handle)):
            return handle
    raise Invalid("Đã hết mã bàn tiếp nhận.", what_now="Hãy bỏ những bàn không còn dùng, rồi tạo lại.")
