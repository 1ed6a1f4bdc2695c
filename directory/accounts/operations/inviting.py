"""Accounts come by invitation and are helped in person: a code on a card, no e-mail, no telephone number.

All are part of the caller's transaction. ``actor`` is None on the command line.
"""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import delete, insert, select, update

from directory import clock
from directory.accounts import audit, paper_codes, passphrases, queries, sealing
from directory.accounts.models import Account, Invitation, PeerGroup, Session, account_area
from directory.accounts.rules import INVITATION_LASTS, SYSTEM, Actor, Role, may_manage, name_fault
from directory.accounts.sessions import account_actor
from directory.codes import new_public_code
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db
from directory.vietnamese import nfc

#: What stands in the place of a hash while no passphrase opens the account.
NO_PASSPHRASE = "-"  # noqa: S105 - opens nothing


@dataclass(frozen=True)
class Invited:
    """Whom an invitation is for: a peer of a group, staff of a site, a coordinator of areas, an administrator."""

    role: Role
    group_id: int | None = None
    site_id: int | None = None
    area_ids: frozenset[int] = frozenset()
    all_areas: bool = False


def invite(actor: Actor | None, invited: Invited) -> tuple[Invitation, str]:
    """Make a one-use code, good for seven days, by which somebody makes her account; return it with the row.

    Raises: NotFound, when the role, group or site is not hers to invite; Invalid, when the scope is not whole.
    """
    _check_scope(invited)
    _check_may_manage(actor, invited.role, _areas_of(invited.group_id, invited.site_id))
    return _new_invitation(
        actor,
        Invitation(
            role=invited.role,
            group_id=invited.group_id,
            site_id=invited.site_id,
            area_ids=sorted(invited.area_ids),
            all_areas=invited.all_areas,
        ),
    )


def withdraw_invitation(actor: Actor | None, invitation: Invitation) -> None:
    """Let an unused code open nothing any more."""
    account = db.session.get(Account, invitation.account_id) if invitation.account_id else None
    areas = areas_of(account) if account else _areas_of(invitation.group_id, invitation.site_id)
    _check_may_manage(actor, invitation.role, areas)
    _delete_invitation(actor, invitation)


def accept(secret: str, name: str, passphrase: str) -> Account:
    """Make the account that the code invites to, or give an existing one its new passphrase; the code is used up.

    Raises: Invalid, with the field that is to blame.
    """
    invitation = queries.open_invitation(secret)
    account = db.session.get(Account, invitation.account_id) if invitation.account_id else None
    name = account.name if account else _checked_name(name)
    check_passphrase(passphrase, name)
    used = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(Invitation.id)
    ).first()
    if used is None or (account and account.disabled_at):
        raise Invalid(queries.NO_INVITATION, field="code")
    if account:
        account.passphrase_hash = passphrases.hash_secret(passphrase)
    else:
        scope = Invited(
            invitation.role,
            invitation.group_id,
            invitation.site_id,
            frozenset(invitation.area_ids),
            invitation.all_areas,
        )
        account = make_account(name, passphrase, scope)
    audit.record("invitation.used", account_actor(account), invitation.uuid)
    return account


def make_account(
    name: str, passphrase: str, invited: Invited, *, is_demo: bool = False, totp_seed: str | None = None
) -> Account:
    """Make an account at once; without an invitation only for illustrative ones.

    Raises: Invalid, when somebody else has that name.
    """
    if queries.account_named(name):
        raise Invalid("Tên này đã có người dùng.", what_now="Hãy thêm một chữ hoặc chọn tên khác.", field="name")
    account = Account(
        name=nfc(name),
        folded_name=queries.folded_name(name),
        role=invited.role,
        group_id=invited.group_id,
        site_id=invited.site_id,
        all_areas=invited.all_areas,
        passphrase_hash=passphrases.hash_secret(passphrase),
        is_demo=is_demo,
    )
    db.session.add(account)
    db.session.flush()
    if totp_seed:
        account.totp_sealed = sealing.seal(totp_seed.encode(), totp_place(account))
    for area_id in sorted(invited.area_ids):
        db.session.execute(insert(account_area).values(account_id=account.id, area_id=area_id))
    audit.record("account.made", account_actor(account), account.uuid)
    return account


def reset(actor: Actor | None, account: Account) -> str:
    """Take passphrase, second factor and sessions away, in person, and return the code that sets them up anew.

    Raises: NotFound, when the account is not hers to help.
    """
    _check_other(actor, account)
    account.passphrase_hash, account.totp_sealed, account.totp_last_step = NO_PASSPHRASE, None, None
    account.passkeys.clear()
    account.recovery_codes.clear()
    db.session.execute(delete(Invitation).where(Invitation.account_id == account.id, Invitation.used_at.is_(None)))
    _delete_sessions(account)
    audit.record("account.reset", actor or SYSTEM, account.uuid)
    return _new_invitation(actor, Invitation(role=account.role, account_id=account.id, area_ids=[]))[1]


def disable(actor: Actor | None, account: Account) -> None:
    """Let nobody sign in with this account, from now on, nor come in by what it invited to.

    Raises: NotFound, when the account is not hers to manage.
    """
    _check_other(actor, account)
    account.disabled_at = account.disabled_at or clock.now()
    _delete_sessions(account)
    open_ones = (Invitation.invited_by_id == account.id, Invitation.used_at.is_(None))
    for invitation in db.session.scalars(select(Invitation).where(*open_ones).order_by(Invitation.id)).all():
        _delete_invitation(actor, invitation)
    audit.record("account.disabled", actor or SYSTEM, account.uuid)


def enable(actor: Actor | None, account: Account) -> None:
    """Let the account be used again.

    Raises: NotFound, when the account is not hers to manage.
    """
    _check_other(actor, account)
    account.disabled_at = None
    audit.record("account.enabled", actor or SYSTEM, account.uuid)


def end_sessions(actor: Actor | None, account: Account) -> int:
    """Sign an account out everywhere; return how many browsers that were.

    Raises: NotFound, when the account is not hers to manage.
    """
    _check_other(actor, account)
    ended = _delete_sessions(account)
    audit.record("session.all_ended", actor or SYSTEM, account.uuid)
    return ended


def check_passphrase(passphrase: str, name: str) -> None:
    """Refuse a passphrase that is easy to guess.

    Raises: Invalid, with the field that is to blame.
    """
    if fault := passphrases.weakness(passphrase, name):
        raise Invalid(fault, field="passphrase")


def totp_place(account: Account) -> str:
    """Return where the seed of one-time codes is sealed to."""
    return f"account|totp_sealed|{account.uuid}"


def areas_of(account: Account) -> frozenset[int]:
    """Return the ids of the areas that an account's group or site lies in."""
    return _areas_of(account.group_id, account.site_id)


def _areas_of(group_id: int | None, site_id: int | None) -> frozenset[int]:
    if group_id:
        group = db.session.get(PeerGroup, group_id)
        return frozenset({group.area_id} if group else ())
    if site_id:
        # Which areas a site lies in is known to packages above this one.
        area_ids: frozenset[int] = current_app.extensions["areas_of_site"](site_id)
        return area_ids
    return frozenset()


def _check_scope(invited: Invited) -> None:
    """Refuse an invitation whose scope does not fit its role."""
    if (invited.role is Role.PEER_EDUCATOR) != (invited.group_id is not None):
        raise Invalid("Đồng đẳng viên phải thuộc một nhóm.", field="group")
    if (invited.role is Role.PROVIDER_STAFF) != (invited.site_id is not None):
        raise Invalid("Cán bộ tiếp nhận phải thuộc một nơi tiếp nhận.", field="site")
    has_areas = bool(invited.area_ids) or invited.all_areas
    if (invited.role is Role.COORDINATOR) != has_areas:
        raise Invalid("Điều phối viên phải phụ trách ít nhất một địa bàn.", field="areas")


def _check_may_manage(actor: Actor | None, role: Role, area_ids: frozenset[int]) -> None:
    if actor and not may_manage(actor, role, area_ids):
        raise NotFound(queries.NO_ACCOUNT)


def _check_other(actor: Actor | None, account: Account) -> None:
    _check_may_manage(actor, account.role, areas_of(account))
    if actor and actor.account_id == account.id:
        raise Conflict("Đây là tài khoản của chính bạn.", what_now="Hãy nhờ một quản trị viên khác.")


def _checked_name(text: str) -> str:
    name = nfc(text)
    if fault := name_fault(name):
        raise Invalid(fault, field="name")
    return name


def _new_invitation(actor: Actor | None, invitation: Invitation) -> tuple[Invitation, str]:
    invitation.code = new_public_code()
    secret = paper_codes.secret_of(invitation.code)
    invitation.secret_hash = paper_codes.hash_of(secret) or b""
    invitation.invited_by_id = actor.account_id if actor else None
    invitation.expires_at = clock.now() + INVITATION_LASTS
    db.session.add(invitation)
    audit.record("account.invited", actor or SYSTEM, invitation.uuid)
    db.session.flush()
    return invitation, secret


def _delete_invitation(actor: Actor | None, invitation: Invitation) -> None:
    audit.record("invitation.withdrawn", actor or SYSTEM, invitation.uuid)
    db.session.delete(invitation)
    db.session.flush()


def _delete_sessions(account: Account) -> int:
    ended = db.session.execute(delete(Session).where(Session.account_id == account.id).returning(Session.code))
    return len(ended.all())
