"""Figures entered by hand: whose they are, what is refused, and that nothing is lost between form and report."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from directory.accounts.models import AuditEntry
from directory.errors import Invalid, NotFound
from directory.extensions import db
from directory.reports.forms import read_number
from directory.reports.models import ManualFigure
from directory.reports.operations.entering import FigureWanted, add_figure, correct_figure
from directory.reports.queries.by_hand import entered_figure, entered_figures, places_of
from directory.reports.rules import Qualifier
from directory.web.transaction import transaction
from tests.people import post, sign_in


def wanted(place: str, **changes: object) -> FigureWanted:
    said = {
        "indicator": "S01",
        "place": place,
        "first_on": None,
        "last_on": date(2020, 10, 31),
        "value": Decimal(2731),
        "qualifier": Qualifier.EXACT,
        "source": "Báo Quảng Ninh, 23/03/2021",
        "source_url": "",
    }
    return FigureWanted(**(said | changes))


def add(actor, place: str, **changes: object) -> ManualFigure:
    with transaction():
        return add_figure(actor, wanted(place, **changes))


def test_she_may_enter_for_her_area_and_its_provinces_old_and_new_and_for_nothing_else(people):
    places = places_of(people.coordinator.actor)
    assert [place.is_former for place in places if place.unit_key] == [False, True]
    assert [place.code for place in places if place.area_id] == [people.area.code]
    assert "" not in [place.code for place in places]
    with pytest.raises(NotFound):
        add(people.coordinator.actor, people.other_area.code)
    with pytest.raises(NotFound):
        add(people.coordinator.actor, "")


def test_a_colleague_of_another_area_sees_what_is_said_of_their_province_and_not_of_her_area(people):
    province = next(place.code for place in places_of(people.coordinator.actor) if place.unit_key)
    of_area = add(people.coordinator.actor, people.area.code)
    of_province = add(people.coordinator.actor, province, indicator="S02")
    seen = [one.figure.code for one in entered_figures(people.other_coordinator.actor)]
    assert seen == [of_province.code]
    with pytest.raises(NotFound):
        entered_figure(people.other_coordinator.actor, of_area.code)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"indicator": "L00"}, "indicator"),
        ({"indicator": "S99"}, "indicator"),
        ({"first_on": date(2021, 1, 1)}, "first_on"),
        ({"value": Decimal(-1)}, "value"),
        ({"source": ""}, "source"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "http://["}, "source_url"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(people, changes, field):
    with pytest.raises(Invalid) as refused:
        add(people.coordinator.actor, people.area.code, **changes)
    assert refused.value.field == field


def test_a_correction_is_audited_and_keeps_the_figure(people):
    figure = add(people.coordinator.actor, people.area.code)
    with transaction():
        figure = entered_figure(people.coordinator.actor, figure.code)
        correct_figure(people.coordinator.actor, figure, wanted(people.area.code, qualifier=Qualifier.OVER))
    assert db.session.scalars(select(ManualFigure)).one().qualifier is Qualifier.OVER
    assert list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq).limit(9)))[-2:] == [
        "figure.added",
        "figure.corrected",
    ]


def test_by_the_pages_a_figure_is_added_shown_corrected_and_removed(people, client):
    sign_in(client, people.coordinator)
    form = {
        "chi-so": "S08",
        "noi": people.area.code,
        "muc": "about",
        "so": "1.100,5",
        "tu": "01/01/2019",
        "den": "31/12/2020",
        "nguon": "Báo (một tờ), 15/12/2020",
        "trang": "https://example.vn/bai",
    }
    assert post(client, "/bao-cao/so-nhap-tay/moi", **form).status_code == 303
    figure = db.session.scalars(select(ManualFigure)).one()
    assert (figure.value, figure.first_on, figure.last_on) == (Decimal("1100.5"), date(2019, 1, 1), date(2020, 12, 31))
    assert "khoảng 1.100,5" in client.get("/bao-cao/so-nhap-tay").text
    edited = client.get(f"/bao-cao/so-nhap-tay/{figure.code}").text
    assert 'value="1100,5"' in edited
    page = client.get("/bao-cao/chi-so/S08?ky=2016-2020").text
    assert "khoảng 1.100,5" in page
    assert "Báo (một tờ), 15/12/2020" in page
    path = f"/bao-cao/so-nhap-tay/{figure.code}"
    refused = post(client, path, **(form | {"so": "nhiều", "den": ""}))
    assert refused.status_code == 422
    assert "Hãy ghi một con số" in refused.text
    assert post(client, path, **(form | {"so": "90"})).status_code == 303
    assert post(client, f"{path}/xoa").status_code == 303
    assert "Chưa có số nào" in client.get("/bao-cao/so-nhap-tay").text


def test_another_areas_figure_looks_like_none(people, client):
    figure = add(people.coordinator.actor, people.area.code)
    sign_in(client, people.other_coordinator)
    assert client.get(f"/bao-cao/so-nhap-tay/{figure.code}").status_code == 404
    assert post(client, f"/bao-cao/so-nhap-tay/{figure.code}/xoa").status_code == 404


@pytest.mark.parametrize(
    ("text", "number"), [("2.731", 2731), ("2 731", 2731), ("35,5", 35.5), ("0", 0), ("1.000.000", 10**6), ("007", 7)]
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert read_number(text) == Decimal(str(number))


@given(st.text(max_size=12))
def test_what_is_no_number_is_refused_and_never_breaks(text):
    try:
        number = read_number(text)
    except ValueError:
        return
    assert number >= 0


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1,234", "²", "12.34.5", "1e5", "khoảng 100", "1,", ","])
def test_a_number_that_may_be_misread_is_refused(text):
    with pytest.raises(ValueError, match="not a"):
        read_number(text)
