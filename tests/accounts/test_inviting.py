"""Accounts are made by invitation, by who may, for one use and seven days; help is given in person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory import clock
from directory.accounts import operations, paper_codes, queries
from directory.accounts.models import Account, AuditEntry, Invitation, RecoveryCode, Session
from directory.accounts.operations import Invited
from directory.accounts.passphrases import matches
from directory.accounts.rules import Role, name_fault
from directory.accounts.sessions import account_actor
from directory.errors import Conflict, Invalid, NotFound
from directory.web.transaction import transaction
from tests.people import sign_in

PASSPHRASE = "bốn con trâu đi chợ"


def invited(actor, scope: Invited) -> str:
    with transaction():
        return operations.invite(actor, scope)[1]


def accepted(secret: str, name: str = "Hoa Sữa", passphrase: str = PASSPHRASE) -> Account:
    with transaction():
        return operations.accept(secret, name, passphrase)


def test_a_coordinator_invites_a_peer_of_her_area_who_makes_her_account(people, session):
    secret = invited(people.coordinator.actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))
    account = accepted(paper_codes.grouped(secret))
    assert account_actor(account).group_id == people.group.id
    assert matches(account.passphrase_hash, PASSPHRASE)
    assert queries.account_named("HOA SUA").id == account.id
    done = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert [action for action in done if action in {"account.invited", "account.made", "invitation.used"}] == [
        "account.invited",
        "account.made",
        "invitation.used",
    ]


def test_an_administrator_invites_a_coordinator_of_areas(people):
    scope = Invited(Role.COORDINATOR, area_ids=frozenset({people.area.id, people.other_area.id}))
    account = accepted(invited(people.administrator.actor, scope))
    actor = account_actor(account)
    assert actor.area_ids == {people.area.id, people.other_area.id}
    assert actor.abilities == {"account.own"}, "first the second factor"


def test_the_command_line_makes_the_first_administrator(app):
    assert accepted(invited(None, Invited(Role.ADMINISTRATOR))).role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    "scope",
    [
        lambda people: Invited(Role.PEER_EDUCATOR, group_id=people.other_group.id),
        lambda _: Invited(Role.PEER_EDUCATOR, group_id=99_999),
        lambda _: Invited(Role.PROVIDER_STAFF, site_id=99_999),
        lambda people: Invited(Role.COORDINATOR, area_ids=frozenset({people.area.id})),
        lambda _: Invited(Role.COORDINATOR, all_areas=True),
        lambda _: Invited(Role.ADMINISTRATOR),
    ],
)
def test_a_coordinator_invites_nobody_above_herself_nor_elsewhere(people, scope):
    with pytest.raises(NotFound):
        invited(people.coordinator.actor, scope(people))


@pytest.mark.parametrize("who", ["peer", "staff", "desk"])
def test_who_manages_no_accounts_invites_nobody(people, who):
    with pytest.raises(NotFound):
        invited(getattr(people, who).actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))


@pytest.mark.parametrize(
    "scope",
    [
        Invited(Role.PEER_EDUCATOR),
        Invited(Role.PROVIDER_STAFF),
        Invited(Role.COORDINATOR),
        Invited(Role.ADMINISTRATOR, all_areas=True),
        Invited(Role.PROVIDER_STAFF, group_id=1),
    ],
)
def test_an_invitation_must_say_the_whole_scope_and_no_more(app, scope):
    with pytest.raises(Invalid):
        invited(None, scope)


def test_staff_of_a_site_in_her_area_may_be_invited(people):
    account = accepted(invited(people.coordinator.actor, Invited(Role.PROVIDER_STAFF, site_id=people.site.id)))
    assert account_actor(account).site_id == people.site.id
    with pytest.raises(NotFound):
        invited(people.other_coordinator.actor, Invited(Role.PROVIDER_STAFF, site_id=people.site.id))


def test_a_code_works_once(people):
    secret = invited(people.coordinator.actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))
    accepted(secret)
    with pytest.raises(Invalid) as refused:
        accepted(secret, "Hoa Khác")
    assert refused.value.message == queries.NO_INVITATION


def test_a_code_ends_after_seven_days(people, monkeypatch):
    secret = invited(people.coordinator.actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))
    later = clock.now() + timedelta(days=7, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Invalid):
        accepted(secret)


def test_a_withdrawn_code_opens_nothing(people, session):
    with transaction():
        invitation, secret = operations.invite(
            people.coordinator.actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id)
        )
    with pytest.raises(NotFound), transaction():
        operations.withdraw_invitation(people.other_coordinator.actor, session.get(Invitation, invitation.id))
    with transaction():
        operations.withdraw_invitation(people.coordinator.actor, session.get(Invitation, invitation.id))
    with pytest.raises(Invalid):
        accepted(secret)


@pytest.mark.parametrize("secret", ["", "x", "0000-0000-0000-0000", "ký tự lạ"])
def test_a_made_up_code_opens_nothing(app, secret):
    with pytest.raises(Invalid):
        accepted(secret)


def test_the_database_alone_yields_no_code(people, session):
    secret = invited(None, Invited(Role.ADMINISTRATOR))
    row = session.scalars(select(Invitation)).one()
    assert secret not in repr(vars(row))
    assert paper_codes.secret_of(row.code) == secret


def test_a_refused_passphrase_or_name_uses_nothing_up(people, session):
    secret = invited(people.coordinator.actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))
    for name, passphrase, field in [
        ("Hoa Sữa", "ngắn", "passphrase"),
        ("Hoa Sữa", "matkhau123456", "passphrase"),
        ("x", PASSPHRASE, "name"),
        ("0912345678", PASSPHRASE, "name"),
        ("SEN", PASSPHRASE, "name"),
    ]:
        with pytest.raises(Invalid) as refused:
            accepted(secret, name, passphrase)
        assert refused.value.field == field
    accepted(secret)


@pytest.mark.parametrize("name", ["Hoa", "hoa-sen.2", "Nguyễn Thị Đồng Đẳng", "ຄຳ ແສງ"])
def test_a_nickname_may_be_a_name(name):
    assert name_fault(name) is None


@pytest.mark.parametrize("name", ["", "ab", "x" * 31, "a@b.vn", "0912 345 678", "001085012345", "<b>hoa</b>"])
def test_a_number_a_mail_box_and_signs_may_not(name):
    assert name_fault(name)


def test_a_reset_takes_everything_away_at_once_and_gives_a_code(people, client, session):
    sign_in(client, people.peer)
    with transaction():
        session.add(RecoveryCode(account_id=people.peer.account.id, code_hash=b"1"))
    with transaction():
        account = session.get(Account, people.peer.account.id)
        secret = operations.reset(people.coordinator.actor, account)
    assert not matches(account.passphrase_hash, "con đường có hàng cây")
    assert session.scalar(select(func.count()).select_from(Session)) == 0
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    again = accepted(secret, "a name that does not count")
    assert (again.id, again.name) == (account.id, "Sen")
    assert matches(again.passphrase_hash, PASSPHRASE)


def test_a_second_reset_makes_the_first_code_worthless(people, session):
    account = session.get(Account, people.peer.account.id)
    with transaction():
        first = operations.reset(people.coordinator.actor, account)
    with transaction():
        operations.reset(people.coordinator.actor, account)
    with pytest.raises(Invalid):
        accepted(first)


@pytest.mark.parametrize("verb", [operations.reset, operations.disable, operations.enable, operations.end_sessions])
def test_accounts_elsewhere_and_above_cannot_be_managed(people, session, verb):
    peer, administrator = (session.get(Account, p.account.id) for p in (people.peer, people.administrator))
    for actor, account in [
        (people.other_coordinator.actor, peer),
        (people.coordinator.actor, administrator),
        (people.peer.actor, peer),
        (people.staff.actor, peer),
    ]:
        with pytest.raises(NotFound), transaction():
            verb(actor, account)


def test_nobody_manages_her_own_account_that_way(people, session):
    with pytest.raises(Conflict), transaction():
        operations.disable(people.administrator.actor, session.get(Account, people.administrator.account.id))


def test_a_disabled_account_is_out_at_once_and_comes_back(people, client, session):
    sign_in(client, people.peer)
    account = session.get(Account, people.peer.account.id)
    assert client.get("/tai-khoan").status_code == 200
    with transaction():
        operations.disable(people.coordinator.actor, account)
    assert client.get("/tai-khoan").status_code == 303
    with transaction():
        operations.enable(people.coordinator.actor, account)
    assert account.disabled_at is None


def test_of_many_who_use_one_code_at_once_one_gets_an_account(people, app, session):
    secret = invited(None, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))

    def use(number: int) -> bool:
        with app.app_context():
            try:
                accepted(secret, f"Hoa {number}")
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(use, range(8)))
    assert outcomes.count(True) == 1
    made = select(func.count()).select_from(Account).where(Account.name.like("Hoa %"))
    assert session.scalar(made) == 1


def test_the_audit_tells_who_invited_whom(people, session):
    secret = invited(people.administrator.actor, Invited(Role.ADMINISTRATOR))
    account = accepted(secret)
    rows = session.execute(select(AuditEntry.action, AuditEntry.actor, AuditEntry.object_uuid))
    by_action = {action: (actor, uuid) for action, actor, uuid in rows}
    inviter, invitation = by_action["account.invited"]
    assert invitation is not None
    assert inviter == people.administrator.actor.key
    assert by_action["invitation.used"] == (f"account:{account.uuid}", invitation)


def test_what_a_disabled_account_invited_to_opens_nothing_any_more(people, session):
    scope = Invited(Role.PEER_EDUCATOR, group_id=people.group.id)
    secret, used = (invited(people.coordinator.actor, scope) for _ in range(2))
    of_another = invited(people.administrator.actor, scope)
    account = accepted(used)
    with transaction():
        operations.disable(people.administrator.actor, session.get_one(Account, people.coordinator.account.id))
    with pytest.raises(Invalid):
        accepted(secret, "Kẻ lạ")
    assert accepted(of_another, "Hoa Mai").disabled_at is None
    assert session.get_one(Account, account.id).disabled_at is None
    assert "invitation.withdrawn" in session.scalars(select(AuditEntry.action)).all()
