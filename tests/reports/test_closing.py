"""Closing a year freezes what it says and destroys what told its people apart: once, and for good."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from directory import clock
from directory.accounts.models import AuditEntry
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db, settings
from directory.referrals.models import PersonKey
from directory.referrals.operations.facts import person_token
from directory.reports.models import ClosedYear, PeriodFigure
from directory.reports.operations.closing import close_due_years, close_year
from directory.reports.queries.closed import years_of_areas
from directory.web.transaction import transaction
from tests.people import post, sign_in
from tests.referrals.slips import issued
from tests.reports.years import met, served

YEAR = clock.today().year
SETTLED = date(YEAR + 1, 4, 1)


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), clock.LOCAL_ZONE)


@pytest.fixture
def year_with_figures(people) -> int:
    """Last year: three services to two people, and a contact with seven."""
    year = YEAR - 2
    day = date(year, 5, 4)
    with transaction():
        db.session.add(PersonKey(area_id=people.area.id, year=year, key=bytes(32)))
    served(people.area.id, people.group.id, day, token=b"a" * 16, kham_benh=2)
    served(people.area.id, people.group.id, day, token=b"b" * 16, tro_giup_phap_ly=1)
    met(people.area.id, people.group.id, day, 7)
    return year


def frozen(year: int) -> dict[tuple[str, str], float | None]:
    wanted = select(PeriodFigure).where(PeriodFigure.year == year).order_by(PeriodFigure.id)
    return {(one.indicator, one.key): one.value and float(one.value) for one in db.session.scalars(wanted)}


def close(people, year, *, by=None, today=SETTLED) -> bool:
    with transaction():
        return close_year((by or people.coordinator).actor, people.area.code, year, today=today)


def test_the_figures_of_a_year_are_frozen_with_what_they_are_broken_down_by(people, year_with_figures):
    assert close(people, year_with_figures)
    told = frozen(year_with_figures)
    assert told["L00", ""] == 3
    assert (told["L00", "kham-benh"], told["L00", "tro-giup-phap-ly"]) == (2, 1)
    assert (told["N01", ""], told["T01", ""], told["B04", ""]) == (2, 7, 2)
    # Nobody ever wrote a meeting down: that is no 0.
    assert told["H04", ""] is None
    # What is as of today, or was entered by hand, belongs to no year.
    assert not {code for code, _ in told if code[0] in "KS" or code == "C01"}
    versions = db.session.scalars(select(PeriodFigure.version).distinct()).all()
    assert versions == [1]


def on_disk() -> bytes:
    """What the database's files hold of the table of keys; of SQLite's all."""
    if db.engine.name == "sqlite":
        return b"".join(path.read_bytes() for path in settings().data_dir.rglob("*") if path.is_file())
    with db.engine.begin() as other:
        other.execute(text("CHECKPOINT"))
        return bytes(other.scalar(text("SELECT pg_read_binary_file(pg_relation_filepath('person_key'))")))


def test_no_file_holds_the_key_of_a_closed_year(people, year_with_figures):
    key = b"a key that told people apart...."
    with transaction():
        db.session.scalars(select(PersonKey)).one().key = key
    assert key in on_disk()
    assert close(people, year_with_figures)
    assert key not in on_disk()


def test_the_key_of_the_year_is_gone_and_is_never_made_again(people, year_with_figures):
    close(people, year_with_figures)
    assert db.session.scalar(select(func.count()).select_from(PersonKey)) == 0
    with transaction():
        assert person_token(people.area.id, date(year_with_figures, 5, 4), "ABCD2345") is None
    assert db.session.scalar(select(func.count()).select_from(PersonKey)) == 0


def test_keys_of_other_years_and_areas_stay(people, year_with_figures):
    with transaction():
        for area_id, year in ((people.area.id, YEAR), (people.other_area.id, year_with_figures)):
            db.session.add(PersonKey(area_id=area_id, year=year, key=bytes(32)))
    close(people, year_with_figures)
    left = db.session.execute(select(PersonKey.area_id, PersonKey.year).order_by(PersonKey.year.desc())).all()
    assert left == [(people.area.id, YEAR), (people.other_area.id, year_with_figures)]


def test_closing_once_more_changes_nothing(people, year_with_figures):
    assert close(people, year_with_figures) is True
    told = frozen(year_with_figures)
    served(people.area.id, people.group.id, date(year_with_figures, 6, 1))
    assert close(people, year_with_figures) is False
    assert frozen(year_with_figures) == told
    audited = select(func.count()).where(AuditEntry.action == "year.close")
    assert db.session.scalar(audited) == 1


def test_a_year_is_closed_on_the_first_of_april_of_the_next_and_not_before(people):
    served(people.area.id, people.group.id, date(YEAR, 1, 2))
    with pytest.raises(Invalid, match=f"Năm {YEAR} chưa chốt được"):
        close(people, YEAR, today=SETTLED - timedelta(days=1))
    assert frozen(YEAR) == {}
    assert close(people, YEAR)


def test_a_year_stays_open_while_somebody_may_act_on_one_of_its_slips(people):
    issued(people)
    with pytest.raises(Conflict, match="còn 1 phiếu chưa xong"):
        close(people, YEAR)
    assert close_due_years(at(SETTLED)) == 0


def test_years_are_closed_one_after_the_other(people, year_with_figures):
    with pytest.raises(Invalid, match=f"Năm {year_with_figures} của địa bàn này chưa chốt"):
        close(people, year_with_figures + 1)
    close(people, year_with_figures)
    assert close(people, year_with_figures + 1)


def test_a_year_before_anything_was_written_down_is_none(people, year_with_figures):
    with pytest.raises(NotFound):
        close(people, year_with_figures - 1)


def test_only_who_answers_for_the_area_closes_its_years(people, year_with_figures):
    with pytest.raises(NotFound) as foreign:
        close(people, year_with_figures, by=people.other_coordinator)
    with transaction(), pytest.raises(NotFound) as unknown:
        close_year(people.coordinator.actor, "khong-co", year_with_figures, today=SETTLED)
    assert foreign.value.message == unknown.value.message
    assert [one.area for one in years_of_areas(people.other_coordinator.actor, SETTLED)] == []


def test_time_closes_every_year_that_is_due_and_says_how_many(people, year_with_figures, runner):
    served(people.other_area.id, people.other_group.id, date(year_with_figures + 1, 7, 1))
    expected = len(range(year_with_figures, YEAR)) + len(range(year_with_figures + 1, YEAR))
    done = runner("tick", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["years"] == expected - (0 if clock.today() >= date(YEAR, 4, 1) else 2)
    assert json.loads(runner("tick", "--json").output)["years"] == 0


def test_two_who_close_at_once_close_it_once(app, people, year_with_figures):
    together = threading.Barrier(2, timeout=30)
    now = at(SETTLED)

    def run(_: int) -> int:
        with app.app_context():
            together.wait()
            return close_due_years(now)

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(run, range(2)))
    years = range(year_with_figures, YEAR + 1)
    assert sum(both) == len(years)
    assert db.session.scalar(select(func.count()).select_from(ClosedYear)) == len(years)
    assert frozen(year_with_figures)["L00", ""] == 3


def test_a_coordinator_closes_a_year_after_she_was_told_what_that_means(people, client, year_with_figures):
    sign_in(client, people.coordinator)
    page = client.get("/bao-cao/chot")
    text = page.get_data(as_text=True)
    assert "Việc này không làm lại được" in text
    assert f"Chốt năm {year_with_figures}" in text
    assert f"Chốt được từ ngày 01/04/{YEAR + 1}" in text
    done = post(client, "/bao-cao/chot", **{"dia-ban": people.area.code, "nam": str(year_with_figures)})
    assert done.status_code == 303
    text = client.get("/bao-cao/chot").get_data(as_text=True)
    assert "1 năm đã chốt" in text
    assert f"Năm {year_with_figures}: chốt ngày" in text


@pytest.mark.parametrize("year", ["", "hai nghìn", "99999", "٢٠٢٤"])
def test_what_is_no_year_is_answered_with_a_sentence(people, client, year):
    sign_in(client, people.coordinator)
    answer = post(client, "/bao-cao/chot", **{"dia-ban": people.area.code, "nam": year})
    assert answer.status_code in (400, 422)
    assert "Chưa rõ chốt năm nào" in answer.get_data(as_text=True)


def test_before_the_first_record_the_page_says_what_will_be_there(people, client):
    sign_in(client, people.coordinator)
    assert "chưa có số liệu nào" in client.get("/bao-cao/chot").get_data(as_text=True)
