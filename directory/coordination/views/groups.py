"""``/dieu-phoi/nhom``: the peer groups of her areas, and how many members each has."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.groups import add_group, change_group, count_members, counts_of, forget_count
from directory.accounts.models import PeerGroup
from directory.accounts.sessions import signed_in
from directory.coordination import queries
from directory.coordination.forms import CountForm, GroupForm
from directory.errors import Conflict, Invalid, NotFound
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once
from directory.web.wording import what_happened

blueprint = Blueprint("groups", __name__, url_prefix="/dieu-phoi/nhom")


@blueprint.get("")
@requires("groups.manage")
def list_page() -> ResponseReturnValue:
    """Show the groups and the form of a new one."""
    actor = signed_in()
    form = GroupForm(formdata=None, areas=queries.areas_of(actor))
    return render_template("coordination/groups.html", groups=queries.groups(actor), form=form)


@blueprint.post("")
@requires("groups.manage")
@writes_once
def add() -> ResponseReturnValue:
    """Make a group."""
    actor = signed_in()
    areas = queries.areas_of(actor)
    form = GroupForm(request.form, areas=areas)
    if form.validate():
        area_id = next(area.id for area in areas if area.code == form.area.data)
        try:
            add_group(actor, form.name.data, area_id, phone=form.shown_phone, at_work=form.at_work)
            return redirect(url_for("groups.list_page"), code=SEE_OTHER)
        except (Invalid, Conflict) as error:
            _complain(form, error)
    return render_template("coordination/groups.html", groups=queries.groups(actor), form=form), 422


@blueprint.get("/<code>")
@requires("groups.manage")
def page(code: str) -> ResponseReturnValue:
    """Show a group to be changed."""
    return _page(queries.group(signed_in(), code))


@blueprint.post("/<code>")
@requires("groups.manage")
@writes_once
def change(code: str) -> ResponseReturnValue:
    """Give a group another name, telephone or time at work."""
    actor = signed_in()
    group = queries.group(actor, code)
    form = GroupForm(request.form)
    if form.validate():
        try:
            change_group(actor, group, form.name.data, form.shown_phone, form.at_work)
            return redirect(url_for("groups.list_page"), code=SEE_OTHER)
        except (Invalid, Conflict) as error:
            _complain(form, error)
    return _page(group, form=form), 422


@blueprint.post("/<code>/so-nguoi")
@requires("groups.manage")
@writes_once
def count(code: str) -> ResponseReturnValue:
    """Write down how many members a group had on a day, or correct it."""
    actor = signed_in()
    group = queries.group(actor, code)
    form = CountForm(request.form)
    if form.validate():
        try:
            count_members(actor, group, form.counted_on.asked_day, form.members.data, clock.today())
            return redirect(url_for("groups.page", code=code), code=SEE_OTHER)
        except Invalid as error:
            form.complain(error)
    return _page(group, count=form), 422


@blueprint.post("/<code>/so-nguoi/bo")
@requires("groups.manage")
@writes_once
def forget(code: str) -> ResponseReturnValue:
    """Take a count away that was written down by mistake."""
    actor = signed_in()
    group = queries.group(actor, code)
    forget_count(actor, group, _day(request.form.get("ngay", "")))
    return redirect(url_for("groups.page", code=code), code=SEE_OTHER)


def _complain(form: GroupForm, error: Invalid | Conflict) -> None:
    """Show what was said of the input at its field; only a name can be taken."""
    if isinstance(error, Conflict):
        form.name.errors = [what_happened(error)]
    else:
        form.complain(error)


def _present(group: PeerGroup) -> dict[str, str | None]:
    return {
        "name": group.name,
        "phone": group.phone,
        "founded_on": group.founded_on.isoformat() if group.founded_on else "",
        "ended_on": group.ended_on.isoformat() if group.ended_on else "",
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(queries.UNKNOWN) from error


def _page(group: PeerGroup, *, form: GroupForm | None = None, count: CountForm | None = None) -> str:
    return render_template(
        "coordination/group.html",
        group=group,
        form=form or GroupForm(formdata=None, data=_present(group)),
        count=count or CountForm(formdata=None, data={"counted_on": clock.today().isoformat()}),
        counts=counts_of(group),
    )
