"""An import leaves alone what people changed by hand, merged or keep back, and says what the file says otherwise."""

import threading
from uuid import uuid4

from sqlalchemy import select

from directory.accounts.rules import SYSTEM
from directory.catalogue.models import (
    CorrectionRequest,
    FieldChange,
    FormerPart,
    KeptBackName,
    Offering,
    Provider,
    Revision,
    Service,
    Site,
)
from directory.catalogue.operations.kept_names import digest_of
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import How, Origin, Part
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, SHELTER, import_rows


def the(model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def by_hand(model, said, **values):
    """Change the one row of a table as an editor would."""
    with transaction():
        row = db.session.scalars(select(model)).one()
        for name, value in values.items():
            setattr(row, name, value)
        row.by_hand = said


def reasons(report):
    return [(problem.line, problem.column) for problem in report.problems]


def test_a_hand_edit_stays_silently_while_the_file_says_what_it_always_said(app, tmp_path):
    import_rows(tmp_path, CLINIC)
    by_hand(Offering, {"fees": ""}, fees="Miễn phí")
    by_hand(Site, {"address": CLINIC["address"]}, address="15 Lê Thánh Tông")
    report = import_rows(tmp_path, CLINIC)
    assert (report.unchanged, report.problems) == (1, [])
    assert (the(Offering).fees, the(Site).address) == ("Miễn phí", "15 Lê Thánh Tông")
    assert db.session.scalars(select(CorrectionRequest)).all() == []


def test_what_the_file_says_anew_waits_for_a_coordinator(app, tmp_path):
    import_rows(tmp_path, CLINIC)
    by_hand(Offering, {"phones": "0203 3825 499", "fees": ""}, fees="Miễn phí")
    for fees in ("50.000 đồng", "60.000 đồng"):
        report = import_rows(tmp_path, CLINIC | {"fees": fees, "phones": "111"})
        assert the(Offering).fees == "Miễn phí"
    assert reasons(report) == [(2, "fees")]
    request = the(CorrectionRequest)
    assert (request.origin, request.times) == (Origin.IMPORT, 2)
    assert request.wanted == {"phones": "111", "fees": "60.000 đồng"}
    assert request.seen == {"phones": "0203 3825 499", "fees": "Miễn phí"}
    assert the(Offering).by_hand == {"phones": "111", "fees": "60.000 đồng"}
    assert [phone.number for phone in the(Offering).phones] == ["+842033825499"]


def test_subjects_and_points_that_were_changed_by_hand_stay(app, tmp_path):
    import_rows(tmp_path, CLINIC)
    by_hand(Service, {"category": "kham-benh"})
    by_hand(Site, {"latitude": "20.951", "longitude": "107.08"}, latitude=20.96, longitude=107.09)
    report = import_rows(tmp_path, CLINIC | {"category": "arv", "latitude": "20.9520"})
    assert [category.slug for category in the(Service).categories] == ["kham-benh"]
    assert (the(Site).latitude, the(Site).longitude) == (20.96, 107.09)
    assert sorted(reasons(report)) == [(2, "category"), (2, "latitude")]


def test_a_provider_and_a_service_that_were_renamed_by_hand_are_found_by_their_former_names(app, tmp_path):
    import_rows(tmp_path, CLINIC)
    by_hand(Provider, {"provider": CLINIC["provider"]}, name="Phòng khám Mới", folded_name="phong kham moi")
    by_hand(Service, {"service": CLINIC["service"]}, name="Khám và chữa bệnh", folded_name="kham va chua benh")
    report = import_rows(tmp_path, CLINIC | {"fees": "Miễn phí"}, CLINIC | {"external_id": "2", "service": "Tiêm"})
    assert (report.added, report.updated, report.problems) == (1, 1, [])
    db.session.expire_all()
    assert [one.name for one in db.session.scalars(select(Provider))] == ["Phòng khám Mới"]
    assert [one.name for one in db.session.scalars(select(Service).order_by(Service.id))] == [
        "Khám và chữa bệnh",
        "Tiêm",
    ]


def test_what_was_merged_into_another_entry_stays_out(app, tmp_path):
    import_rows(tmp_path, CLINIC)
    with transaction():
        former = {"part": Part.OFFERING, "source_code": "dieu-phoi", "external_id": "cu-1", "uuid": uuid4()}
        db.session.add(FormerPart(now_uuid=the(Offering).uuid, **former))
    report = import_rows(tmp_path, CLINIC, CLINIC | {"external_id": "cu-1", "provider": "Tên cũ"})
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
    assert reasons(report) == [(3, "")]
    assert the(Provider).name == CLINIC["provider"]


def test_a_row_that_still_tells_a_kept_back_place_is_left_out_and_nothing_of_it_is_said(app, tmp_path):
    import_rows(tmp_path, SHELTER | {"external_id": "~ngẫu nhiên"})
    with transaction():
        db.session.add(KeptBackName(digest=digest_of("dieu-phoi", "nha-1"), offering_id=the(Offering).id))
    told = SHELTER | {"visibility": "public", "address": "12 đường Zoekhang", "ward": "Phường Hồng Gai"}
    report = import_rows(tmp_path, told)
    assert (report.added, report.updated) == (0, 0)
    assert "oekhang" not in str(report.as_json())
    assert the(Site).visibility is Visibility.HIDDEN
    import_rows(tmp_path, SHELTER | {"fees": "Miễn phí"})
    assert (the(Offering).fees, the(Offering).external_id) == ("Miễn phí", "~ngẫu nhiên")


def test_a_place_that_was_kept_back_by_hand_stays_so(app, tmp_path):
    import_rows(tmp_path, SHELTER)
    by_hand(Site, {"visibility": None, "ward": None, "address": None})
    partial = SHELTER | {"visibility": "partial", "ward": "Phường Hồng Gai"}
    report = import_rows(tmp_path, partial)
    site = the(Site)
    assert (site.visibility, site.ward_key, report.warnings) == (Visibility.HIDDEN, None, [])
    assert "ward" not in site.identity
    assert db.session.scalars(select(CorrectionRequest)).all() == []


def test_an_import_that_keeps_a_place_back_erases_it_from_the_history(app, tmp_path):
    import_rows(tmp_path, CLINIC)
    import_rows(tmp_path, CLINIC | {"address": "14 đường Zoekhang"})
    assert db.session.scalars(select(FieldChange.new)).all() == ["14 đường Zoekhang"]
    hidden = {key: CLINIC[key] for key in ("external_id", "provider", "service", "category", "phones")}
    import_rows(tmp_path, hidden | {"visibility": "hidden", "province": "Quảng Ninh"})
    told = " ".join(str(text) for text in db.session.execute(select(FieldChange.old, FieldChange.new)).all())
    assert "oekhang" not in told
    assert "Thánh Tông" not in told


def test_history_says_cell_by_cell_what_an_import_changed(app, tmp_path):
    import_rows(tmp_path, CLINIC, CLINIC | {"external_id": "2", "service": "Tiêm"})
    assert db.session.scalars(select(Revision)).all() == []
    import_rows(tmp_path, CLINIC | {"fees": "Miễn phí", "category": "arv;kham-benh"})
    revision = the(Revision)
    assert (revision.how, revision.actor) == (How.IMPORT, SYSTEM.key)
    assert sorted((change.part, change.column, change.old, change.new) for change in revision.changes) == [
        (Part.OFFERING, "fees", "", "Miễn phí"),
        (Part.SERVICE, "category", "kham-benh", "kham-benh;arv"),
    ]


def test_an_edit_during_an_import_is_neither_lost_nor_overwritten(app, tmp_path):
    """Several editors and an import at once: every column ends as the one who meant it left it."""
    import_rows(tmp_path, CLINIC)
    offering_id = the(Offering).id
    db.session.remove()
    start = threading.Barrier(2)

    def edit():
        from directory.catalogue.operations.changes import take_turn

        with app.app_context():
            start.wait()
            with transaction():
                take_turn()
                row = db.session.get(Offering, offering_id)
                row.fees, row.by_hand = "Miễn phí", {"fees": ""}
            db.session.remove()

    editor = threading.Thread(target=edit)
    editor.start()
    start.wait()
    report = import_rows(tmp_path, CLINIC | {"documents": "Thẻ bảo hiểm"})
    editor.join()
    assert report.updated == 1
    assert (the(Offering).fees, the(Offering).documents) == ("Miễn phí", "Thẻ bảo hiểm")
