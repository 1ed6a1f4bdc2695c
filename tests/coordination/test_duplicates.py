"""Pairs of places on the desk: whose they are, what they say, and that "two places" is kept."""

import gc
import random
import re

import pytest
from sqlalchemy import delete, func, select, update

from directory.accounts.models import Account
from directory.catalogue.cells import versions_of
from directory.catalogue.models import CatalogueChange, NotDuplicate, Offering, Phone
from directory.catalogue.operations import edit
from directory.catalogue.operations.closing import close, reopen
from directory.catalogue.operations.merging import Merging, merge
from directory.catalogue.operations.splitting import split_place
from directory.clock import today
from directory.coordination.alike import Lookalikes, Place
from directory.coordination.duplicates import duplicates, read_places
from directory.errors import DirectoryError
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.upkeep import coordinator, entry
from tests.entries import CAST, HA_LONG, import_rows
from tests.people import post, sign_in

TWIN = {
    "provider": "TTYT Hạ Long",
    "service": "Khám da liễu",
    "category": "kham-benh",
    "address": "5 Lê Lợi",
    "phones": "0203 3825 499",
    "source": "osm",
    **HA_LONG,
}
LEAK = {
    "provider": "Văn phòng Hội",
    "service": "Tư vấn",
    "category": "tu-van-tam-ly",
    "address": "Số 9, đường Lê Lợi",
    "phones": "0912 000 111",
    "source": "osm",
    **HA_LONG,
}


@pytest.fixture
def twins(people, tmp_path):
    """The same clinic from another source, and an office with the number of the hidden house."""
    import_rows(tmp_path, [TWIN | {"external_id": "twin"}, LEAK | {"external_id": "leak"}])
    return people


def cards(page):
    """Return the pairs of a page, in order."""
    return re.findall(r'<li class="card task.*?</form>', page, re.DOTALL)


def test_the_public_number_of_a_hidden_place_comes_first_then_what_looks_alike(twins, here):
    leak, twin = cards(here.get("/dieu-phoi/trung").text)
    assert "Số 0912 000 111 cũng là số của một nơi giữ kín" in leak
    assert "Văn phòng Hội" in leak
    assert "Gộp" not in leak
    assert "Cùng số điện thoại 0203 3825 499" in twin
    assert "Tên gần giống" in twin
    assert re.search(r"/dieu-phoi/gop/\w+/\w+", twin)


def test_two_places_once_told_apart_are_not_shown_again(twins, here):
    action = re.search(r'action="(/dieu-phoi/trung/[^"]+)"', cards(here.get("/dieu-phoi/trung").text)[1])[1]
    assert post(here, action, ve="/dieu-phoi/trung").headers["Location"] == "/dieu-phoi/trung"
    assert len(cards(here.get("/dieu-phoi/trung").text)) == 1
    assert db.session.scalars(select(NotDuplicate.decided_by_id)).all() == [twins.coordinator.account.id]
    assert post(here, action).status_code == 404


def test_a_pair_is_shown_only_to_who_answers_for_both(twins, client):
    sign_in(client, twins.other_coordinator)
    page = client.get("/dieu-phoi/trung").text
    # The hidden house lies somewhere in the province, so it is hers, too; the office is not.
    assert not cards(page)
    assert "Văn phòng Hội" not in page
    with transaction():
        db.session.get(Account, twins.other_coordinator.account.id).all_areas = True
    assert len(cards(client.get("/dieu-phoi/trung").text)) == 2


def test_a_pair_that_is_put_right_is_gone_at_once(twins, here, tmp_path):
    assert len(cards(here.get("/dieu-phoi/trung").text)) == 2
    import_rows(tmp_path, [LEAK | {"external_id": "leak", "phones": "0203 3000 999"}])
    (twin,) = cards(here.get("/dieu-phoi/trung").text)
    assert "TTYT Hạ Long" in twin


@pytest.mark.parametrize("who", ["peer", "staff", "desk", "administrator"])
def test_it_is_the_coordinators_page(people, client, who):
    sign_in(client, getattr(people, who))
    assert client.get("/dieu-phoi/trung").status_code == 403


@pytest.fixture
def nationwide(twins):
    """A coordinator of all areas."""
    return coordinator("Bà Cả nước")


def compared_anew():
    """Return the pairs as a process finds them that has just begun."""
    _, places = read_places(db.session.connection(), today())
    made = Lookalikes()
    made.put(places)
    return made.pairs


NAMES = ("TTYT Hạ Long", "Trung tâm Y tế Hạ Long", "Văn phòng Hội", "Ngôi nhà Giữ Kín")
CHANGES = (
    *({"provider": name} for name in NAMES),
    {"phones": "0203 3825 499"}, {"phones": "0912 000 111; 0203 3825 499"}, {"address": "5 Lê Lợi"},
    {"site": "Cơ sở 2"},
    {"visibility": "hidden"}, {"visibility": "partial"}, {"visibility": "public", "address": "7 Lê Lợi"},
    {"category": "tam-lanh"}, {"facts": "by_phone"},
)  # fmt: skip


def change_something(her, chance):
    """Do one of the things that a coordinator does, to any entry."""
    one, other = chance.choices(db.session.scalars(select(Offering).order_by(Offering.id)).all(), k=2)
    seen, act = versions_of(one), chance.randrange(8)
    with transaction():
        if act == 0:
            close(her, one.code, today(), seen)
        elif act == 1:
            reopen(her, one.code, seen)
        elif act == 2:
            merge(her, one.code, other.code, Merging(), (seen, versions_of(other)))
        elif act == 3:
            split_place(her, one.code, [one.code], seen)
        else:
            edit(her, one.code, chance.choice(CHANGES), seen)


def test_what_is_known_after_each_change_is_what_a_new_process_finds(nationwide, tmp_path):
    chance, done = random.Random(20261122), 0
    for number in range(30):
        try:
            change_something(nationwide, chance)
            done += 1
        except DirectoryError:
            db.session.rollback()
        db.session.expire_all()
        if number == 20:
            import_rows(tmp_path, CAST)
        assert duplicates(nationwide) == compared_anew()
    assert done >= 10


def test_a_place_that_is_kept_back_is_gone_from_memory_before_anybody_asks_again(nationwide):
    def known():
        gc.collect()
        return [one for one in gc.get_objects() if type(one) is Place and one.address == "Số 77, đường Chỉ Ở Đây"]

    office = entry("Văn phòng Hội")
    with transaction():
        edit(nationwide, office.code, {"address": "Số 77, đường Chỉ Ở Đây"}, versions_of(office))
    duplicates(nationwide)
    assert known()
    office = entry("Văn phòng Hội")
    with transaction():
        edit(nationwide, office.code, {"visibility": "hidden"}, versions_of(office))
    assert not known()


def test_a_database_that_was_put_back_is_read_anew(nationwide):
    assert len(duplicates(nationwide)) == 2
    with transaction():
        db.session.execute(update(Phone).values(number="1"))
        last = select(func.max(CatalogueChange.seq)).scalar_subquery()
        db.session.execute(delete(CatalogueChange).where(CatalogueChange.seq == last))
    assert duplicates(nationwide) == compared_anew()
    assert len(duplicates(nationwide)) != 2
