"""The programme's three models come with the reference data; a database holds no point that cannot be."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from directory.extensions import db
from directory.outreach.models import ProgrammePoint
from directory.outreach.queries import programme_models
from directory.outreach.seed import load_programme
from directory.web.transaction import transaction
from tests.pages import TELLING


def test_the_three_models_are_there_with_what_they_rest_on(app):
    with transaction():
        load_programme()
    models = programme_models()
    assert [model.code for model in models] == ["01", "02", "03"]
    for model in models:
        assert "1875/QĐ-LĐTBXH" in model.legal_basis
        assert model.valid_from == date(2018, 12, 28)


def test_the_name_of_no_model_tells_who_looks_on(app):
    assert not [model.code for model in programme_models() if TELLING.search(f"{model.name_vi} {model.name_en}")]


def test_a_point_never_ends_before_it_begins(people):
    point = ProgrammePoint(
        name="Điểm", model_code="01", area_id=people.area.id, started_on=date(2020, 1, 2), ended_on=date(2020, 1, 1)
    )
    with pytest.raises(IntegrityError), transaction():
        db.session.add(point)
