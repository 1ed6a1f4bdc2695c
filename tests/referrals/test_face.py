from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from directory.catalogue.models import Offering, Provider, Service
from directory.extensions import db, settings
from directory.referrals import face
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped, new_client_code, new_slip_number
from directory.referrals.rules import State, Urgency
from directory.referrals.share import short_text
from directory.referrals.telling import telling_words_in
from directory.referrals.tokens import hash_for, token_of
from directory.web.transaction import transaction
from tests.entries import CAST, HA_LONG, import_rows

TELLING = [
    {
        "provider": "Phòng khám Methadone Hạ Long",
        "service": "Uống thuốc hằng ngày",
        "category": "methadone",
        "address": "Khoa Cai nghiện, Số 9, đường Lê Lợi",
        "phones": "0203 3825 400",
        "source": "dieu-phoi",
        **HA_LONG,
    },
]


@pytest.fixture(autouse=True)
def cast(app, tmp_path):
    import_rows(tmp_path, CAST + TELLING)
    with app.test_request_context("/"):
        yield


def slip_to(provider: str | None, service: str = "", **changes) -> Slip:
    offering = None
    if provider:
        wanted = select(Offering).join(Service).join(Provider).where(Provider.name == provider)
        wanted = wanted.where(Service.name == service) if service else wanted
        offering = db.session.scalars(wanted.order_by(Offering.id)).first()
    uuid = uuid4()
    values = {
        "uuid": uuid,
        "token_hash": hash_for(uuid),
        "number": new_slip_number(),
        "state": State.ISSUED,
        "urgency": Urgency.THREE_DAYS,
        "issued_at": datetime(2026, 11, 22, 20, tzinfo=UTC),
        "valid_until": date(2026, 12, 23),
        "client_code": new_client_code(),
        "offering_id": offering and offering.id,
        "site_id": offering and offering.site_id,
    }
    return Slip(**values | changes)


def test_a_face_says_the_number_the_place_and_until_when():
    slip = slip_to("Trung tâm Y tế Hạ Long", "Xét nghiệm HIV nhanh")
    read = face.of(slip)
    assert (read.number, read.client_code) == (grouped(slip.number), grouped(slip.client_code))
    assert read.destination.name == "Trung tâm Y tế Hạ Long"
    assert read.destination.where.startswith("Số 5, đường Lê Lợi, Phường Hồng Gai")
    assert [phone.shown for phone in read.destination.phones] == ["0203 3825 499"]
    assert read.destination.needs_papers
    # Issued on the 23rd, 3 o'clock in the morning in Viet Nam.
    assert (read.come_by, read.valid_until) == (date(2026, 11, 26), date(2026, 12, 23))
    assert not read.is_illustrative


def test_a_slip_of_a_former_key_carries_its_number_and_no_code_that_opens_nothing():
    slip = slip_to("Trung tâm Y tế Hạ Long", token_hash=hash_for(uuid4()))
    assert face.of(slip).link is None
    assert face.of(slip).number == grouped(slip.number)


def test_the_code_leads_to_this_site_with_the_token_behind_the_hash_sign():
    slip = slip_to("Trung tâm Y tế Hạ Long")
    assert face.of(slip).link == f"{settings().public_url}/q#{token_of(slip)}"
    assert token_of(slip) not in repr(face.of(slip))
    assert slip.client_code.upper()[:4] not in repr(face.of(slip))


def test_a_place_whose_name_tells_is_found_by_its_address_alone():
    place = face.of(slip_to("Phòng khám Methadone Hạ Long")).destination
    assert place.name is None
    assert place.where.startswith("Số 9, đường Lê Lợi, Phường Hồng Gai")
    assert telling_words_in(place.where) == ()


@pytest.mark.parametrize("provider", ["Ngôi nhà Giữ Kín", "Nhóm Chỉ Biết Phường"])
def test_a_place_that_is_kept_back_is_a_telephone_number_and_nothing_else(provider):
    place = face.of(slip_to(provider)).destination
    assert (place.name, place.where, place.week) == (None, "", None)
    assert place.is_kept_back
    assert [phone.shown[:8] for phone in place.phones] == ["0912 000"]


def test_a_slip_without_an_addressee_has_no_place():
    assert face.of(slip_to(None)).destination is None


def test_a_site_that_took_up_a_slip_without_an_addressee_is_named():
    slip = slip_to("Trung tâm Y tế Hạ Long", offering_id=None)
    assert face.of(slip).destination.name == "Trung tâm Y tế Hạ Long"


def test_a_site_that_offers_nothing_any_more_is_not_named():
    slip = slip_to("Bệnh viện Chưa Ai Hỏi")
    with transaction():
        db.session.delete(db.session.get(Offering, slip.offering_id))
    assert face.of(slip).destination is None


def test_an_invented_place_is_said_to_be_one():
    assert face.of(slip_to("Văn phòng Minh Hoạ")).is_illustrative
    assert "minh hoạ" in short_text(face.of(slip_to("Văn phòng Minh Hoạ")))


def test_the_day_to_come_by_is_left_out_when_it_is_not_before_the_last_day():
    assert face.of(slip_to(None, valid_until=date(2026, 11, 24))).come_by is None
    assert face.of(slip_to(None, issued_at=None, valid_until=None, state=State.BLANK)).come_by is None


def test_what_is_sent_by_message_is_the_number_and_the_place_and_never_the_token():
    slip = slip_to("Trung tâm Y tế Hạ Long", "Xét nghiệm HIV nhanh")
    text = short_text(face.of(slip))
    assert text.startswith(f"Phiếu hẹn số {grouped(slip.number)}. Nơi đến: Trung tâm Y tế Hạ Long, Số 5, đường Lê Lợi")
    assert "Có hạn đến 23/12/2026." in text
    assert token_of(slip) not in text
    assert "http" not in text
    assert grouped(slip.client_code) not in text


@pytest.mark.parametrize(
    "provider", [*sorted({row["provider"] for row in CAST + TELLING}), None], ids=lambda name: name or "no addressee"
)
def test_no_message_tells(provider):
    text = short_text(face.of(slip_to(provider)))
    assert telling_words_in(text) == ()
    assert "Nơi đến" in text or "Điện thoại" in text
