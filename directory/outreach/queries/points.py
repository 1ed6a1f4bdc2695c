"""What is read of the programme's models and points; each takes the actor and returns only what lies in her areas."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from directory.accounts.rules import Actor
from directory.extensions import db
from directory.outreach.models import ProgrammeModel, ProgrammePoint
from directory.outreach.queries.scope import in_her_areas, one_of_hers
from directory.places.models import AdminUnit, Area
from directory.places.queries import gazetteer
from directory.vietnamese import sort_key

NO_POINT = "Không có điểm này, hoặc điểm không thuộc địa bàn của bạn."


@dataclass(frozen=True)
class PointLine:
    """A point as a list shows it."""

    code: str
    name: str
    model_code: str
    area_code: str
    area: str
    #: With its kind; empty when the whole area is meant.
    ward: str
    #: Local dates.
    started_on: date | None
    ended_on: date | None
    source: str | None
    is_demo: bool


@dataclass(frozen=True)
class ModelLine:
    """A model with its points, those at work first."""

    code: str
    name_vi: str
    name_en: str
    legal_basis: str | None
    points: tuple[PointLine, ...]
    ended: tuple[PointLine, ...]

    @property
    def areas(self) -> int:
        """In how many areas it is at work."""
        return len({point.area_code for point in self.points})


def programme_models() -> list[ProgrammeModel]:
    """Return the models by their number."""
    return list(db.session.scalars(select(ProgrammeModel).order_by(ProgrammeModel.code)))


def points_by_model(actor: Actor, today: date, *, area_code: str = "", model_code: str = "") -> list[ModelLine]:
    """Return the models with the points of her areas, perhaps of one area or model only."""
    rows = db.session.execute(_points(actor)).all()
    lines = sorted((_line(*row) for row in rows), key=lambda one: (sort_key(one.area), sort_key(one.name), one.code))
    wanted = [line for line in lines if area_code in ("", line.area_code)]
    return [_model(model, wanted, today) for model in programme_models() if model_code in ("", model.code)]


def point(actor: Actor, code: str) -> ProgrammePoint:
    """Return a point of her areas.

    Raises: NotFound, also for one of another area.
    """
    return one_of_hers(actor, ProgrammePoint, code, NO_POINT)


def ward_name(point: ProgrammePoint) -> str:
    """Return a point's ward as a person would type it; empty when the whole area is meant."""
    return gazetteer().display(point.ward_key) if point.ward_key else ""


def _points(actor: Actor) -> Any:
    return (
        select(ProgrammePoint, Area, AdminUnit)
        .join(Area, Area.id == ProgrammePoint.area_id)
        .outerjoin(AdminUnit, AdminUnit.key == ProgrammePoint.ward_key)
        .where(in_her_areas(actor, ProgrammePoint.area_id))
        .order_by(ProgrammePoint.id)
    )


def _line(point: ProgrammePoint, area: Area, ward: AdminUnit | None) -> PointLine:
    return PointLine(
        point.code,
        point.name,
        point.model_code,
        area.code,
        area.name,
        f"{ward.kind} {ward.name}" if ward else "",
        point.started_on,
        point.ended_on,
        point.source,
        point.is_demo,
    )


def _model(model: ProgrammeModel, lines: list[PointLine], today: date) -> ModelLine:
    its = [line for line in lines if line.model_code == model.code]
    return ModelLine(
        model.code,
        model.name_vi,
        model.name_en,
        model.legal_basis,
        tuple(line for line in its if line.ended_on is None or line.ended_on > today),
        tuple(line for line in its if line.ended_on is not None and line.ended_on <= today),
    )
