"""What is read of accounts, sessions and invitations."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from directory import clock
from directory.accounts import paper_codes, sessions
from directory.accounts.models import Account, Invitation, RecoveryCode, Session
from directory.accounts.rules import PROOF_LASTS, Actor, session_ends_at
from directory.errors import Invalid
from directory.extensions import db
from directory.vietnamese import fold, nfc

NO_INVITATION = "Mã mời không đúng, đã dùng rồi, hoặc đã quá 7 ngày."
NO_ACCOUNT = "Không có tài khoản này."


class OpenSession(NamedTuple):
    """A line of the list of signed-in browsers."""

    code: str
    created_at: datetime
    seen_at: datetime
    is_present: bool


def folded_name(name: str) -> str:
    """Return what a sign-in name is found by, however it is typed."""
    return fold(nfc(name))


def account_named(name: str) -> Account | None:
    """Return the account of this sign-in name."""
    return db.session.scalar(select(Account).where(Account.folded_name == folded_name(name)))


def account_of(actor: Actor) -> Account:
    """Return the account of somebody who is signed in with one."""
    return db.session.get_one(Account, actor.account_id)


def open_sessions(account_id: int, now: datetime) -> list[OpenSession]:
    """Return the browsers that are signed in, the one that asks first, then the last used."""
    account = db.session.get_one(Account, account_id)
    rows = db.session.scalars(
        select(Session).where(Session.account_id == account_id).order_by(Session.seen_at.desc(), Session.code)
    )
    here = sessions.present_hash()
    lines = [
        OpenSession(row.code, row.created_at, row.seen_at, row.id_hash == here)
        for row in rows
        if now < session_ends_at(account.role, row.created_at, row.seen_at)
    ]
    return sorted(lines, key=lambda line: not line.is_present)


def is_proven(now: datetime) -> bool:
    """Whether whoever is signed in on this browser proved a short while ago who she is."""
    row = db.session.get(Session, sessions.present_hash())
    return row is not None and now - row.proven_at <= PROOF_LASTS


def open_invitation(secret: str) -> Invitation:
    """Return the invitation that a typed code opens.

    Raises: Invalid, when it opens none; wrong, used and outdated codes look the same.
    """
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.secret_hash == (paper_codes.hash_of(secret) or b""))
    )
    if invitation is None or invitation.used_at or invitation.expires_at <= clock.now():
        raise Invalid(NO_INVITATION, what_now="Hãy xem lại từng chữ, hoặc xin điều phối viên mã mới.", field="code")
    return invitation


def demo_accounts() -> list[Account]:
    """Return the illustrative accounts."""
    return list(db.session.scalars(select(Account).where(Account.is_demo).order_by(Account.id)))


def recovery_codes_left(account_id: int) -> int:
    """Return how many recovery codes are still good."""
    unused = select(RecoveryCode.id).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())
