"""Signing in: passphrase, then second factor where there is one.

Each has transactions of its own: a try is counted before the secret is looked at, the slow hash is compared outside of
any transaction, and only success is written with what follows from it. Call them outside of a transaction.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Update, select, update

from directory.accounts import (
    audit,
    devices,
    half_way,
    one_time_codes,
    own_machine,
    paper_codes,
    passkeys,
    passphrases,
    queries,
    sealing,
    sessions,
    slowing,
)
from directory.accounts.models import Account, Passkey, RecoveryCode, Session
from directory.accounts.operations.inviting import NO_PASSPHRASE, totp_place
from directory.accounts.sessions import account_actor
from directory.errors import Invalid
from directory.extensions import db
from directory.web.transaction import transaction

WRONG = "Tên hoặc câu mật khẩu không đúng."
WRONG_WHAT_NOW = "Hãy xem lại từng chữ. Quên thì gặp điều phối viên để được đặt lại."
WRONG_CODE = "Mã không đúng hoặc đã dùng rồi."
WRONG_CODE_WHAT_NOW = "Hãy đợi mã mới hiện ra trong ứng dụng rồi thử lại, hoặc dùng một mã dự phòng."


def sign_in_by_passphrase(name: str, passphrase: str, now: datetime) -> Account:
    """Sign in, or go half way where there is a second factor (``half_way``); return the account.

    Raises: Invalid, when name and passphrase open none; TooSoon, when too many wrong ones went before.
    """

    def go_in(account: Account) -> None:
        if account.has_second_factor:
            half_way.begin(account, now)
        else:
            begin_session(account)

    return _prove(name, passphrase, now, go_in)


def prove_again(account: Account, passphrase: str, now: datetime) -> None:
    """Note in the present session that whoever uses it knows the passphrase.

    Raises: Invalid, when it is wrong; TooSoon.
    """
    proven = update(Session).where(Session.id_hash == sessions.present_hash()).values(proven_at=now)
    _prove(account.name, passphrase, now, lambda _: db.session.execute(proven))


def _prove(name: str, passphrase: str, now: datetime, then: Callable[[Account], object]) -> Account:
    """Do what follows from a right passphrase; an unknown name looks the same as a wrong one and takes as long."""
    account = queries.account_named(name)
    key = f"account:{account.uuid}" if account else ""
    hashed = account.passphrase_hash if account else ""
    tried = ("sign-in", queries.folded_name(name), devices.known(key))
    slowing.begin_try(tried, now)
    if account is None or not _opens(account, hashed, passphrase):
        _note_failure(account, passphrase, tried)
        raise Invalid(WRONG, what_now=WRONG_WHAT_NOW)
    anew = passphrases.hash_secret(passphrase) if passphrases.is_outdated(hashed) else None
    with transaction():
        _hold(account, hashed)
        slowing.succeeded(tried)
        if anew:
            account.passphrase_hash = anew
        then(account)
    return account


def begin_session(account: Account) -> None:
    """Sign this browser in. Part of the caller's transaction."""
    sessions.begin(account=account)
    audit.record("account.signed_in", account_actor(account), account.uuid)
    devices.remember(f"account:{account.uuid}")


def sign_in_by_code(account: Account, typed: str, now: datetime) -> None:
    """Sign in by a one-time code or a recovery code; each works once.

    Raises: Invalid, when it is wrong; TooSoon.
    """
    tried, hashed = _second(account), account.passphrase_hash
    slowing.begin_try(tried, now)
    with transaction():
        _hold(account, hashed)
        if not _use_code(account, typed, now):
            raise Invalid(WRONG_CODE, what_now=WRONG_CODE_WHAT_NOW, field="code")
        slowing.succeeded(tried)
        begin_session(account)


def sign_in_by_passkey(account: Account, answer: str, note: str, now: datetime) -> None:
    """Sign in by the answer of a passkey.

    Raises: Invalid, when it does not hold; TooSoon.
    """
    tried, hashed = _second(account), account.passphrase_hash
    slowing.begin_try(tried, now)
    with transaction():
        _hold(account, hashed)
        passkey, verified = passkeys.read_known(account, answer, note, now)
        db.session.execute(update(Passkey).where(Passkey.id == passkey.id).values(sign_count=verified.new_sign_count))
        slowing.succeeded(tried)
        begin_session(account)


def sign_out() -> None:
    """End the session of this browser, if it has one. Part of the caller's transaction."""
    if actor := sessions.present():
        audit.record("session.ended", actor)
    sessions.end_present()


def _opens(account: Account, hashed: str, passphrase: str) -> bool:
    """Whether the passphrase opens the account, here and now; every answer takes the same time."""
    if hashed == NO_PASSPHRASE:
        passphrases.spend_the_time(passphrase)
        return False
    is_right = passphrases.matches(hashed, passphrase)
    return is_right and not account.disabled_at and (not account.is_demo or own_machine.is_visitor_here())


def _hold(account: Account, hashed: str) -> None:
    """Lock the account until the transaction ends.

    Why compare once more: a slow hash was compared in between, and whoever was reset, disabled or gave herself another
    passphrase meanwhile has thrown out everybody else.

    Raises: Invalid, when the passphrase is another one by now, or the account is disabled.
    """
    wanted = select(Account).where(Account.id == account.id).with_for_update(key_share=True)
    held = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
    if held.passphrase_hash != hashed or held.disabled_at:
        raise Invalid(WRONG, what_now=WRONG_WHAT_NOW)


def _note_failure(account: Account | None, passphrase: str, tried: slowing.Parts) -> None:
    """Write down a failure; where there is no account, work and write as much, so that the time does not tell."""
    if account is None:
        passphrases.spend_the_time(passphrase)
    with transaction():
        if account:
            audit.record("account.sign_in_failed", account_actor(account), account.uuid)
        else:
            slowing.touch(tried)


def _second(account: Account) -> slowing.Parts:
    return ("second", str(account.uuid), devices.known(f"account:{account.uuid}"))


def _use_code(account: Account, typed: str, now: datetime) -> bool:
    return _use_one_time_code(account, typed, now) or _use_recovery_code(account, typed, now)


def _use_one_time_code(account: Account, typed: str, now: datetime) -> bool:
    if account.totp_sealed is None:
        return False
    seed = sealing.unseal(account.totp_sealed, totp_place(account)).decode()
    step = one_time_codes.matching_step(seed, typed, now)
    if step is None:
        return False
    unused = (Account.totp_last_step.is_(None)) | (Account.totp_last_step < step)
    return _wrote(update(Account).where(Account.id == account.id, unused).values(totp_last_step=step))


def _use_recovery_code(account: Account, typed: str, now: datetime) -> bool:
    unused = (
        RecoveryCode.account_id == account.id,
        RecoveryCode.code_hash == (paper_codes.hash_of(typed) or b""),
        RecoveryCode.used_at.is_(None),
    )
    is_used = _wrote(update(RecoveryCode).where(*unused).values(used_at=now))
    if is_used:
        audit.record("account.recovery_code_used", account_actor(account), account.uuid)
    return is_used


def _wrote(statement: Update) -> bool:
    """Whether the statement changed exactly the row it was about: of two at once only one does."""
    result = db.session.execute(statement)
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
