"""What stands in a handbook, and what never does; how it is printed, and where it is taken from."""

import re
from datetime import timedelta
from threading import Thread
from urllib.parse import quote

import pytest
from flask import current_app
from sqlalchemy import event, insert

from directory import clock
from directory.catalogue.models import CatalogueChange, Offering, Provider, Service
from directory.catalogue.queries import categories
from directory.extensions import db
from directory.places.areas import Ambiguous, add_area
from directory.places.areas import areas as all_areas
from directory.referrals.paper import Printed
from directory.reports import handbook_views
from directory.reports.handbook import extent_of, gather, last_change
from directory.reports.handbook_pages import PER_SHEET, Size, booklet, notes_after
from directory.reports.handbook_shelf import shelf
from directory.web.transaction import transaction
from tests.entries import NEVER_SHOWN, import_rows
from tests.referrals.paper_reading import read_pdf

A_LINE = {
    "external_id": "line",
    "provider": "Đường dây Nghe Bạn",
    "service": "Nghe và chỉ đường",
    "category": "tu-van-tam-ly",
    "province": "Quảng Ninh",
    "phones": "0203 3111 222",
    "visibility": "hidden",
    "facts": "by_phone",
    "source": "dieu-phoi",
}
A_SHELTER_WITH_A_LINE = A_LINE | {
    "external_id": "shelter",
    "provider": "Mái Ấm Giữ Kín",
    "service": "Ở tạm",
    "category": "tam-lanh",
}


def contents(text="TP Hạ Long", slug=None):
    with current_app.test_request_context("/so-tay"):
        return gather(extent_of(text), categories().by_slug[slug] if slug else None, clock.now())


def names(book):
    return {place.name for place in book.places}


def printed(app, size=Size.A6, **wanted):
    with app.test_request_context("/so-tay"):
        return read_pdf(booklet(contents(**wanted), size).document)


def test_the_extent_is_an_area_by_name_or_code_or_a_place_old_or_new(app):
    with transaction():
        code = add_area("Vịnh", "phường Hồng Gai").code
    assert extent_of("vịnh").name == extent_of(code).name == "Vịnh"
    assert extent_of("vịnh").province == "Quảng Ninh"
    former, province = extent_of("ha long"), extent_of("Quảng Ninh")
    assert (former.name, former.province) == ("TP Hạ Long", "Quảng Ninh")
    assert former.ward_keys < province.ward_keys
    with pytest.raises(Ambiguous):
        extent_of("Tân Thành")


def test_it_holds_public_and_partial_places_and_of_hidden_ones_only_a_line_for_everybody(imported_cast, tmp_path):
    import_rows(tmp_path, [A_LINE, A_SHELTER_WITH_A_LINE])
    found = names(contents())
    assert {"Trung tâm Y tế Hạ Long", "Đường dây Nghe Bạn"} <= found
    assert not found & {"Ngôi nhà Giữ Kín", "Mái Ấm Giữ Kín"}


def test_a_closed_place_is_left_out_and_one_that_opens_again_says_when(imported_cast):
    gone = (
        db.session.query(Offering).join(Service).join(Provider).filter(Provider.name == "Bệnh viện Chưa Ai Hỏi").one()
    )
    with transaction():
        db.session.get(Offering, gone.id).closed_on = clock.today() - timedelta(days=1)
    assert "Bệnh viện Chưa Ai Hỏi" not in names(contents())
    with transaction():
        db.session.get(Offering, gone.id).reopens_on = clock.today() + timedelta(days=9)
    (card,) = [place.card for place in contents().places if place.name == "Bệnh viện Chưa Ai Hỏi"]
    assert card.closure.reopens_on


def test_the_services_of_one_place_stand_together_under_one_number(imported_cast):
    book = contents()
    (place,) = [place for place in book.places if place.name == "Trung tâm Y tế Hạ Long"]
    assert {line.card.name for line in place.services} == {"Phòng khám Da liễu", "Xét nghiệm HIV nhanh"}
    assert place.has_own_phones
    assert [place.number for place in book.places] == list(range(1, len(book.places) + 1))


def test_one_subject_only(imported_cast):
    assert {section.subject.slug for section in contents(slug="y-te").sections} == {"y-te"}
    found = contents(slug="hiv-xet-nghiem")
    assert {line.card.name for place in found.places for line in place.services} == {"Xét nghiệm HIV nhanh"}
    assert found.cover_subject == categories().by_slug["y-te"], "the cover says the main subject only"


@pytest.mark.parametrize("pages", range(1, 9))
def test_pages_for_notes_and_the_back_fill_the_last_sheet(pages):
    notes = notes_after(pages)
    assert notes[0] == pages + 1
    assert (pages + len(notes) + 1) % PER_SHEET == 0
    assert 1 <= len(notes) <= PER_SHEET


def test_the_booklet_on_paper(app, imported_cast):
    sheets = printed(app)
    book = contents()
    whole = " ".join(sheet.text for sheet in sheets)
    assert len(sheets) % PER_SHEET == 0
    assert {(sheet.width_mm, sheet.height_mm) for sheet in sheets} == {(105, 148)}
    cover, emergency, *_, back = sheets
    assert re.search(r"^S Ổ Đ Ị A C H Ỉ TP Hạ Long Quảng Ninh", cover.text, re.IGNORECASE)
    assert not re.search(r"hiv|bạo lực|tạm lánh", cover.text + back.text, re.IGNORECASE), "neutral outside"
    assert "Gọi ngay" in emergency.text
    assert "111" in emergency.text
    assert "0912 000 333" not in emergency.text, "nobody knows where that number was read"
    assert "0203 3825 499" in whole
    assert "Ghi chú" in whole
    assert not [secret for secret in NEVER_SHOWN if secret in whole]
    assert "Văn phòng Minh Hoạ" in whole
    assert "0203 3000 000" not in whole, "an invented number cannot be dialled"
    codes = {code for sheet in sheets for code in sheet.codes}
    wanted = {line.card.code for place in book.places for line in place.services}
    assert {f"http://127.0.0.1:8000/dich-vu/{code}" for code in wanted} <= codes
    assert f"{clock.today():%Y.%m.%d}-" in book.version
    for number, sheet in enumerate(sheets, start=1):
        assert book.version in sheet.text
        assert number in {1, len(sheets)} or re.search(rf"\b{number}\b", sheet.text)


def test_the_command_writes_the_file_and_says_what_is_in_it(imported_cast, runner, tmp_path):
    done = runner("handbook", "--area", "TP Hạ Long", "--category", "phap-ly", "--out", tmp_path / "so.pdf")
    assert done.exit_code == 0, done.output
    sheets = read_pdf((tmp_path / "so.pdf").read_bytes())
    assert f"{len(sheets)} trang A5" in done.output
    assert (sheets[0].width_mm, sheets[0].height_mm) == (148, 210)


def test_the_command_names_what_it_does_not_know(imported_cast, runner, tmp_path):
    assert (
        runner("handbook", "--area", "TP Hạ Long", "--category", "gi-do", "--out", tmp_path / "so.pdf").exit_code == 2
    )
    with pytest.raises(Ambiguous):
        raise runner("handbook", "--area", "Tân Thành", "--out", tmp_path / "so.pdf").exception
    assert not (tmp_path / "so.pdf").exists()


def test_the_page_shows_what_will_be_in_it(client, imported_cast):
    assert client.get("/so-tay").status_code == 200
    page = client.get("/so-tay?o=" + quote("TP Hạ Long")).get_data(as_text=True)
    assert "Trung tâm Y tế Hạ Long" in page
    assert "/so-tay/so-dia-chi-a6.pdf?o=" in page
    assert not [secret for secret in NEVER_SHOWN if secret in page]


def test_the_page_offers_each_place_that_a_name_may_mean(client, imported_cast):
    answer = client.get("/so-tay?o=" + quote("Tân Thành"))
    assert answer.status_code == 422
    way = re.search(r'class="chip" href="([^"]+)"', answer.get_data(as_text=True))[1]
    assert client.get(way.replace("&amp;", "&")).status_code == 200
    assert client.get("/so-tay?o=zzz").status_code == 422


def test_a_booklet_is_laid_out_once_until_the_directory_changes(client, imported_cast, tmp_path, monkeypatch):
    made = []

    def lay_out(book, size):
        made.append(size)
        return Printed(f"%PDF {len(made)} {names(book)}".encode(), 4)

    monkeypatch.setattr(handbook_views, "booklet", lay_out)
    way = f"/so-tay/so-dia-chi-a6.pdf?o={quote('TP Hạ Long')}&chu-de={categories().by_slug['phap-ly'].code}"
    first = client.get(way)
    assert first.mimetype == "application/pdf"
    assert 'filename="so-dia-chi-a6.pdf"' in first.headers["Content-Disposition"]
    assert client.get(way).data == first.data
    assert made == ["a6"]
    import_rows(tmp_path, [A_LINE | {"category": "tro-giup-phap-ly"}])
    assert client.get(way).data != first.data
    assert len(made) == 2


def test_a_booklet_with_a_place_that_is_kept_back_meanwhile_is_not_taken_for_one_of_afterwards(app, imported_cast):
    before, engine, elsewhere = last_change(), db.engine, []
    db.session.rollback()

    def note_a_change():
        with engine.begin() as other:
            other.execute(insert(CatalogueChange).values(offering_id=None))

    @event.listens_for(engine, "after_cursor_execute")
    def keep_back(_connection, _cursor, statement, *_how):
        if "FROM offering" in statement and not elsewhere:
            elsewhere.append(Thread(target=note_a_change))
            elsewhere[0].start()
            elsewhere[0].join()

    book = contents()
    db.session.rollback()
    assert last_change() > before
    assert book.change == before


def test_whoever_takes_too_many_waits(client, imported_cast, monkeypatch):
    monkeypatch.setattr(handbook_views, "MOST_FROM_ONE_PLACE", 1)
    monkeypatch.setattr(handbook_views, "booklet", lambda *_: Printed(b"%PDF", 4))
    assert client.get("/so-tay/so-dia-chi-a6.pdf?o=" + quote("TP Hạ Long")).status_code == 200
    answer = client.get("/so-tay/so-dia-chi-a5.pdf?o=" + quote("TP Hạ Long"))
    assert answer.status_code == 429
    assert client.get("/so-tay/so-dia-chi-a9.pdf?o=x").status_code == 404


def test_what_is_kept_back_from_now_on_leaves_the_memory_at_once(app, imported_cast):
    shelf().make("so", 10**9, lambda: b"x")
    assert shelf().get("so", 10**9) == b"x"
    for act in app.extensions["when_erased"]:
        act()
    assert shelf().get("so", 10**9) is None


def test_an_area_may_be_chosen(client, imported_cast):
    with transaction():
        add_area("Vịnh", "phường Hồng Gai")
    assert [area.name for area in all_areas()] == ["Vịnh"]
    assert ">Vịnh<" in client.get("/so-tay").get_data(as_text=True)
