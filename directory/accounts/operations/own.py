"""What somebody does to her own account: passphrase, second factor, signed-in browsers.

All are part of the caller's transaction.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from directory.accounts import audit, one_time_codes, paper_codes, passkeys, passphrases, sealing, sessions
from directory.accounts.models import Account, Passkey, RecoveryCode, Session
from directory.accounts.operations.inviting import check_passphrase, totp_place
from directory.accounts.rules import MUST_HAVE_SECOND_FACTOR
from directory.accounts.sessions import account_actor
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db

RECOVERY_CODES = 10
#: How long somebody may take to scan a code or put the recovery codes away.
SETUP_LASTS = timedelta(minutes=30)
MOST_PASSKEYS = 10


def change_passphrase(account: Account, passphrase: str) -> None:
    """Give the account another passphrase and sign out every other browser.

    Raises: Invalid, when it is easy to guess.
    """
    check_passphrase(passphrase, account.name)
    account.passphrase_hash = passphrases.hash_secret(passphrase)
    _delete_other_sessions(account)
    _note("account.passphrase_changed", account)


def set_up_totp(account: Account, carried: str, typed: str, now: datetime) -> None:
    """Take the seed that the form carried, once a code proves that an app has it.

    Raises: Invalid, when the code is wrong or the form is old.
    """
    seed = totp_seed(account, carried, now)
    step = one_time_codes.matching_step(seed, typed, now)
    if step is None:
        raise Invalid("Mã không đúng.", what_now="Hãy gõ sáu số mà ứng dụng đang hiện cho Sổ địa chỉ.", field="code")
    account.totp_sealed, account.totp_last_step = sealing.seal(seed.encode(), totp_place(account)), step
    _note("account.totp_set_up", account)


def new_totp_seed(account: Account, now: datetime) -> str:
    """Return a new seed, sealed for the form that sets it up; nothing is written yet."""
    return sealing.seal_for_form({"seed": one_time_codes.new_seed()}, f"totp|{account.uuid}", now)


def totp_seed(account: Account, carried: str, now: datetime) -> str:
    """Return the seed that a form carried.

    Raises: Invalid, when the form is not ours or old.
    """
    seed: str = sealing.unseal_from_form(carried, f"totp|{account.uuid}", now, SETUP_LASTS)["seed"]
    return seed


def remove_totp(account: Account) -> None:
    """Take the one-time codes away.

    Raises: Conflict, when they are the only second factor of somebody who must have one.
    """
    _check_another_is_left(account, bool(account.passkeys))
    account.totp_sealed, account.totp_last_step = None, None
    _note("account.totp_removed", account)


def add_passkey(account: Account, answer: str, note: str, now: datetime) -> None:
    """Add the passkey that a browser made.

    Raises: Invalid, when its answer does not hold; Conflict, when it is known already or there are too many.
    """
    made = passkeys.read_new(account, answer, note, now)
    if len(account.passkeys) >= MOST_PASSKEYS:
        raise Conflict("Đã có mười khoá truy cập.", what_now="Hãy bỏ bớt khoá không còn dùng.")
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
        raise Conflict("Khoá truy cập này đã có rồi.")
    account.passkeys.append(
        Passkey(
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            created_at=now,
        )
    )
    _note("account.passkey_added", account)


def remove_passkey(account: Account, passkey_id: int) -> None:
    """Take a passkey away.

    Raises: NotFound; Conflict, when it is the only second factor of somebody who must have one.
    """
    passkey = next((passkey for passkey in account.passkeys if passkey.id == passkey_id), None)
    if passkey is None:
        raise NotFound("Không có khoá truy cập này.")
    _check_another_is_left(account, account.totp_sealed is not None or len(account.passkeys) > 1)
    account.passkeys.remove(passkey)
    _note("account.passkey_removed", account)


def new_recovery_codes(account: Account, now: datetime) -> str:
    """Return new codes, sealed for the page that shows them; nothing is written yet."""
    drawn = [paper_codes.new_code() for _ in range(RECOVERY_CODES)]
    return sealing.seal_for_form({"codes": drawn}, f"recovery|{account.uuid}", now)


def recovery_codes(account: Account, carried: str, now: datetime) -> list[str]:
    """Return the codes that a page carried.

    Raises: Invalid, when the page is not ours or old.
    """
    codes: list[str] = sealing.unseal_from_form(carried, f"recovery|{account.uuid}", now, SETUP_LASTS)["codes"]
    return codes


def keep_recovery_codes(account: Account, carried: str, now: datetime) -> None:
    """Let these codes be good from now on, in the place of all former ones.

    Raises: Invalid, when the page that showed them is old.
    """
    codes = recovery_codes(account, carried, now)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.expire(account, ["recovery_codes"])
    for code in codes:
        db.session.add(RecoveryCode(account_id=account.id, code_hash=paper_codes.hash_of(code)))
    _note("account.recovery_codes_made", account)


def end_session(account: Account, code: str) -> None:
    """Sign out one of her browsers; one that is out already is no error.

    Raises: NotFound, when it never was one of hers that we know of.
    """
    ended = db.session.execute(
        delete(Session).where(Session.account_id == account.id, Session.code == code).returning(Session.code)
    ).first()
    if ended is None:
        raise NotFound("Phiên này không còn mở.")
    _note("session.ended", account)


def end_other_sessions(account: Account) -> None:
    """Sign out every browser but this one."""
    _delete_other_sessions(account)
    _note("session.others_ended", account)


def _delete_other_sessions(account: Account) -> None:
    db.session.execute(
        delete(Session).where(Session.account_id == account.id, Session.id_hash != sessions.present_hash())
    )


def _check_another_is_left(account: Account, is_left: bool) -> None:
    if account.role in MUST_HAVE_SECOND_FACTOR and not is_left:
        raise Conflict(
            "Vai trò của bạn cần bước xác nhận thứ hai.", what_now="Hãy thêm cách khác trước, rồi mới bỏ cách này."
        )


def _note(action: str, account: Account) -> None:
    audit.record(action, account_actor(account), account.uuid)
    db.session.flush()
