"""The address of a search is read with patience: what cannot be used is said in a sentence and left out."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from directory.catalogue.queries import Subject, Subjects
from directory.places.rules import Point
from directory.search.forms import MOST_PER_PAGE, PER_PAGE, SearchForm, parameters, read_form

SUBJECTS = Subjects({"y-te": Subject("y-te", "xwthf5w2", None, "Sức khỏe", "Health")})


def is_near_ha_long(point: Point) -> bool:
    return abs(point.lat - 21) < 1 and abs(point.lon - 107) < 1


@pytest.fixture(autouse=True)
def language(app):
    """Sentences are translated, which needs a request."""
    with app.test_request_context("/tim"):
        yield


def read(**values: str) -> SearchForm:
    args = MultiDict({name.replace("_", "-"): value for name, value in values.items()})
    return read_form(args, SUBJECTS, is_near_ha_long)


def test_everything_that_can_be_asked_is_read():
    form = read(
        q=" khám  bệnh ", vt="20.95123,107.08", o="Hạ Long", chu_de="y-te", ban_kinh="2,5", mo_cua="1", trang="3",
        moi_trang="50", bo="near_me",
    )  # fmt: skip
    assert form == SearchForm(
        q="khám bệnh", position=Point(20.951, 107.08), area="Hạ Long", category="y-te", radius_km=2.5, open_now=True,
        page=3, per_page=50, ignore=frozenset({"near_me"}),
    )  # fmt: skip


def test_a_position_is_rounded_to_a_hundred_metres():
    assert read(vt="20.9517777,107.0812345").position == Point(20.952, 107.081)


def test_a_subject_is_known_by_its_code_too():
    assert read(chu_de="XWTHF5W2").category == "y-te"


@pytest.mark.parametrize(
    "wrong", ["abc", "91,181", "20.9", "20.9;107", "nan,nan", "1e3,5", "inf,107", "20,951,107,08", "٢٠,١٠٧"]
)
def test_a_position_that_is_none_is_a_mistake_of_the_caller(wrong):
    form = read(vt=wrong)
    assert (form.position, form.is_wrong) == (None, True)
    assert "Không đọc được vị trí" in form.problems[0]


def test_a_position_at_sea_is_left_out_with_a_sentence():
    form = read(vt="0,0", q="x")
    assert (form.position, form.is_wrong, len(form.problems)) == (None, False, 1)


def test_an_unknown_subject_is_a_mistake_of_the_caller():
    form = read(chu_de="khong-co")
    assert (form.category, form.is_wrong) == (None, True)


@pytest.mark.parametrize("radius", ["-5", "0", "x", "nan", "inf", "1e999"])
def test_a_radius_that_is_none_is_left_out(radius):
    form = read(ban_kinh=radius)
    assert (form.radius_km, len(form.problems), form.is_wrong) == (None, 1, False)


@pytest.mark.parametrize(("page", "read_as"), [("1000000000", 10_000), ("0", 1), ("x", 1), ("-3", 1), ("2.0", 2)])
def test_a_page_number_is_brought_into_bounds(page, read_as):
    assert read(trang=page).page == read_as


@pytest.mark.parametrize(("wanted", "used"), [("100000", MOST_PER_PAGE), ("0", PER_PAGE), ("x", PER_PAGE), ("5", 5)])
def test_the_size_of_a_page_is_brought_into_bounds(wanted, used):
    assert read(moi_trang=wanted).per_page == used


def test_a_long_query_is_cut_and_said_to_be():
    form = read(q="a" * 100_000)
    assert len(form.q) == 100
    assert "dài quá" in form.problems[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["q", "vt", "o", "chu-de", "ban-kinh", "mo-cua", "trang", "moi-trang", "bo"]), st.text()
    )
)
def test_whatever_is_sent_becomes_a_form_that_can_be_sent_again(values):
    form = read_form(MultiDict(values), SUBJECTS, is_near_ha_long)
    again = read_form(MultiDict(parameters(form, SUBJECTS)), SUBJECTS, is_near_ha_long)
    assert 1 <= form.page <= 10_000
    assert 1 <= form.per_page <= MOST_PER_PAGE
    assert (again.q, again.position, again.area, again.ignore) == (form.q, form.position, form.area, form.ignore)
    assert not again.problems


def test_an_address_names_a_subject_by_its_code_only():
    assert parameters(read(chu_de="y-te"), SUBJECTS) == {"chu-de": "xwthf5w2"}
