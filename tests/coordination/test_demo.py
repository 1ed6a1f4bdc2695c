"""The illustrative programme comes with the demo, opens what it says, and leaves nothing behind."""

from types import SimpleNamespace

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
from directory.outreach.models import Activity, MaterialMove, OutreachContact, ProgrammePoint
from directory.outreach.rules import ActivityKind, ContactKind
from directory.places.models import Area
from directory.referrals import operations
from directory.referrals.models import FactService, PersonKey, Slip, SlipBook, SlipFact, WithoutSlipCount
from directory.referrals.queries import history
from directory.referrals.rules import PURGED_AFTER, State
from directory.reports.demo import load_records
from directory.reports.models import ClosedYear, ManualFigure, PeriodFigure, SettledScan
from directory.web.transaction import transaction
from tests.people import wanted

KINDS = (
    Account,
    Desk,
    PeerGroup,
    Area,
    ProgrammePoint,
    GroupCount,
    Slip,
    SlipBook,
    SlipFact,
    FactService,
    PersonKey,
    WithoutSlipCount,
    OutreachContact,
    Activity,
    MaterialMove,
    ManualFigure,
    ClosedYear,
    PeriodFigure,
    SettledScan,
)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_setup_tells_what_opens_the_illustrative_accounts_and_desks(demo, runner):
    told = runner("setup", "--demo")
    assert told.exit_code == 0, told.output
    for account in DEMO_ACCOUNTS:
        assert f"{account.name}: {account.passphrase}" in told.output
        assert matches(account_named(account.name).passphrase_hash, account.passphrase)
    with demo.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _, pin in _DESKS:
            assert pin in told.output
            assert desks.check_pin(pin, clock.now()).is_demo


def test_loading_it_again_changes_nothing(demo):
    before = [count(kind) for kind in KINDS]
    assert min(before) > 0
    with transaction():
        load_demo()
        load_records(clock.now())
    assert [count(kind) for kind in KINDS] == before


def test_there_are_slips_in_every_state_and_their_figures_follow(demo):
    states = dict(db.session.execute(select(Slip.state, func.count()).group_by(Slip.state)).all())
    assert set(states) == set(State)
    told = select(SlipFact.outcome, Slip.state).join(Slip, Slip.id == SlipFact.slip_id)
    facts = db.session.execute(told).all()
    assert all(outcome is state for outcome, state in facts)
    silent = {State.BLANK, State.VOID, State.WITHDRAWN}
    assert len(facts) == sum(number for state, number in states.items() if state not in silent)
    assert all(history(slip)[-1].after is slip.state for slip in db.session.scalars(select(Slip)))


def test_time_has_nothing_left_to_do_with_the_slips_just_loaded(demo):
    done = operations.tick(clock.now())
    assert (done.silent, done.expired, done.lapsed, done.purged) == (0, 0, 0, 0)


def test_slips_older_than_the_purge_exist_only_as_facts(demo):
    oldest = db.session.scalar(select(func.min(Slip.issued_at)).where(Slip.issued_at.is_not(None)))
    assert clock.now() - oldest < PURGED_AFTER
    assert db.session.scalar(select(func.count()).where(SlipFact.slip_id.is_(None))) > 1000


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
    result = runner("setup", "--remove-demo")
    assert result.exit_code == 0, result.output
    assert {model.__name__: count(model) for model in KINDS if count(model)} == {}
    assert db.session.scalar(select(func.count()).where(Offering.source_code == ILLUSTRATIVE_SOURCE)) == 0


def test_a_real_group_in_an_illustrative_area_keeps_the_area_and_its_own_records(demo, runner):
    with transaction():
        area = db.session.scalars(select(Area).order_by(Area.id)).first()
        group = PeerGroup(name="Nhóm thật", area_id=area.id)
        db.session.add(group)
        db.session.flush()
        day = clock.today()
        own = {"area_id": area.id, "group_id": group.id}
        db.session.add(Activity(kind=ActivityKind.MEETING, started_on=day, ended_on=day, **own))
        db.session.add(OutreachContact(day_on=day, kind=ContactKind.ALONE, people=1, topics=",law,", **own))
    name = area.name
    assert runner("setup", "--remove-demo").exit_code == 0
    assert db.session.scalars(select(Area.name)).all() == [name]
    assert db.session.scalars(select(PeerGroup.name)).all() == ["Nhóm thật"]
    assert [count(kind) for kind in (Activity, OutreachContact, MaterialMove, SlipFact, ClosedYear)] == [1, 1, 0, 0, 0]


def test_removing_what_was_never_loaded_is_well(runner):
    assert runner("setup", "--remove-demo").exit_code == 0
