import pytest
from sqlalchemy import func, select

from directory.catalogue import operations, queries
from directory.catalogue.models import CorrectionRequest, Offering, Revision
from directory.catalogue.operations import BadCells, Outdated
from directory.catalogue.upkeep import How, Origin, RequestKind, RequestState
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.upkeep import at_once, cells, coordinator, edit, entry, seen

CLINIC, SHELTER, HOTLINE = "Trung tâm Y tế Hạ Long", "Ngôi nhà Giữ Kín", "Đường dây Có Nguồn"
RIGHT = {"phones": "0203 3825 888"}


@pytest.fixture
def her(people):
    """The coordinator of Hạ Long."""
    return people.coordinator.actor


@pytest.fixture
def second(people):
    """Another coordinator of Hạ Long."""
    return coordinator("Người thứ hai", people.area)


def suggest(people, provider, changes, who="peer"):
    actor = getattr(people, who).actor
    origin = Origin.STAFF if "staff" in who else Origin.PEER
    one, versions = entry(provider), seen(provider)
    with transaction():
        return operations.suggest(actor, one.code, changes, versions, origin).code


def report(provider, reasons, phone=None):
    code = entry(provider).code
    with transaction():
        return operations.report(code, reasons, phone).code


def the(code):
    db.session.expire_all()
    return db.session.scalars(select(CorrectionRequest).where(CorrectionRequest.code == code)).one()


def accept(actor, code, version=None, changes=None, **more):
    version = the(code).version if version is None else version
    with transaction():
        return operations.accept(actor, code, version, changes, **more)


def test_a_suggestion_waits_is_seen_by_the_coordinators_of_the_place_and_is_carried_out(people, her):
    code = suggest(people, CLINIC, RIGHT | {"fees": "Miễn phí"})
    assert queries.requests(people.other_coordinator.actor) == []
    (line,) = queries.requests(her)
    assert (line.code, line.origin, line.group, line.provider) == (code, Origin.PEER, people.group.name, CLINIC)
    assert (line.wanted, line.seen) == (RIGHT, {"phones": "0203 3825 499; 0912 345 678"})
    assert (line.is_protected, line.needs_second, line.mine) == (False, False, False)
    outcome = accept(her, code)
    assert cells(CLINIC)["phones"] == RIGHT["phones"]
    assert outcome.revision.request_id == the(code).id
    assert queries.history(her, people.offering_code)[0].how is How.CORRECTION
    assert (the(code).state, the(code).decided_by_id) == (RequestState.ACCEPTED, people.coordinator.account.id)
    assert queries.requests(her) == []


def test_the_same_suggestion_said_again_is_counted(people):
    assert suggest(people, CLINIC, RIGHT) == suggest(people, CLINIC, RIGHT)
    other = suggest(people, CLINIC, RIGHT, who="colleague")
    assert the(suggest(people, CLINIC, RIGHT)).times == 3
    assert the(other).times == 1


def test_nobody_fills_the_desk_alone(people, her):
    for price in range(5):
        suggest(people, CLINIC, {"fees": f"{price + 1}0.000 đồng"})
    with pytest.raises(Conflict, match="nhiều đề nghị chờ"):
        suggest(people, CLINIC, {"fees": "90.000 đồng"})
    suggest(people, CLINIC, {"fees": "10.000 đồng"})
    suggest(people, CLINIC, {"fees": "90.000 đồng"}, who="colleague")
    assert len(queries.requests(her)) == 6


@pytest.mark.parametrize("changes", [{"phones": "1"}, {"opening_hours": "??"}], ids=["phones", "hours"])
def test_a_suggestion_that_cannot_be_is_refused_where_it_was_typed(people, changes):
    with pytest.raises(BadCells) as refusal:
        suggest(people, CLINIC, changes)
    assert refusal.value.field in changes


def test_nobody_suggests_nothing_or_how_much_of_a_place_is_told(people):
    for changes in ({}, {"phones": "0203 3825 499; 0912345678"}, {"visibility": "hidden"}):
        with pytest.raises(Invalid):
            suggest(people, CLINIC, changes)


def test_staff_suggest_for_their_own_place_only(people):
    assert suggest(people, CLINIC, RIGHT, who="staff")
    with pytest.raises(NotFound):
        suggest(people, CLINIC, RIGHT, who="other_staff")


def test_a_suggestion_for_a_hidden_place_may_not_say_where_it_is(people):
    for changes in ({"address": "Số 1, đường Một"}, {"ward": "Phường Hồng Gai"}, {"documents": "Nộp ở 5 đường Lê Lợi"}):
        with pytest.raises(BadCells):
            suggest(people, SHELTER, changes)


def test_reports_of_one_entry_are_one_request_and_hold_no_words(people, her):
    code = report(CLINIC, ["closed"], "0203 3825 888")
    assert report(CLINIC, ["phone_wrong", "gone to the moon"], "02033825888") == code
    request = the(code)
    assert (request.kind, request.reasons, request.times) == (RequestKind.REPORT, ["phone_wrong", "closed"], 2)
    assert (request.wanted, request.proposed_by_id) == (RIGHT, None)
    for reasons, phone in ((["gone to the moon"], None), (["closed"], "gọi chị Hoa")):
        with pytest.raises(Invalid):
            report(CLINIC, reasons, phone)
    with pytest.raises(NotFound), transaction():
        operations.report("00000000", ["closed"])
    assert queries.requests(her)[0].reasons == ("phone_wrong", "closed")


def test_a_report_is_closed_by_putting_it_right_or_by_refusing(people, her):
    code = report(CLINIC, ["phone_wrong"], "0203 3825 888")
    with pytest.raises(Invalid):
        accept(her, code)
    with pytest.raises(Invalid):
        accept(her, code, None, RIGHT)
    accept(her, code, None, RIGHT, seen=seen(CLINIC))
    assert cells(CLINIC)["phones"] == RIGHT["phones"]
    code = report(CLINIC, ["closed"])
    with transaction():
        operations.refuse(her, code, the(code).version)
    assert the(code).state is RequestState.REFUSED
    assert report(CLINIC, ["closed"]) != code


def test_two_reports_at_once_are_one_request(app, people):
    code = people.offering_code
    assert at_once(app, *[lambda: operations.report(code, ["closed"]) and None] * 3) == [None] * 3
    assert db.session.execute(select(CorrectionRequest.times)).all() == [(3,)]


def test_of_two_approvers_at_once_one_is_told_who_was_faster(app, people, her, second):
    code = suggest(people, CLINIC, RIGHT)
    results = at_once(app, *(lambda who=who: operations.accept(who, code, 1) and None for who in (her, second)))
    (error,) = [result for result in results if result is not None]
    assert isinstance(error, Conflict)
    names = {her.name, "Người thứ hai"}
    assert error.blanks["name"] in names
    assert error.blanks["when"]
    assert db.session.scalar(select(func.count(Revision.id))) == 1


def test_approving_and_refusing_at_once_does_one_of_them(app, people, her, second):
    code = suggest(people, CLINIC, RIGHT)
    results = at_once(
        app,
        lambda: operations.accept(her, code, 1) and None,
        lambda: operations.refuse(second, code, 1) and None,
    )
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    is_accepted = the(code).state is RequestState.ACCEPTED
    assert (cells(CLINIC)["phones"] == RIGHT["phones"]) == is_accepted


def test_a_request_that_the_entry_has_overtaken_is_shown_beside_it(people, her):
    code = suggest(people, CLINIC, RIGHT)
    edit(her, CLINIC, {"phones": "0203 3825 222"})
    with pytest.raises(Outdated) as refusal:
        accept(her, code)
    assert (refusal.value.now["phones"], refusal.value.mine["phones"]) == ("0203 3825 222", RIGHT["phones"])
    assert cells(CLINIC)["phones"] == "0203 3825 222"
    with pytest.raises(Outdated):
        accept(her, code, None, RIGHT, seen=seen(CLINIC)._replace(offering=1))
    accept(her, code, None, RIGHT, seen=refusal.value.versions)
    assert cells(CLINIC)["phones"] == RIGHT["phones"]


def test_an_edit_of_something_else_does_not_overtake_a_request(people, her):
    code = suggest(people, CLINIC, RIGHT)
    edit(her, CLINIC, {"fees": "1 đồng"})
    accept(her, code)
    assert (cells(CLINIC)["phones"], cells(CLINIC)["fees"]) == (RIGHT["phones"], "1 đồng")


def test_a_request_of_another_area_does_not_exist(people, her):
    code = suggest(people, CLINIC, RIGHT)
    for act in (operations.accept, operations.refuse):
        with pytest.raises(NotFound), transaction():
            act(people.other_coordinator.actor, code, 1)
    with pytest.raises(NotFound):
        queries.request_line(people.other_coordinator.actor, code)


def test_a_shelter_needs_two_coordinators_who_did_not_propose_it(people, her, second):
    code = suggest(people, SHELTER, {"phones": "0912 000 999"})
    assert accept(her, code).request
    (line,) = queries.requests(second)
    assert (line.needs_second, line.mine, line.endorsed_by) == (True, False, people.coordinator.account.name)
    assert queries.requests(her)[0].mine
    with pytest.raises(NotAllowed):
        accept(her, code)
    assert cells(SHELTER)["phones"] == "0912 000 111"
    assert accept(second, code).revision
    assert cells(SHELTER)["phones"] == "0912 000 999"


def test_whoever_agreed_to_something_else_has_not_agreed_to_this(people, her, second):
    code = suggest(people, SHELTER, {"phones": "0912 000 999"})
    accept(her, code)
    accept(second, code, None, {"phones": "0912 000 777"}, seen=seen(SHELTER))
    assert cells(SHELTER)["phones"] == "0912 000 111"
    with pytest.raises(NotAllowed):
        accept(second, code)
    accept(her, code)
    assert cells(SHELTER)["phones"] == "0912 000 777"


def test_the_second_of_two_who_press_at_once_has_not_seen_that_the_first_agreed(app, people, her, second):
    code = suggest(people, SHELTER, {"phones": "0912 000 999"})
    results = at_once(app, *(lambda who=who: operations.accept(who, code, 1) and None for who in (her, second)))
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert cells(SHELTER)["phones"] == "0912 000 111"


def test_a_coordinator_s_own_change_of_a_shelter_needs_another_one(people, her, second):
    request = edit(her, SHELTER, {"phones": "0912 000 999"}).request
    code = request.code
    with pytest.raises(NotAllowed):
        accept(her, code)
    accept(second, code)
    assert cells(SHELTER)["phones"] == "0912 000 999"


def test_telling_a_hidden_place_the_second_coordinator_types_where_it_is(people, her, second):
    place = {"address": "Số 12, đường Lê Lợi", "ward": "Phường Hồng Gai", "province": "Quảng Ninh"}
    code = edit(her, SHELTER, {"visibility": "public"} | place).request.code
    with pytest.raises(BadCells):
        accept(second, code)
    accept(second, code, None, {"visibility": "public"} | place, seen=seen(SHELTER))
    assert cells(SHELTER)["address"] == "Số 12, đường Lê Lợi"
    assert place["address"] not in str(the(code).wanted)


def test_a_national_line_is_the_national_coordinators(people, her):
    code = suggest(people, HOTLINE, {"fees": "Miễn phí"})
    assert queries.requests(her) == []
    first, other = coordinator("Toàn quốc một"), coordinator("Toàn quốc hai")
    accept(first, code)
    accept(other, code)
    assert cells(HOTLINE)["fees"] == "Miễn phí"


def test_hiding_a_place_empties_and_closes_what_waits_for_it(people, her):
    address = suggest(people, CLINIC, {"address": "Số 77, đường Lê Lợi", "wheelchair": "không"})
    edit(her, CLINIC, {"visibility": "hidden"})
    assert (the(address).wanted, the(address).seen) == ({"wheelchair": "không"}, {"wheelchair": "có"})
    assert the(address).state is RequestState.OUTDATED
    with pytest.raises(Conflict):
        accept(her, address)


def test_what_waits_goes_with_an_entry_that_is_removed(people, her):
    code = suggest(people, CLINIC, RIGHT)
    with transaction():
        operations.remove_source("dieu-phoi")
    assert db.session.scalar(select(func.count(Offering.id)).where(Offering.source_code == "dieu-phoi")) == 0
    with pytest.raises(NotFound), transaction():
        operations.accept(her, code, 1)
