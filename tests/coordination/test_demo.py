"""The illustrative programme comes with the demo, opens what it says, and leaves nothing behind."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from directory import clock
from directory.accounts import desks
from directory.accounts.demo import DEMO_ACCOUNTS
from directory.accounts.models import Account, Desk, GroupCount, PeerGroup
from directory.accounts.passphrases import matches
from directory.accounts.queries import account_named
from directory.accounts.sessions import account_actor
from directory.catalogue.models import Offering, Provider, Service
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE
from directory.coordination.demo import _DESKS, load_demo
from directory.extensions import db
from directory.outreach.models import ProgrammePoint
from directory.places.models import Area
from directory.referrals import operations
from directory.referrals.models import Slip, SlipFact
from directory.web.transaction import transaction
from tests.people import wanted


@pytest.fixture
def demo(runner):
    """A site with the demo."""
    return runner("setup", "--demo")


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_setup_tells_what_opens_the_illustrative_accounts_and_desks(demo, app):
    assert demo.exit_code == 0, demo.output
    for account in DEMO_ACCOUNTS:
        assert f"{account.name}: {account.passphrase}" in demo.output
        assert matches(account_named(account.name).passphrase_hash, account.passphrase)
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _, pin in _DESKS:
            assert pin in demo.output
            assert desks.check_pin(pin, clock.now()).is_demo


def test_loading_it_again_changes_nothing(demo):
    kinds = (Account, Desk, PeerGroup, Area, ProgrammePoint, GroupCount)
    before = [count(kind) for kind in kinds]
    assert min(before) > 0
    with transaction():
        load_demo()
    assert [count(kind) for kind in kinds] == before


def test_removing_the_demo_leaves_no_account_slip_or_figure_behind(demo, runner):
    actor = account_actor(account_named("dong-dang-1"))
    code = db.session.scalar(
        select(Offering.code)
        .join(Service)
        .join(Provider)
        .where(Offering.source_code == ILLUSTRATIVE_SOURCE, Provider.name.startswith("Văn phòng Luật sư"))
        .order_by(Offering.id)
    )
    with transaction():
        operations.issue(actor, wanted(SimpleNamespace(offering_code=code)))
    assert (count(Slip), count(SlipFact)) == (1, 1)
    result = runner("setup", "--remove-demo")
    assert result.exit_code == 0, result.output
    for model in (Slip, SlipFact, Account, Desk, PeerGroup, GroupCount, ProgrammePoint, Area):
        assert count(model) == 0, model.__name__
    assert db.session.scalar(select(func.count()).where(Offering.source_code == ILLUSTRATIVE_SOURCE)) == 0


def test_a_real_group_in_an_illustrative_area_keeps_the_area(demo, runner):
    with transaction():
        area = db.session.scalars(select(Area).order_by(Area.id)).first()
        db.session.add(PeerGroup(name="Nhóm thật", area_id=area.id))
    name = area.name
    assert runner("setup", "--remove-demo").exit_code == 0
    assert db.session.scalars(select(Area.name)).all() == [name]
    assert db.session.scalars(select(PeerGroup.name)).all() == ["Nhóm thật"]


def test_removing_what_was_never_loaded_is_well(runner):
    assert runner("setup", "--remove-demo").exit_code == 0
