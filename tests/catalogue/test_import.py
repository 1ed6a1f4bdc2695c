import contextlib
from datetime import date

import pytest
from sqlalchemy import func, select, text

from directory.catalogue.models import CatalogueChange, Offering, Phone, Provider, Service, Site, Source
from directory.catalogue.operations import import_services, load_reference, record_change, remove_source
from directory.catalogue.rules import Visibility
from directory.catalogue.values import PhoneNumber
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, SHELTER, import_rows, write_csv

PARTIAL = SHELTER | {
    "external_id": "nha-2",
    "visibility": "partial",
    "ward": "Phường Hồng Gai",
    "province": "Quảng Ninh",
}
MODELS = (Provider, Site, Service, Offering, Phone)


def counts(session):
    return [session.scalar(select(func.count()).select_from(model)) for model in MODELS]


def last_seq(session):
    return session.scalar(select(func.max(CatalogueChange.seq))) or 0


def changes_after(session, seq):
    return list(session.scalars(select(CatalogueChange.offering_id).where(CatalogueChange.seq > seq)))


def the(session, model):
    session.expire_all()
    return session.scalars(select(model)).one()


def test_a_row_becomes_a_provider_a_site_a_service_and_an_offering(session, tmp_path):
    report = import_rows(tmp_path, CLINIC | {"languages": "vi;en", "facts": "evening", "verified_on": "01/02/2026"})
    assert (report.added, report.updated, report.unchanged, report.problems) == (1, 0, 0, [])
    offering = the(session, Offering)
    assert offering.service.provider.name == "Phòng khám Hồng Gai"
    assert [category.slug for category in offering.service.categories] == ["kham-benh"]
    assert (offering.site.latitude, offering.site.longitude) == (20.951, 107.08)
    assert offering.site.province_key == "province:22"
    assert session.scalar(select(func.ST_AsText(Site.point))).startswith("POINT(107.08 20.951")
    assert [(phone.number, phone.shown) for phone in offering.phones] == [("+842033825499", "0203 3825 499")]
    assert (offering.languages, offering.facts, offering.verified_on) == (["vi", "en"], ["evening"], date(2026, 2, 1))
    assert (offering.source_code, offering.external_id) == ("dieu-phoi", "pk-1")


def test_the_same_file_again_changes_nothing(session, tmp_path):
    rows = [CLINIC, SHELTER, PARTIAL, CLINIC | {"external_id": "", "service": "Xét nghiệm"}]
    assert import_rows(tmp_path, *rows).added == 4
    versions = sorted(session.execute(select(Offering.id, Offering.version, Offering.updated_at)).all())
    before = counts(session), last_seq(session)
    report = import_rows(tmp_path, *rows)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 4)
    assert (counts(session), last_seq(session)) == before
    assert sorted(session.execute(select(Offering.id, Offering.version, Offering.updated_at)).all()) == versions


def test_rows_in_another_order_change_nothing_either(session, tmp_path):
    rows = [CLINIC, SHELTER, PARTIAL]
    import_rows(tmp_path, *rows)
    assert import_rows(tmp_path, *reversed(rows)).unchanged == 3


def test_one_bad_row_keeps_every_row_out(session, tmp_path):
    before = counts(session), last_seq(session)
    report = import_rows(tmp_path, CLINIC, CLINIC | {"external_id": "2", "phones": "12"}, SHELTER)
    assert [(problem.line, problem.column) for problem in report.errors] == [(3, "phones")]
    assert not report.is_written
    assert (counts(session), last_seq(session)) == before


def test_a_dry_run_counts_like_the_import_and_writes_nothing(session, tmp_path):
    import_rows(tmp_path, CLINIC, SHELTER)
    before = counts(session), last_seq(session)
    rows = [CLINIC, SHELTER | {"fees": "Miễn phí"}, PARTIAL]
    dry = import_rows(tmp_path, *rows, is_dry_run=True)
    assert (dry.added, dry.updated, dry.unchanged, dry.is_written) == (1, 1, 1, False)
    assert (counts(session), last_seq(session)) == before
    assert session.scalar(select(Offering.fees).where(Offering.external_id == "nha-1")) is None
    real = import_rows(tmp_path, *rows)
    assert (real.added, real.updated, real.unchanged) == (1, 1, 1)


def test_a_changed_row_updates_its_offering_and_only_that_one(session, tmp_path):
    import_rows(tmp_path, CLINIC, SHELTER)
    held = session.execute(
        select(Offering.id, Offering.uuid, Offering.code).where(Offering.external_id == "pk-1")
    ).one()
    seq = last_seq(session)
    report = import_rows(tmp_path, CLINIC | {"phones": "111; 0203 3825 499"}, SHELTER)
    assert (report.updated, report.unchanged) == (1, 1)
    offering = session.get(Offering, held.id)
    assert (offering.uuid, offering.code, offering.version) == (held.uuid, held.code, 2)
    assert [phone.number for phone in offering.phones] == ["111", "+842033825499"]
    assert changes_after(session, seq) == [held.id]


def test_a_corrected_address_keeps_the_site_and_leaves_no_other(session, tmp_path):
    import_rows(tmp_path, CLINIC)
    site_id, uuid = the(session, Site).id, the(session, Site).uuid
    import_rows(tmp_path, CLINIC | {"address": "14 Lê Thánh Tông", "provider": "Phòng khám Hòn Gai"})
    site = the(session, Site)
    assert (site.id, site.uuid, site.address) == (site_id, uuid, "14 Lê Thánh Tông")
    assert the(session, Provider).name == "Phòng khám Hòn Gai"


def test_what_no_offering_hangs_on_any_more_goes(session, tmp_path):
    other = CLINIC | {"external_id": "2", "service": "Xét nghiệm", "address": "Chợ Hạ Long"}
    import_rows(tmp_path, CLINIC, other)
    assert counts(session)[:4] == [1, 2, 2, 2]
    moved = CLINIC | {"external_id": "2"}
    report = import_rows(tmp_path, CLINIC, moved)
    assert report.updated == 1
    assert counts(session)[:4] == [1, 1, 1, 2]


def test_a_change_of_a_shared_name_is_told_of_every_offering_that_shows_it(session, tmp_path):
    import_rows(tmp_path, CLINIC, CLINIC | {"external_id": "2", "service": "Xét nghiệm"})
    ids = sorted(session.scalars(select(Offering.id)))
    seq = last_seq(session)
    report = import_rows(tmp_path, CLINIC | {"provider": "PHÒNG KHÁM HỒNG GAI"})
    assert sorted(changes_after(session, seq)) == ids
    assert report.updated == 1


def test_very_many_changes_are_told_as_one(session, tmp_path):
    rows = [CLINIC | {"external_id": str(number), "service": f"Dịch vụ {number}"} for number in range(2_100)]
    seq = last_seq(session)
    assert import_rows(tmp_path, *rows).added == 2_100
    assert changes_after(session, seq) == [None]


def test_entries_that_the_file_does_not_name_stay(session, tmp_path):
    import_rows(tmp_path, CLINIC)
    import_rows(tmp_path, SHELTER)
    assert counts(session)[3] == 2


def test_one_name_at_two_places_is_two_sites_of_one_provider(session, tmp_path):
    far = {"external_id": "", "address": "Tỉnh Quảng Ninh", "ward": "", "latitude": "20.960"}
    rows = [CLINIC | far | {"longitude": "107.05"}, CLINIC | far | {"longitude": "107.06"}]
    assert import_rows(tmp_path, *rows).added == 2
    assert counts(session)[:4] == [1, 2, 1, 2]
    assert import_rows(tmp_path, *reversed(rows)).unchanged == 2


def test_a_plain_repetition_is_left_out_with_a_warning(session, tmp_path):
    row = CLINIC | {"external_id": ""}
    report = import_rows(tmp_path, row, row)
    assert (report.added, [problem.line for problem in report.warnings]) == (1, [3])


def test_one_external_id_on_two_rows_is_an_error(session, tmp_path):
    report = import_rows(tmp_path, CLINIC, CLINIC | {"service": "Khác"})
    assert [(problem.line, problem.column) for problem in report.errors] == [(3, "external_id")]


def test_of_two_descriptions_of_one_service_the_first_holds_and_it_is_said(session, tmp_path):
    other = CLINIC | {"external_id": "2", "address": "Chợ", "description": "Hai"}
    report = import_rows(tmp_path, CLINIC | {"description": "Một"}, other)
    assert the(session, Service).description == "Một"
    assert [(problem.line, problem.column) for problem in report.warnings] == [(3, "description")]


def test_missing_coordinates_come_from_the_ward(session, tmp_path):
    row = {key: text for key, text in CLINIC.items() if key not in ("latitude", "longitude")}
    import_rows(tmp_path, row | {"ward": "Phường Bãi Cháy", "province": "Quảng Ninh"})
    site = the(session, Site)
    assert site.ward_key == "ward:06673"
    assert site.province_key == "province:22"
    assert site.point_is_ward
    assert site.latitude == pytest.approx(20.962, abs=0.03)


def test_an_old_name_leads_to_todays_ward_and_is_kept(session, tmp_path):
    row = {key: text for key, text in CLINIC.items() if key not in ("latitude", "longitude")}
    report = import_rows(tmp_path, row | {"ward": "Phường Tứ Hạ, thị xã Hương Trà", "province": "Thừa Thiên Huế"})
    assert report.errors == []
    site = the(session, Site)
    assert site.old_ward_key is not None
    assert site.old_ward_key.startswith("old-ward:")
    assert site.ward_key.startswith("ward:")
    assert site.province_key == "province:46"


@pytest.mark.parametrize(
    ("place", "column", "words"),
    [
        ({"ward": "TP Hạ Long", "province": "Quảng Ninh"}, "ward", "13 phường xã"),
        ({"ward": "Phường Không Có", "province": "Quảng Ninh"}, "ward", "Không có phường xã này"),
        ({"ward": "Phường Bãi Cháy", "province": "Vĩnh Long"}, "ward", "Quảng Ninh"),
        ({"ward": "99999", "province": "Quảng Ninh"}, "ward", "mã này"),
        ({"latitude": "48.85", "longitude": "2.35"}, "latitude", "ngoài Việt Nam"),
        ({"latitude": "0", "longitude": "0"}, "latitude", "ngoài Việt Nam"),
        ({"latitude": "107.08", "longitude": "20.95"}, "latitude", "đổi chỗ"),
    ],
)
def test_a_place_that_cannot_be_found_is_an_error_that_says_why(session, tmp_path, place, column, words):
    row = {key: text for key, text in CLINIC.items() if key not in ("latitude", "longitude")}
    report = import_rows(tmp_path, row | place)
    assert [(problem.line, problem.column) for problem in report.errors] == [(2, column)]
    assert words in report.errors[0].reason


def test_a_point_far_from_its_ward_is_a_warning(session, tmp_path):
    report = import_rows(tmp_path, CLINIC | {"ward": "Phường Móng Cái 1", "province": "Quảng Ninh"})
    assert report.is_written
    assert [(problem.column, problem.is_warning) for problem in report.problems] == [("ward", True)]


def test_a_far_island_is_in_viet_nam(session, tmp_path):
    report = import_rows(tmp_path, CLINIC | {"latitude": "16.54", "longitude": "111.61"})
    assert report.errors == []


def test_hidden_and_partial_places_hold_no_more_than_may_be_known(session, tmp_path):
    import_rows(tmp_path, SHELTER, PARTIAL)
    hidden, partial = session.scalars(select(Site).order_by(Site.visibility)).all()
    assert hidden.visibility is Visibility.HIDDEN
    assert (hidden.ward_key, hidden.province_key, hidden.latitude, hidden.address) == (None, "province:22", None, None)
    assert partial.visibility is Visibility.PARTIAL
    assert partial.ward_key is not None
    assert (partial.latitude, partial.point, partial.address) == (None, None, None)


def everything_in(session):
    tables = ("provider", "site", "service", "offering", "phone", "source")
    return " ".join(str(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}")).all())


def test_a_place_that_becomes_hidden_is_gone_from_the_database(session, tmp_path):
    row = CLINIC | {"address": "CANARY 9", "site": "Cơ sở 2"}
    import_rows(tmp_path, row)
    assert "CANARY" in everything_in(session)
    kept_back = {key: text for key, text in row.items() if key not in ("address", "latitude", "longitude")}
    assert import_rows(tmp_path, kept_back | {"visibility": "hidden"}).updated == 1
    everything = everything_in(session)
    assert "canary" not in everything.lower()
    assert "20.951" not in everything
    assert "107.08" not in everything


def test_the_place_of_a_refused_hidden_row_reaches_neither_the_database_nor_the_report(session, tmp_path):
    report = import_rows(tmp_path, SHELTER | {"address": "CANARY 9 Trần Phú", "latitude": "20.95CANARY"})
    assert {problem.column for problem in report.errors} >= {"address", "latitude"}
    assert "CANARY" not in str(report.as_json())
    assert "CANARY" not in "\n".join(report.lines())
    assert "CANARY" not in everything_in(session)


def test_a_public_row_cannot_give_away_a_hidden_place_through_a_shared_description(session, tmp_path):
    public = CLINIC | {"provider": SHELTER["provider"], "service": SHELTER["service"], "category": "tam-lanh"}
    report = import_rows(tmp_path, public | {"description": "Đến 12 Trần Phú"}, SHELTER)
    assert [problem.column for problem in report.errors] == ["description"]


def test_a_new_source_is_made_from_its_name(session, tmp_path):
    import_rows(tmp_path, CLINIC | {"source": "Sở Y tế Quảng Ninh"})
    source = session.get(Source, "so-y-te-quang-ninh")
    assert source.name == "Sở Y tế Quảng Ninh"


def test_the_source_can_be_given_for_the_whole_file(session, tmp_path):
    path = write_csv(tmp_path, CLINIC, SHELTER | {"source": "osm"})
    with transaction():
        import_services(path, source="duong-day")
    assert set(session.scalars(select(Offering.source_code))) == {"duong-day", "osm"}


def test_removing_a_source_removes_all_of_it_and_says_so(session, tmp_path):
    import_rows(tmp_path, CLINIC, SHELTER | {"source": "osm"})
    kept = session.scalar(select(Offering.id).where(Offering.source_code == "osm"))
    seq = last_seq(session)
    with transaction():
        assert remove_source("dieu-phoi") == 1
    assert counts(session) == [1, 1, 1, 1, 1]
    assert session.scalars(select(Offering.id)).all() == [kept]
    assert len(changes_after(session, seq)) == 1


def test_reference_tables_load_once(session):
    seq = last_seq(session)
    with transaction():
        load_reference()
    assert last_seq(session) == seq


def test_a_change_is_part_of_its_transaction(session):
    seq = last_seq(session)
    with contextlib.suppress(RuntimeError), transaction():
        record_change(7)
        raise RuntimeError
    assert last_seq(session) == seq
    with transaction():
        record_change(7)
    assert changes_after(session, seq) == [7]


def test_imported_numbers_are_shown_as_people_read_them(session, tmp_path):
    import_rows(tmp_path, SHELTER)
    phone = the(session, Phone)
    assert PhoneNumber(phone.number, phone.shown) == ("1900969680", "1900 96 96 80")
