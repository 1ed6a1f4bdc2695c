"""Many at once: exactly one of them wins, and the others are told."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from directory.accounts import audit
from directory.accounts.models import Account
from directory.accounts.rules import Actor, Role
from directory.accounts.sessions import account_actor
from directory.errors import Conflict, DirectoryError, NotFound
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import Slip, SlipEvent, SlipFact
from directory.referrals.rules import SLIPS_PER_DAY, Reason, State
from directory.referrals.tokens import token_of
from directory.web.transaction import transaction
from tests.people import HASHER, PASSPHRASE, People, Person, guard, sign_in, wanted

SLIPS, CONFIRMERS = 500, 8
FORMS = 1_000
#: Four thousand real requests take a minute or two; a machine that does other things besides may take longer.
MINUTES = 10


def accounts(role: Role, count: int, **scope: int) -> list[Actor]:
    """Make more accounts of one kind."""
    hashed = HASHER.hash(PASSPHRASE)
    with transaction():
        made = [
            Account(name=f"{role} {n} {scope}", folded_name=f"{role}-{n}-{scope}", role=role, passphrase_hash=hashed)
            for n in range(count)
        ]
        for account in made:
            for name, value in scope.items():
                setattr(account, name, value)
        db.session.add_all(made)
    return [account_actor(account) for account in made]


def make_slips(people: People, count: int, **changes) -> list[str]:
    """Let as many peers as it takes (30 slips a day each) make slips, a few in one transaction to be fast."""
    codes: list[str] = []
    for actor in accounts(Role.PEER_EDUCATOR, -(-count // 25), group_id=people.group.id):
        with transaction():
            codes += [operations.issue(actor, wanted(people, **changes)).code for _ in range(25)]
    return codes[:count]


def race(app, codes: list[str], racers: list[Callable[[str], object]]) -> list[Counter]:
    """Let all racers go for each slip at the same moment; return what came of it, by slip."""
    together = threading.Barrier(len(racers), timeout=60)
    results = [Counter() for _ in codes]

    def run(act: Callable[[str], object]) -> None:
        with app.app_context():
            for result, code in zip(results, codes, strict=True):
                together.wait()
                try:
                    with transaction():
                        act(code)
                    outcome = "done"
                except Exception as error:  # whatever it is, it is what somebody would have met
                    outcome = type(error).__name__ if isinstance(error, DirectoryError) else repr(error)
                result[outcome] += 1

    db.session.rollback()
    with ThreadPoolExecutor(len(racers)) as pool:
        for finished in [pool.submit(run, act) for act in racers]:
            finished.result()
    return results


def confirm(actor: Actor) -> Callable[[str], object]:
    return lambda code: operations.confirm_arrival(actor, code)


@pytest.mark.timeout(MINUTES * 60)
def test_of_eight_who_confirm_one_slip_at_once_exactly_one_wins_five_hundred_times(app, people):
    codes = make_slips(people, SLIPS)
    staff = accounts(Role.PROVIDER_STAFF, CONFIRMERS - 2, site_id=people.site.id)
    racers = [confirm(actor) for actor in (people.staff.actor, people.desk.actor, *staff)]
    for result in race(app, codes, racers):
        assert result == {"done": 1, Conflict.__name__: CONFIRMERS - 1}
    arrived = select(func.count()).select_from(Slip).where(Slip.state == State.ARRIVED, Slip.version == 2)
    assert db.session.scalar(arrived) == SLIPS
    assert db.session.scalar(select(func.count()).select_from(SlipEvent)) == 2 * SLIPS
    assert db.session.scalar(select(func.count()).select_from(SlipFact)) == SLIPS
    assert list(audit.faults()) == []


def test_of_two_sites_that_claim_one_slip_to_nobody_in_particular_exactly_one_gets_it(app, people):
    codes = make_slips(people, 50, offering_code=None, category_slug="kham-benh")

    def claim(actor: Actor) -> Callable[[str], object]:
        return lambda code: operations.confirm_arrival(replace(actor, presented=frozenset({code})), code)

    for result in race(app, codes, [claim(people.staff.actor), claim(people.other_staff.actor)] * 2):
        assert result["done"] == 1
        assert set(result) <= {"done", Conflict.__name__, NotFound.__name__}
    sites = {people.site.id, people.other_site.id}
    assert set(db.session.scalars(select(Slip.site_id).where(Slip.state == State.ARRIVED))) <= sites
    events = select(SlipEvent.slip_id).where(SlipEvent.step == "confirm_arrival")
    assert len(set(db.session.scalars(events))) == 50


def test_different_steps_at_once_leave_one_history_that_the_drawing_allows(app, people):
    codes = make_slips(people, 50)
    peers = {slip.code: slip.issuer_id for slip in db.session.scalars(select(Slip))}
    owners = {
        a.id: account_actor(a) for a in db.session.scalars(select(Account).where(Account.role == "peer_educator"))
    }
    staff, desk = people.staff.actor, people.desk.actor
    racers = [
        lambda code: operations.decline(staff, code, Reason.NO_CAPACITY),
        lambda code: operations.confirm_arrival(desk, code),
        lambda code: operations.cancel(owners[peers[code]], code),
        lambda code: operations.forward(staff, code, people.other_offering_code),
        lambda code: operations.withdraw_consent(owners[peers[code]], code),
        lambda code: operations.acknowledge(people.staff.actor, code, seen=1),
    ]
    for result in race(app, codes, racers):
        assert result["done"] >= 1
    for code in codes:
        slip = db.session.scalars(select(Slip).where(Slip.code == code)).one()
        steps = [(e.from_state, e.to_state) for e in slip.events]
        assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]
        assert [e.seq for e in slip.events] == list(range(1, slip.version + 1))
        assert steps[-1][1] is slip.state
        if slip.state is State.WITHDRAWN:
            assert slip.client_code is None
    families = select(Slip).where(Slip.parent_id.is_not(None))
    for child in db.session.scalars(families):
        parent = db.session.get_one(Slip, child.parent_id)
        assert parent.state is not State.WITHDRAWN or child.state is State.WITHDRAWN
    assert list(audit.faults()) == []


def test_a_client_who_takes_her_slip_back_while_it_is_sent_on_leaves_her_code_nowhere(app, people):
    codes = make_slips(people, 25)
    tokens = {slip.code: token_of(slip) for slip in db.session.scalars(select(Slip))}
    staff = people.staff.actor
    racers = [
        lambda code: operations.forward(staff, code, people.other_offering_code),
        lambda code: operations.withdraw_by_token(tokens[code]),
    ]
    for result in race(app, codes, racers):
        assert result["done"] >= 1
    assert set(db.session.execute(select(Slip.state, Slip.client_code))) == {(State.WITHDRAWN, None)}


def test_a_peers_slips_of_a_day_are_not_exceeded_by_asking_eight_times_at_once(app, people):
    peer = people.peer.actor
    slots = ["x"] * 8
    results = race(app, slots * 5, [lambda _: operations.issue(peer, wanted(people))] * 8)
    assert sum(result["done"] for result in results) == SLIPS_PER_DAY
    assert db.session.scalar(select(func.count()).select_from(Slip)) == SLIPS_PER_DAY
    assert list(audit.faults()) == []


def test_the_first_row_of_the_audit_may_be_written_by_three_at_once(app, people):
    peers = [people.peer.actor, people.colleague.actor, people.other_peer.actor]
    (result,) = race(app, ["x"], [lambda _, a=a: operations.issue(a, wanted(people)) for a in peers])
    assert result == {"done": 3}


def form_of(people: People, key: str) -> dict[str, str]:
    """What the form of a slip holds when everything is agreed to."""
    answers = {"tuoi": "du-18", "dong-y-lap": "co", "dong-y-gui": "co", "dong-y-dem": "co", "gap": "72h"}
    return {"noi": people.offering_code, "khoa": key} | answers


def browsers(app, people: People, count: int) -> list[tuple[str, str]]:
    """Sign peers in; return the cookie and the form token of each one's browser."""
    signed = []
    for actor in accounts(Role.PEER_EDUCATOR, count, group_id=people.group.id):
        client = app.test_client()
        sign_in(client, Person(db.session.get_one(Account, actor.account_id), actor))
        token = guard(client)["csrf_token"]
        signed.append((f"phien={client.get_cookie('phien').value}", token))
    return signed


@pytest.mark.timeout(MINUTES * 60)
def test_a_thousand_forms_sent_up_to_eight_times_while_answers_are_lost_make_a_thousand_slips(app, people):
    dice = random.Random(20261122)
    owners = browsers(app, people, 40)
    # Each form is sent again and again by somebody who heard nothing: at once, soon after, or much later.
    times = dice.choices(range(1, 9), weights=[40, 25, 12, 8, 6, 4, 3, 2], k=FORMS)
    sendings = [number for number, sent in enumerate(times) for _ in range(sent)]
    keys = sorted(range(len(sendings)), key=lambda n: sendings[n] + dice.uniform(0, 12))

    def send(number: int) -> tuple[int, int, str | None]:
        cookie, token = owners[number % len(owners)]
        fields = form_of(people, f"{number:032}") | {"csrf_token": token}
        answer = app.test_client(use_cookies=False).post("/phieu/moi", data=fields, headers={"Cookie": cookie})
        return number, answer.status_code, answer.location

    db.session.rollback()
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(send, [sendings[n] for n in keys]))
    assert {status for _, status, _ in heard} == {303}
    places = {}
    for number, _, place in heard:
        assert places.setdefault(number, place) == place
    assert len(set(places.values())) == FORMS
    assert db.session.scalar(select(func.count()).select_from(Slip)) == FORMS
    assert db.session.scalar(select(func.count()).select_from(SlipFact)) == FORMS
    assert list(audit.faults()) == []


def test_a_connection_that_breaks_before_the_answer_loses_nothing_and_doubles_nothing(app, people, live_server):
    cookie, token = browsers(app, people, 1)[0]
    address = urlsplit(live_server)
    for number in range(20):
        body = urlencode(form_of(people, f"{number:032}") | {"csrf_token": token})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        broken = HTTPConnection(address.hostname, address.port)
        broken.request("POST", "/phieu/moi", body, headers)
        broken.close()  # nothing of the answer is read
        again = HTTPConnection(address.hostname, address.port)
        again.request("POST", "/phieu/moi", body, headers)
        assert again.getresponse().status == 303
        again.close()
    assert db.session.scalar(select(func.count()).select_from(Slip)) == 20
