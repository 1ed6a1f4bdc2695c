"""``/dieu-phoi/diem``: where the programme's models are at work."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.coordination import queries
from directory.coordination.forms import EndForm, PointForm
from directory.errors import Conflict, Invalid
from directory.outreach import operations
from directory.outreach import queries as outreach
from directory.outreach.models import ProgrammePoint
from directory.outreach.operations import PointWanted
from directory.places.areas import Ambiguous, Candidate, ward_in
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("points", __name__, url_prefix="/dieu-phoi/diem")


@blueprint.get("")
@requires("programme.manage")
def list_page() -> ResponseReturnValue:
    """Show the points of her areas by model; ``dia-ban`` and ``mo-hinh`` choose."""
    actor = signed_in()
    area, model = request.args.get("dia-ban", ""), request.args.get("mo-hinh", "")
    return render_template(
        "coordination/points.html",
        models=outreach.points_by_model(actor, clock.today(), area_code=area, model_code=model),
        areas=queries.areas_of(actor),
        all_models=outreach.programme_models(),
        chosen_area=area,
        chosen_model=model,
    )


@blueprint.get("/moi")
@requires("programme.manage")
def new_page() -> ResponseReturnValue:
    """Show the form of a new point."""
    actor = signed_in()
    return _form_page(_form(actor, formdata=None, data={"model": request.args.get("mo-hinh", "")}))


@blueprint.post("/moi")
@requires("programme.manage")
@writes_once
def add() -> ResponseReturnValue:
    """Write a point down."""
    return _save(signed_in(), None)


@blueprint.get("/<code>")
@requires("programme.manage")
def page(code: str) -> ResponseReturnValue:
    """Show a point to be corrected or ended."""
    actor = signed_in()
    point = outreach.point(actor, code)
    return _form_page(_form(actor, formdata=None, data=_present(actor, point)), point)


@blueprint.post("/<code>")
@requires("programme.manage")
@writes_once
def change(code: str) -> ResponseReturnValue:
    """Correct a point."""
    actor = signed_in()
    return _save(actor, outreach.point(actor, code))


@blueprint.post("/<code>/ket-thuc")
@requires("programme.manage")
@writes_once
def end(code: str) -> ResponseReturnValue:
    """Write down that a point is no longer at work."""
    actor = signed_in()
    point = outreach.point(actor, code)
    form = EndForm(request.form)
    if form.validate():
        try:
            operations.end_point(actor, point, form.ended_on.asked_day)
            return _to_list()
        except Invalid as error:
            form.complain(error)
    return _form_page(_form(actor, formdata=None, data=_present(actor, point)), point, end_form=form), 422


@blueprint.post("/<code>/mo-lai")
@requires("programme.manage")
@writes_once
def reopen(code: str) -> ResponseReturnValue:
    """Take back that a point has ended."""
    actor = signed_in()
    operations.reopen_point(actor, outreach.point(actor, code))
    return _to_list()


def _save(actor: Actor, point: ProgrammePoint | None) -> ResponseReturnValue:
    form = _form(actor, request.form)
    candidates: tuple[Candidate, ...] = ()
    if form.validate():
        try:
            wanted = _wanted(actor, form)
            if point is None:
                operations.add_point(actor, wanted)
            else:
                operations.change_point(actor, point, wanted)
            return _to_list()
        except (Invalid, Conflict) as error:
            form.complain(error)
            candidates = error.candidates if isinstance(error, Ambiguous) else ()
    return _form_page(form, point, candidates), 422


def _wanted(actor: Actor, form: PointForm) -> PointWanted:
    area = queries.area(actor, form.area.data)
    ward = request.form.get("chon", "") or form.ward.data
    try:
        ward_key = ward_in(area, ward) if ward else None
    except Invalid as error:
        error.field = "ward"
        raise
    return PointWanted(
        form.name.data,
        form.model.data,
        area.id,
        ward_key,
        form.started_on.day,
        form.ended_on.day,
        form.source.data,
    )


def _form(actor: Actor, *args: object, **kwargs: object) -> PointForm:
    return PointForm(*args, areas=queries.areas_of(actor), models=outreach.programme_models(), **kwargs)


def _present(actor: Actor, point: ProgrammePoint) -> dict[str, str]:
    """Return what is written of a point, as its form shows it."""
    area = next(area for area in queries.areas_of(actor) if area.id == point.area_id)
    return {
        "name": point.name,
        "model": point.model_code,
        "area": area.code,
        "ward": outreach.ward_name(point),
        "started_on": point.started_on.isoformat() if point.started_on else "",
        "ended_on": point.ended_on.isoformat() if point.ended_on else "",
        "source": point.source or "",
    }


def _form_page(
    form: PointForm,
    point: ProgrammePoint | None = None,
    candidates: tuple[Candidate, ...] = (),
    end_form: EndForm | None = None,
) -> str:
    return render_template(
        "coordination/point.html",
        form=form,
        point=point,
        candidates=candidates,
        end_form=end_form or EndForm(formdata=None, data={"ended_on": clock.today().isoformat()}),
    )


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("points.list_page"), code=SEE_OTHER)
