"""``/dieu-phoi/dia-ban``: the programme areas, and which wards each holds."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.coordination import queries
from directory.coordination.forms import AreaForm, PlacesForm
from directory.errors import Conflict, Invalid
from directory.places import areas
from directory.places.areas import Ambiguous, Candidate
from directory.places.models import Area
from directory.web.access import requires
from directory.web.forms import Form
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("areas", __name__, url_prefix="/dieu-phoi/dia-ban")


@blueprint.get("")
@requires("areas.manage")
def list_page() -> ResponseReturnValue:
    """Show her areas, and the form of a new one to whoever may make one."""
    return _list_page(signed_in(), AreaForm(formdata=None, is_new=True))


@blueprint.post("")
@requires("areas.manage")
@writes_once
def add() -> ResponseReturnValue:
    """Make an area."""
    actor = signed_in()
    form = AreaForm(request.form, is_new=True)
    made: list[Area] = []
    candidates = _try(form, lambda: made.append(areas.add_area(form.name.data, _places(form), actor)))
    if made:
        return redirect(url_for("areas.page", code=made[0].code), code=SEE_OTHER)
    return _list_page(actor, form, candidates), 422


@blueprint.get("/<code>")
@requires("areas.manage")
def page(code: str) -> ResponseReturnValue:
    """Show an area with its wards."""
    actor = signed_in()
    return _page(actor, queries.area(actor, code))


@blueprint.post("/<code>")
@requires("areas.manage")
@writes_once
def rename(code: str) -> ResponseReturnValue:
    """Give an area another name."""
    actor = signed_in()
    area = queries.area(actor, code)
    form = AreaForm(request.form, is_new=False)
    _try(form, lambda: areas.rename_area(actor, area, form.name.data))
    return _page(actor, area, name=form) if form.errors else _to(area)


@blueprint.post("/<code>/them")
@requires("areas.manage")
@writes_once
def add_wards(code: str) -> ResponseReturnValue:
    """Put places into an area."""
    actor = signed_in()
    area = queries.area(actor, code)
    form = PlacesForm(request.form)
    candidates = _try(form, lambda: areas.add_wards(actor, area, _places(form)))
    return _page(actor, area, places=form, candidates=candidates) if form.errors else _to(area)


@blueprint.post("/<code>/bo")
@requires("areas.manage")
@writes_once
def remove_wards(code: str) -> ResponseReturnValue:
    """Take wards out of an area."""
    actor = signed_in()
    area = queries.area(actor, code)
    form = PlacesForm(formdata=None)
    try:
        areas.remove_wards(actor, area, request.form.getlist("xa"))
    except Invalid as error:
        form.complain(error)
    return _page(actor, area, places=form) if form.errors else _to(area)


def _try(form: Form, act: Callable[[], object]) -> tuple[Candidate, ...]:
    """Do it when the form is well; what speaks against it is said in the form, and what it may have meant returned."""
    if not form.validate():
        return ()
    try:
        act()
    except (Invalid, Conflict) as error:
        form.complain(error)
        return error.candidates if isinstance(error, Ambiguous) else ()
    return ()


def _places(form: Form) -> str:
    """Return the places: what was chosen of several that a text may mean, else what was typed."""
    return request.form.get("chon", "") or str(form["places"].data or "")


def _to(area: Area) -> ResponseReturnValue:
    return redirect(url_for("areas.page", code=area.code), code=SEE_OTHER)


def _list_page(actor: Actor, form: AreaForm, candidates: tuple[Candidate, ...] = ()) -> str:
    hers = {area.id for area in queries.areas_of(actor)}
    return render_template(
        "coordination/areas.html",
        areas=[line for line in areas.areas() if line.id in hers],
        form=form,
        candidates=candidates,
        may_shape=areas.may_shape(actor),
    )


def _page(
    actor: Actor,
    area: Area,
    *,
    name: AreaForm | None = None,
    places: PlacesForm | None = None,
    candidates: tuple[Candidate, ...] = (),
) -> ResponseReturnValue:
    may_shape = areas.may_shape(actor)
    content = render_template(
        "coordination/area.html",
        area=area,
        wards=areas.wards_by_province(area),
        also_in=areas.also_in(area) if may_shape else {},
        name=name or AreaForm(formdata=None, is_new=False, data={"name": area.name}),
        places=places or PlacesForm(formdata=None),
        candidates=candidates,
        may_shape=may_shape,
    )
    return content, 422 if name or places else 200
