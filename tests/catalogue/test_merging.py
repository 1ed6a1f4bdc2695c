"""Merging two entries that are one, and splitting one that is two: what hangs on them follows, nothing is lost."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory.accounts import desks
from directory.accounts.models import Account, Desk
from directory.catalogue.cells import versions_of
from directory.catalogue.models import (
    CorrectionRequest,
    FieldChange,
    FormerPart,
    Offering,
    PeerWarning,
    Provider,
    Revision,
    Service,
    Site,
)
from directory.catalogue.operations.deciding import accept
from directory.catalogue.operations.editing import edit
from directory.catalogue.operations.merging import MERGED_FROM, Merging, merge
from directory.catalogue.operations.splitting import split_place, split_provider
from directory.catalogue.queries import code_now, former_rows, uuid_now
from directory.catalogue.upkeep import Part, RequestKind, WarningKind
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.referrals import operations as slips
from directory.referrals.models import Slip, SlipFact
from directory.search.following import follower
from directory.web.transaction import transaction
from tests.entries import CAST, HA_LONG, import_rows
from tests.people import issue

CLINIC, HOSPITAL = "Trung tâm Y tế Hạ Long", "Bệnh viện Chưa Ai Hỏi"


def entry_of(provider: str, service: str = "") -> Offering:
    wanted = select(Offering).join(Service).join(Provider).where(Provider.name == provider).order_by(Offering.id)
    return db.session.scalars(wanted.where(Service.name == service) if service else wanted).first()


def join(people, gone, into, *, take=(), same=(), by=None):
    """Merge as the coordinator of both, and read everything anew."""
    wanted = Merging(frozenset(take), dict(same))
    seen = versions_of(gone), versions_of(into)
    with transaction():
        outcome = merge((by or people.coordinator).actor, gone.code, into.code, wanted, seen)
    db.session.expire_all()
    return outcome


@pytest.fixture
def clinic(people):
    """The entry that goes: a public place with two services, staff and a desk."""
    return entry_of(CLINIC, "Phòng khám Da liễu")


@pytest.fixture
def hospital(people):
    """The entry that stays, of another source; its own desk has ended."""
    with transaction():
        desks.remove(people.coordinator.actor, db.session.get(Desk, people.other_desk.desk.id))
    return entry_of(HOSPITAL)


def test_everything_that_hung_on_the_place_that_goes_hangs_on_the_one_that_stays(people, clinic, hospital):
    slip = issue(people)
    with transaction():
        slips.acknowledge(people.staff.actor, slip.code)
        warning = PeerWarning(offering_id=clinic.id, kind=WarningKind.TURNED_AWAY, group_id=people.group.id)
        db.session.add(warning)
    gone_site, staying = clinic.site_id, hospital.site
    join(people, clinic, hospital, same={clinic.code: hospital.code})
    slip = db.session.get(Slip, slip.id)
    assert (slip.offering_id, slip.site_id, slip.version) == (hospital.id, staying.id, 2)
    assert db.session.scalars(select(SlipFact.site_id)).all() == [staying.id]
    assert db.session.get(Account, people.staff.account.id).site_id == staying.id
    assert db.session.scalars(select(Desk.site_id)).all() == [staying.id]
    assert db.session.scalars(select(PeerWarning.offering_id)).all() == [hospital.id]
    assert db.session.get(Site, gone_site) is None
    assert db.session.scalars(select(Provider).where(Provider.name == CLINIC)).all() == []


def test_what_was_reported_of_either_waits_as_one_report(people, clinic, hospital):
    with transaction():
        for one, reason in ((clinic, "moved"), (hospital, "phone_wrong")):
            db.session.add(CorrectionRequest(kind="report", origin="public", offering_id=one.id, reasons=[reason]))
    join(people, clinic, hospital, same={clinic.code: hospital.code})
    report = db.session.scalars(select(CorrectionRequest)).one()
    assert (report.offering_id, sorted(report.reasons), report.times) == (hospital.id, ["moved", "phone_wrong"], 2)


def test_a_service_that_is_not_the_same_moves_along_with_its_address_code(people, clinic, hospital, client):
    other = entry_of(CLINIC, "Xét nghiệm HIV nhanh")
    join(people, clinic, hospital, same={clinic.code: hospital.code})
    assert other.site_id == hospital.site_id
    assert other.service.provider_id == hospital.service.provider_id
    page = client.get(f"/dich-vu/{other.code}").text
    assert HOSPITAL in page
    assert CLINIC not in page
    assert {one.code for one in hospital.site.offerings} == {hospital.code, other.code}


def test_former_codes_uuids_and_rows_lead_to_what_stays_through_a_chain_of_mergers(people, clinic, hospital, client):
    old = (clinic.code, clinic.uuid, clinic.service.provider.code, clinic.source_code, clinic.external_id)
    join(people, clinic, hospital, same={clinic.code: hospital.code})
    moved = entry_of(HOSPITAL, "Xét nghiệm HIV nhanh")
    join(people, hospital, moved)
    assert code_now(Part.OFFERING, old[0]) == moved.code
    assert uuid_now(Part.OFFERING, old[1]) == moved.uuid
    answer = client.get(f"/dich-vu/{old[0]}")
    assert (answer.status_code, answer.location) == (302, f"/dich-vu/{moved.code}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/don-vi/{old[2]}").location == f"/don-vi/{hospital_code()}"
    assert client.get("/dich-vu/00000000").status_code == 404
    assert (old[3], old[4]) in former_rows({"dieu-phoi"})


def hospital_code():
    return db.session.scalars(select(Provider.code).where(Provider.name == HOSPITAL)).one()


def test_values_are_kept_column_by_column_and_written_down(people, clinic, hospital):
    join(people, clinic, hospital, take={"phones", "fees", "address", "provider"}, same={clinic.code: hospital.code})
    assert [phone.shown for phone in hospital.phones] == ["0203 3825 499", "0912 345 678"]
    assert (hospital.fees, hospital.site.address) == ("Miễn phí", "Số 5, đường Lê Lợi")
    assert hospital.opening_hours is None
    assert hospital.service.provider.name == CLINIC
    (revision,) = db.session.scalars(select(Revision)).all()
    assert revision.how == "merge"
    assert {change.column for change in revision.changes} >= {"phones", "fees", "address", "provider", MERGED_FROM}


def test_history_follows(people, clinic, hospital):
    with transaction():
        edit(people.coordinator.actor, clinic.code, {"fees": "20.000 đồng"}, versions_of(clinic))
    join(people, clinic, hospital, same={clinic.code: hospital.code})
    change = db.session.scalars(select(FieldChange).where(FieldChange.column == "fees")).one()
    assert (change.part_uuid, change.new) == (hospital.uuid, "20.000 đồng")


def test_a_repeated_import_does_not_bring_back_what_was_merged_or_moved(people, clinic, hospital, tmp_path):
    join(people, clinic, hospital, same={clinic.code: hospital.code})
    before = db.session.scalar(select(func.count()).select_from(Offering))
    import_rows(tmp_path, CAST)
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Offering)) == before
    assert entry_of(HOSPITAL, "Xét nghiệm HIV nhanh").site_id == hospital.site_id


def test_two_entries_of_one_place_become_one(people, clinic):
    other = entry_of(CLINIC, "Xét nghiệm HIV nhanh")
    service_id = clinic.service_id
    join(people, clinic, other, take={"phones", "service"})
    assert other.site.offerings == [other]
    assert other.service.name == "Phòng khám Da liễu"
    assert db.session.get(Service, service_id) is None


def test_two_desks_cannot_be_one_and_the_way_out_is_said(people, clinic):
    with pytest.raises(Conflict, match="1001 và 1002"):
        join(people, clinic, entry_of(HOSPITAL))


@pytest.mark.parametrize("other", ["Ngôi nhà Giữ Kín", "Nhóm Chỉ Biết Phường", "Văn phòng Minh Hoạ"])
def test_a_place_is_not_merged_with_one_that_is_told_otherwise_or_invented(people, clinic, other):
    for gone, into in ((clinic, entry_of(other)), (entry_of(other), clinic)):
        with pytest.raises(Invalid):
            join(people, gone, into)
    assert db.session.scalars(select(FormerPart)).all() == []


def test_entries_of_another_area_or_changed_meanwhile_are_not_merged(people, clinic, hospital):
    with pytest.raises(NotFound):
        join(people, clinic, hospital, by=people.other_coordinator)
    seen = versions_of(clinic), versions_of(hospital)
    with transaction():
        edit(people.coordinator.actor, clinic.code, {"fees": "20.000 đồng"}, seen[0])
    with pytest.raises(Conflict), transaction():
        merge(people.coordinator.actor, clinic.code, hospital.code, Merging(), seen)
    with pytest.raises(Invalid):
        join(people, clinic, clinic)
    with pytest.raises(Invalid):
        join(people, clinic, hospital, same={hospital.code: clinic.code})


def test_two_hotlines_are_merged_only_when_a_second_coordinator_carries_it_out(people, tmp_path):
    shelter = {"category": "tam-lanh", "visibility": "hidden", "province": "Quảng Ninh", "phones": "0912 000 112"}
    import_rows(tmp_path, [{"provider": "Nhà Giữ Kín", "service": "Chỗ ở", "source": "khac", **shelter}])
    gone, into = entry_of("Nhà Giữ Kín"), entry_of("Ngôi nhà Giữ Kín")
    outcome = join(people, gone, into, take={"phones"}, same={gone.code: into.code})
    assert outcome.revision is None
    request = db.session.scalars(select(CorrectionRequest)).one()
    assert (request.kind, request.endorsed_by_id) == (RequestKind.MERGE, people.coordinator.account.id)
    assert db.session.get(Offering, gone.id) is not None
    with pytest.raises(NotAllowed), transaction():
        accept(people.coordinator.actor, request.code, request.version)
    second = replace(people.other_coordinator.actor, all_areas=True)
    with transaction():
        done = accept(second, request.code, request.version)
    db.session.expire_all()
    assert (request.state, request.decided_by_id) == ("accepted", people.other_coordinator.account.id)
    assert done.revision.request_id == request.id
    assert [phone.shown for phone in into.phones] == ["0912 000 112"]
    assert db.session.scalars(select(Provider).where(Provider.name == "Nhà Giữ Kín")).all() == []


def test_search_shows_the_entry_that_stays_and_no_other(people, clinic, hospital, client):
    assert client.get("/api/tim?q=da+lieu").json["total"] == 1
    join(people, clinic, hospital, take={"service"}, same={clinic.code: hospital.code})
    # The process looks for changes every half a second.
    follower().arrays(at_once=True)
    names = [one["provider"] for one in client.get("/api/tim?q=da+lieu").json["results"]]
    assert names == [HOSPITAL]


def test_services_that_are_at_another_place_get_one_of_their_own(people, clinic, tmp_path):
    other = entry_of(CLINIC, "Xét nghiệm HIV nhanh")
    with transaction():
        first = split_place(people.coordinator.actor, clinic.code, [other.code], versions_of(clinic))
    db.session.expire_all()
    assert first.id == other.id
    assert other.site_id != clinic.site_id
    assert (other.site.address, other.site.latitude) == (clinic.site.address, clinic.site.latitude)
    with transaction():
        edit(people.coordinator.actor, other.code, {"address": "Số 9, đường Lê Lợi"}, versions_of(other))
    assert clinic.site.address == "Số 5, đường Lê Lợi"
    import_rows(tmp_path, CAST)
    db.session.expire_all()
    assert other.site.address == "Số 9, đường Lê Lợi"
    for wrong in ([], [one.code for one in clinic.site.offerings]):
        with pytest.raises(Invalid), transaction():
            split_place(people.coordinator.actor, clinic.code, wrong, versions_of(clinic))


def test_places_that_are_another_organisations_become_its_own(people, tmp_path):
    second = {"provider": CLINIC, "category": "kham-benh", "source": "dieu-phoi", **HA_LONG}
    rows = [
        {**second, "service": "Phòng khám Da liễu", "address": "Số 80, đường Lê Lợi", "external_id": "a"},
        {**second, "service": "Khám mắt", "address": "Số 80, đường Lê Lợi", "external_id": "b"},
    ]
    import_rows(tmp_path, rows)
    eyes, skin = entry_of(CLINIC, "Khám mắt"), entry_of(CLINIC, "Phòng khám Da liễu")
    leaving = [str(eyes.site.uuid)]
    with pytest.raises(Conflict), transaction():
        split_provider(people.coordinator.actor, skin.code, leaving, CLINIC, versions_of(skin))
    with transaction():
        split_provider(people.coordinator.actor, skin.code, leaving, "Phòng khám Hai", versions_of(skin))
    db.session.expire_all()
    own = eyes.service.provider
    assert own.name == "Phòng khám Hai"
    assert [site.address for site in own.sites] == ["Số 80, đường Lê Lợi"]
    assert sorted(service.name for service in own.services) == ["Khám mắt", "Phòng khám Da liễu"]
    assert skin.service.provider.name == CLINIC
    assert len(skin.service.offerings) == 1
