"""Nothing is a way round the second coordinator, or into another area."""

import pytest
from sqlalchemy import select

from directory.catalogue.cells import versions_of
from directory.catalogue.import_report import ImportReport
from directory.catalogue.models import Offering, Provider, Site
from directory.catalogue.operations.importing import Terms, import_services
from directory.catalogue.operations.merging import Merging, merge
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import RequestKind
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, SHELTER, write_csv
from tests.entries import import_rows

HERE = CLINIC | {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "source": "dieu-phoi"}
ELSEWHERE = HERE | {"external_id": "xa", "ward": "Phường Uông Bí", "latitude": "", "longitude": ""}
HOTLINE = SHELTER | {"external_id": "duong-day", "category": "duong-day-nong", "province": "", "source": "dieu-phoi"}


@pytest.fixture
def bring(people, tmp_path):
    """Return a function by which the coordinator of Hạ Long brings a file, as a page of hers would."""

    def bring(*rows: dict[str, str]) -> ImportReport:
        path = write_csv(tmp_path, *rows, name="cua-toi.csv")
        with transaction():
            report = import_services(path, source="dieu-phoi", terms=Terms(people.coordinator.actor))
        db.session.expire_all()
        return report

    return bring


def entry_of(external_id: str) -> Offering:
    return db.session.scalars(select(Offering).where(Offering.external_id == external_id)).one()


def test_a_file_does_not_hide_a_place_of_another_area(bring, tmp_path):
    row = ELSEWHERE | {"external_id": "", "provider": "Phòng khám Uông Bí"}
    import_rows(tmp_path, [row])
    nameless = dict.fromkeys(("address", "ward", "latitude", "longitude", "external_id"), "")
    report = bring(row | nameless | {"visibility": "hidden"})
    assert "không thuộc địa bàn" in str(report.errors)
    site = db.session.scalars(select(Site).join(Provider).where(Provider.name == "Phòng khám Uông Bí")).one()
    assert site.visibility is Visibility.PUBLIC


def test_a_file_does_not_take_over_a_national_hotline(bring, tmp_path):
    import_rows(tmp_path, [HOTLINE])
    report = bring(HOTLINE | {"phones": "0912 345 678", "province": "Quảng Ninh"})
    assert "không thuộc địa bàn" in str(report.errors)
    assert [phone.shown for phone in entry_of("duong-day").phones] == ["1900 96 96 80"]


def test_a_file_does_not_rewrite_what_is_shared_with_another_area(bring, tmp_path):
    import_rows(tmp_path, [HERE | {"description": "Khám bệnh."}, ELSEWHERE | {"description": "Khám bệnh."}])
    report = bring(HERE | {"description": "Gọi số khác."})
    assert [(one.line, one.column) for one in report.errors] == [(2, "service")]
    assert (report.updated, entry_of("xa").service.description) == (0, "Khám bệnh.")


@pytest.mark.parametrize("shares", ["service", "site"])
def test_a_file_that_changes_what_a_protected_entry_shares_needs_two(bring, tmp_path, shares):
    if shares == "service":
        plain = {"source": "dieu-phoi", "provider": CLINIC["provider"], "service": CLINIC["service"]}
        protected, changed = SHELTER | plain | {"category": "kham-benh"}, {"description": "Nói khác."}
    else:
        protected = HERE | {"external_id": "nong", "service": "Đường dây nóng", "category": "duong-day-nong"}
        changed = {"wheelchair": "có"}
    import_rows(tmp_path, [HERE, protected])
    assert bring(HERE).protected_lines == frozenset()
    assert bring(HERE | changed).protected_lines == {2}


def test_a_merger_that_changes_what_a_hotline_shares_needs_two(people, tmp_path):
    line = HERE | {"external_id": "nong", "service": "Đường dây nóng", "category": "duong-day-nong"}
    import_rows(tmp_path, [HERE, line, HERE | {"external_id": "khac", "provider": "Phòng khám Khác"}])
    gone, into = entry_of("khac"), entry_of(HERE["external_id"])
    wanted, seen = Merging(frozenset({"provider"})), (versions_of(gone), versions_of(into))
    with transaction():
        outcome = merge(people.coordinator.actor, gone.code, into.code, wanted, seen)
    assert (outcome.revision, outcome.request.kind) == (None, RequestKind.MERGE)
    assert entry_of("nong").service.provider.name == HERE["provider"]


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_no_merger_makes_a_hotline_of_an_ordinary_entry(people, tmp_path, where):
    """Two ordinary entries become one place; a third of the organisation is a hotline of the same name."""
    mine = HERE | {"external_id": "mine", "provider": "Nhà Mới", "service": "Đường dây Sen", "phones": "0912 345 678"}
    theirs = HERE | {"external_id": "theirs", "address": "20 Lê Lợi"}
    line = HERE | {"external_id": "line", "service": "Đường dây Sen", "category": "duong-day-nong"}
    place = {"address": "20 Lê Lợi"} if where == "here" else {"address": "30 Lê Lai", "latitude": "20.96"}
    import_rows(tmp_path, [mine, theirs, line | place])
    gone, into = entry_of("mine"), entry_of("theirs")
    with transaction():
        seen = versions_of(gone), versions_of(into)
        outcome = merge(people.coordinator.actor, gone.code, into.code, Merging(), seen)
    assert outcome.request is not None
    assert outcome.revision is None
