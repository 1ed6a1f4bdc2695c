from contextlib import suppress

import pytest
from sqlalchemy import func, select

from directory.accounts.models import AuditEntry
from directory.catalogue import operations, queries
from directory.catalogue.cells import versions_of
from directory.catalogue.models import (
    CatalogueChange,
    CorrectionRequest,
    FieldChange,
    KeptBackName,
    Offering,
    Phone,
    Provider,
    Revision,
    Site,
)
from directory.catalogue.operations import BadCells, Outdated
from directory.catalogue.operations.kept_names import digest_of
from directory.catalogue.upkeep import How, RequestKind
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.upkeep import at_once, cells, coordinator, edit, entry, seen
from tests.entries import import_rows

CLINIC, TEST = "Trung tâm Y tế Hạ Long", "Xét nghiệm HIV nhanh"
SHELTER, HOTLINE, PARTIAL = "Ngôi nhà Giữ Kín", "Đường dây Có Nguồn", "Nhóm Chỉ Biết Phường"


@pytest.fixture
def her(people):
    """The coordinator of Hạ Long."""
    return people.coordinator.actor


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_an_edit_is_written_with_its_history_and_the_change_feed_says_so(people, her):
    before = count(CatalogueChange), count(AuditEntry)
    outcome = edit(her, CLINIC, {"phones": "02033825111", "fees": "50.000 đồng", "wheelchair": "không"})
    assert outcome.request is None
    now = cells(CLINIC)
    assert (now["phones"], now["fees"], now["wheelchair"]) == ("0203 3825 111", "50.000 đồng", "không")
    (act,) = queries.history(her, people.offering_code)
    assert (act.who, act.how, act.may_undo) == (people.coordinator.account.name, How.EDIT, True)
    assert {(one.column, one.old, one.new) for one in act.changes} == {
        ("phones", "0203 3825 499; 0912 345 678", "0203 3825 111"),
        ("fees", "Miễn phí", "50.000 đồng"),
        ("wheelchair", "có", "không"),
    }
    # The site is shared, so both of its entries read differently.
    assert (count(CatalogueChange), count(AuditEntry)) == (before[0] + 2, before[1] + 1)


def test_what_reads_the_same_is_no_edit(people, her):
    outcome = edit(her, CLINIC, {"phones": "02033825499;0912345678", "category": "benh-lay-truyen-tinh-duc;kham-benh"})
    assert (outcome.revision, outcome.request, count(Revision)) == (None, None, 0)


def test_an_edit_remembers_what_the_source_said_first(people, her):
    edit(her, CLINIC, {"fees": "50.000 đồng", "service": "Khám da"})
    edit(her, CLINIC, {"fees": "60.000 đồng"})
    one = entry(CLINIC)
    assert one.by_hand == {"fees": "Miễn phí"}
    assert one.service.by_hand == {"service": "Phòng khám Da liễu"}


@pytest.mark.parametrize(
    "changes", [{"phones": "0203 3825 112"}, {"category": "kham-benh"}], ids=["phones", "subjects"]
)
def test_every_edit_of_a_part_counts_its_version(people, her, changes):
    edit(her, CLINIC, {"phones": "0203 3825 111", "category": "benh-lay-truyen-tinh-duc"})
    before = seen(CLINIC)
    edit(her, CLINIC, changes)
    assert sum(seen(CLINIC)) == sum(before) + 1


def test_who_saw_an_older_version_is_shown_both_and_writes_nothing(people, her):
    old = seen(CLINIC)
    edit(her, CLINIC, {"fees": "50.000 đồng"})
    with pytest.raises(Outdated) as refusal:
        edit(her, CLINIC, {"fees": "70.000 đồng"}, seen=old)
    assert (refusal.value.now["fees"], refusal.value.mine["fees"]) == ("50.000 đồng", "70.000 đồng")
    assert refusal.value.changed == ("fees",)
    assert cells(CLINIC)["fees"] == "50.000 đồng"
    edit(her, CLINIC, {"fees": "70.000 đồng"}, seen=refusal.value.versions)
    assert cells(CLINIC)["fees"] == "70.000 đồng"


def test_editors_of_different_parts_do_not_stand_in_each_other_s_way(people, her):
    old = seen(CLINIC)
    edit(her, CLINIC, {"fees": "50.000 đồng"}, seen=old)
    edit(her, CLINIC, {"description": "Khám da."}, seen=old)
    assert (cells(CLINIC)["fees"], cells(CLINIC)["description"]) == ("50.000 đồng", "Khám da.")


def test_of_two_editors_at_once_one_writes_and_the_other_sees_both_versions(app, people, her):
    code, versions = people.offering_code, seen(CLINIC)
    results = at_once(
        app, *(lambda fee=fee: operations.edit(her, code, {"fees": fee}, versions) for fee in ("1 đồng", "2 đồng"))
    )
    (error,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(error, Outdated)
    assert {error.now["fees"], error.mine["fees"]} == {"1 đồng", "2 đồng"}
    assert (cells(CLINIC)["fees"], count(Revision)) == (error.now["fees"], 1)


def test_what_lies_elsewhere_does_not_exist_for_her(people, her):
    with pytest.raises(NotFound):
        edit(people.other_coordinator.actor, CLINIC, {"fees": "0"})
    with pytest.raises(NotFound):
        edit(her, HOTLINE, {"fees": "0"})
    assert edit(coordinator("Toàn quốc"), HOTLINE, {"fees": "Miễn phí"}).request


def test_what_is_shared_with_another_area_is_not_hers_alone(people, her, tmp_path):
    there = {"provider": CLINIC, "category": "kham-benh", "ward": "Phường Uông Bí", "province": "Quảng Ninh"}
    import_rows(tmp_path, [there | {"external_id": "xa", "service": "Khám mắt", "source": "dieu-phoi"}])
    with pytest.raises(NotAllowed):
        edit(her, CLINIC, {"provider": "Trung tâm Y tế Khác"})
    with pytest.raises(Invalid):
        edit(her, CLINIC, {"ward": "Phường Uông Bí", "latitude": "", "longitude": ""})
    edit(her, CLINIC, {"fees": "0 đồng"})
    edit(coordinator("Toàn quốc"), CLINIC, {"provider": "Trung tâm Y tế Khác"})
    assert cells("Trung tâm Y tế Khác")["fees"] == "0 đồng"


@pytest.mark.parametrize(
    "changes",
    [
        {"phones": "12"},
        {"opening_hours": "lúc nào cũng được"},
        {"provider": ""},
        {"ward": "Phường Không Có", "latitude": "", "longitude": ""},
        {"latitude": "1", "longitude": "2"},
        {"visibility": "bí mật"},
        {"closed_on": "hôm qua"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_each_cell_that_cannot_be_is_named_and_nothing_is_written(people, her, changes):
    before = cells(CLINIC)
    with pytest.raises(BadCells) as refusal:
        edit(her, CLINIC, changes | {"fees": "1 đồng"})
    assert {problem.column for problem in refusal.value.problems} <= changes.keys()
    assert cells(CLINIC) == before


def test_what_is_odd_is_asked_about_first(people, her):
    moved = {"latitude": "21.5", "longitude": "107.9"}
    with pytest.raises(BadCells) as refusal:
        edit(her, CLINIC, moved | {"ward": "Phường Bãi Cháy"})
    assert refusal.value.is_only_odd
    edit(coordinator("Toàn quốc"), CLINIC, moved | {"ward": "Phường Bãi Cháy"}, anyway=True)
    assert cells(CLINIC)["latitude"] == "21.5"


@pytest.mark.parametrize("column", ["external_id", "source", "version", "constructor"])
def test_other_columns_are_nobody_s_to_change(people, her, column):
    with pytest.raises(Invalid):
        edit(her, CLINIC, {column: "x"})


def test_a_name_that_another_has_is_refused(people, her):
    with pytest.raises(Conflict):
        edit(her, CLINIC, {"service": TEST})
    with pytest.raises(Conflict):
        edit(her, CLINIC, {"provider": "nhóm CHỈ biết phường"})
    with transaction(), suppress(Conflict):
        both = {"provider": "Trung tâm Khác", "service": TEST, "fees": "1 đồng"}
        operations.edit(her, people.offering_code, both, seen(CLINIC))
    assert cells(CLINIC)["fees"] == "Miễn phí"
    edit(her, CLINIC, {"provider": "trung tâm y tế HẠ LONG"})
    assert cells("trung tâm y tế HẠ LONG")["service"] == "Phòng khám Da liễu"


def test_a_former_ward_stays_a_former_ward_and_a_ward_without_point_gets_its_own(people, her):
    edit(her, CLINIC, {"ward": "Phường Bạch Đằng, Thành phố Hạ Long", "latitude": "", "longitude": ""})
    site = entry(CLINIC).site
    assert site.old_ward_key is not None
    assert site.point_is_ward
    assert cells(CLINIC)["ward"].startswith("Phường Bạch Đằng")
    assert edit(her, CLINIC, {"ward": cells(CLINIC)["ward"]}).revision is None


def test_the_change_of_a_shelter_waits_for_a_second_coordinator(people, her):
    before = cells(SHELTER)
    outcome = edit(her, SHELTER, {"phones": "0912 000 999"})
    assert outcome.revision is None
    assert (outcome.request.wanted, outcome.request.seen) == ({"phones": "0912 000 999"}, {"phones": "0912 000 111"})
    assert cells(SHELTER) == before


def test_what_makes_a_public_entry_a_shelter_waits_too(people, her):
    assert edit(her, CLINIC, {"category": "tam-lanh"}).request
    assert "tam-lanh" not in cells(CLINIC)["category"]


def test_that_a_shelter_was_called_needs_nobody_else(people, her):
    assert edit(her, SHELTER, {"verified_on": "2026-11-01"}, how=How.VERIFY).revision
    assert edit(her, SHELTER, {"verified_on": "2026-11-02", "fees": "0"}, how=How.VERIFY).request


def test_what_a_shelter_shares_with_others_waits_too(people, her, tmp_path):
    shop = {"provider": SHELTER, "service": "Bữa ăn", "category": "kham-benh", "source": "dieu-phoi"}
    import_rows(tmp_path, [shop | {"external_id": "an", "ward": "Phường Hồng Gai", "province": "Quảng Ninh"}])
    assert edit(her, SHELTER, {"provider": "Ngôi nhà Mới"}, service="Bữa ăn").request
    with pytest.raises(BadCells):
        edit(her, SHELTER, {"provider": "Nhà số 5 đường Lê Lợi"}, service="Bữa ăn")
    assert edit(her, SHELTER, {"fees": "0"}, service="Bữa ăn").revision


def test_hiding_is_done_at_once_and_takes_the_other_services_at_the_place_along(people, her):
    old = entry(CLINIC)
    name, uuid = old.external_id, old.uuid
    edit(her, CLINIC, {"address": "Số 9, đường Lê Lợi", "description": "Cạnh chợ"})
    outcome = edit(her, CLINIC, {"visibility": "hidden", "description": "Khám da."})
    assert (outcome.request, outcome.along) == (None, (TEST,))
    now, other, one = cells(CLINIC), cells(CLINIC, TEST), entry(CLINIC)
    for column in ("address", "ward", "latitude", "longitude"):
        assert (now[column], other[column]) == ("", "")
    assert one.site.point is None
    assert "le loi" not in one.site.identity
    assert one.uuid == uuid
    assert one.external_id.startswith("~")
    assert digest_of("dieu-phoi", name) in set(db.session.scalars(select(KeptBackName.digest)))
    assert one.site.by_hand["address"] is None
    told = db.session.execute(
        select(FieldChange.old, FieldChange.new).where(FieldChange.column.in_(("address", "ward", "description")))
    )
    assert {value for row in told for value in row} == {None}


def test_partial_keeps_the_ward_alone(people, her):
    edit(her, CLINIC, {"visibility": "partial"})
    now = cells(CLINIC)
    assert (now["ward"], now["address"], now["latitude"]) == ("Phường Hồng Gai", "", "")


def test_hiding_a_public_shelter_is_at_once_and_its_new_words_wait(people, her, tmp_path):
    row = {"provider": "Nhà Mở", "service": "Ở tạm", "category": "tam-lanh", "phones": "0912 000 444"}
    row |= {"address": "Số 3, đường Trần Phú", "description": "Ở số 3 đường Trần Phú", "source": "dieu-phoi"}
    import_rows(tmp_path, [row | {"external_id": "mo", "ward": "Phường Hồng Gai", "province": "Quảng Ninh"}])
    wanted = {"visibility": "hidden", "description": "Ở cùng chị em", "phones": "0912 000 555"}
    outcome = edit(her, "Nhà Mở", wanted)
    assert (outcome.revision is not None, outcome.request.wanted) == (
        True,
        {"description": "Ở cùng chị em", "phones": "0912 000 555"},
    )
    now = cells("Nhà Mở")
    assert (now["visibility"], now["address"], now["description"]) == ("hidden", "", "")
    assert now["phones"] == "0912 000 444"


def test_hiding_is_refused_while_a_text_tells_the_place(people, her):
    edit(her, CLINIC, {"documents": "Nộp ở số 5 đường Lê Lợi"}, service=TEST)
    with pytest.raises(BadCells) as refusal:
        edit(her, CLINIC, {"visibility": "hidden"})
    assert [problem.column for problem in refusal.value.problems] == ["documents"]
    assert cells(CLINIC)["visibility"] == "public"


def test_telling_a_hidden_place_waits_and_the_place_is_not_kept_meanwhile(people, her):
    told = {"visibility": "public", "address": "Số 12 đường Zoekhang", "ward": "Phường Hồng Gai"}
    outcome = edit(her, SHELTER, told | {"description": "Gần chợ Zurquay"})
    assert outcome.request.wanted == {"visibility": "public"}
    assert {"address", "ward", "description"} <= set(outcome.untold)
    assert cells(SHELTER)["visibility"] == "hidden"


def test_two_hidden_places_of_one_provider_stay_two(people, her, tmp_path):
    rows = [
        {"provider": "Nhà Đôi", "service": "Ở", "category": "kham-benh", "phones": "0912 000 666", "address": address}
        | {"external_id": address, "ward": "Phường Hồng Gai", "province": "Quảng Ninh", "source": "dieu-phoi"}
        for address in ("Số 1, đường Một", "Số 2, đường Hai")
    ]
    import_rows(tmp_path, rows)
    codes = db.session.scalars(
        select(Offering.code).join(Site, Site.id == Offering.site_id).join(Provider).where(Provider.name == "Nhà Đôi")
    ).all()
    for code in codes:
        db.session.expire_all()
        versions = versions_of(db.session.scalars(select(Offering).where(Offering.code == code)).one())
        with transaction():
            operations.edit(her, code, {"visibility": "hidden"}, versions)
    assert db.session.scalar(select(func.count(Site.id)).join(Provider).where(Provider.name == "Nhà Đôi")) == 2


def test_an_act_is_taken_back_once_and_only_while_it_stands(people, her):
    code = people.offering_code
    edit(her, CLINIC, {"fees": "50.000 đồng", "phones": "0203 3825 111", "address": "Số 6, đường Lê Lợi"})
    (act,) = queries.history(her, code)
    with transaction():
        operations.undo(her, act.code)
    now = cells(CLINIC)
    assert (now["fees"], now["phones"]) == ("Miễn phí", "0203 3825 499; 0912 345 678")
    assert now["address"] == "Số 5, đường Lê Lợi"
    assert entry(CLINIC).by_hand == {}
    undoing, undone = queries.history(her, code)
    assert (undoing.how, undone.is_undone, undone.may_undo) == (How.UNDO, True, False)
    with pytest.raises(Conflict), transaction():
        operations.undo(her, act.code)
    with transaction():
        operations.undo(her, undoing.code)
    assert cells(CLINIC)["fees"] == "50.000 đồng"
    with pytest.raises(NotFound), transaction():
        operations.undo(people.other_coordinator.actor, undoing.code)


def test_what_was_edited_since_or_erased_is_not_taken_back(people, her):
    edit(her, CLINIC, {"fees": "1 đồng"})
    first = edit(her, CLINIC, {"documents": "Thẻ"}).revision.code
    edit(her, CLINIC, {"fees": "2 đồng"})
    _, _, oldest = queries.history(her, people.offering_code)
    assert not oldest.may_undo
    with pytest.raises(Conflict), transaction():
        operations.undo(her, oldest.code)
    hiding = edit(her, CLINIC, {"visibility": "hidden"}).revision.code
    for code in (hiding, first):
        with pytest.raises(Conflict), transaction():
            operations.undo(her, code)
    assert cells(CLINIC)["address"] == ""


NEW = {
    "provider": "Phòng khám Mới",
    "service": "Khám mắt",
    "category": "kham-benh",
    "address": "Số 8, đường Lê Thánh Tông",
    "ward": "Phường Hồng Gai",
    "province": "Quảng Ninh",
    "phones": "0203 3825 777",
}


def add(actor, changes):
    with transaction():
        return operations.add(actor, NEW | changes)


def test_an_entry_is_added_once_and_found_in_the_change_feed(people, her):
    seq = count(CatalogueChange)
    outcome = add(her, {})
    assert cells("Phòng khám Mới")["phones"] == "0203 3825 777"
    assert count(CatalogueChange) == seq + 1
    (act,) = queries.history(her, outcome.offering.code)
    assert (act.how, act.may_undo) == (How.ADD, False)
    with pytest.raises(Conflict):
        add(her, {})
    with pytest.raises(Invalid):
        add(her, {"ward": "Phường Uông Bí"})
    assert add(her, {"address": "Số 9, đường Khác"}).offering


def test_an_added_place_does_not_rewrite_what_is_there(people, her):
    add(her, {"description": "Khám và chữa mắt."})
    with pytest.raises(BadCells):
        add(her, {"address": "Số 9, đường Khác", "description": "Khác hẳn"})
    add(her, {"address": "Số 9, đường Khác"})
    assert cells("Phòng khám Mới")["description"] == "Khám và chữa mắt."


def test_a_new_hotline_waits_for_a_second_coordinator(people, her):
    hidden = {"address": "", "ward": "", "visibility": "hidden", "category": "duong-day-nong"}
    outcome = add(her, hidden)
    assert (outcome.offering, outcome.request.kind) == (None, RequestKind.ADD)
    assert entry("Phòng khám Mới") is None
    second = coordinator("Người thứ hai", people.area)
    with pytest.raises(NotAllowed), transaction():
        operations.accept(her, outcome.request.code, 1)
    with transaction():
        added = operations.accept(second, outcome.request.code, 1)
    assert cells("Phòng khám Mới")["visibility"] == "hidden"
    assert added.revision.how is How.ADD
    assert set(db.session.scalar(select(CorrectionRequest.wanted))) == {"phones", "visibility", "category"}


def test_two_additions_at_once_make_one_entry(app, people, her):
    results = at_once(app, *[lambda: operations.add(her, NEW)] * 2)
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert db.session.scalar(select(func.count(Phone.id)).where(Phone.shown == "0203 3825 777")) == 1
