"""Nothing is a way round the second coordinator, or into another area."""

import pytest
from sqlalchemy import select

from directory.catalogue.import_report import ImportReport
from directory.catalogue.models import Offering, Provider, Site
from directory.catalogue.operations.importing import Terms, import_services
from directory.catalogue.rules import Visibility
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, write_csv
from tests.entries import import_rows

HERE = CLINIC | {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "source": "dieu-phoi"}
ELSEWHERE = HERE | {"external_id": "xa", "ward": "Phường Uông Bí", "latitude": "", "longitude": ""}


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
