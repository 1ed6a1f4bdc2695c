"""``/dieu-phoi/nhom``: the peer groups of her areas."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.accounts.groups import add_group, change_group
from directory.accounts.sessions import signed_in
from directory.coordination import queries
from directory.coordination.forms import GroupForm
from directory.errors import Conflict
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
            add_group(actor, form.name.data, area_id, phone=form.shown_phone)
            return redirect(url_for("groups.list_page"), code=SEE_OTHER)
        except Conflict as error:
            form.name.errors = [what_happened(error)]
    return render_template("coordination/groups.html", groups=queries.groups(actor), form=form), 422


@blueprint.get("/<code>")
@requires("groups.manage")
def page(code: str) -> ResponseReturnValue:
    """Show a group to be changed."""
    group = queries.group(signed_in(), code)
    form = GroupForm(formdata=None, data={"name": group.name, "phone": group.phone})
    return render_template("coordination/group.html", group=group, form=form)


@blueprint.post("/<code>")
@requires("groups.manage")
@writes_once
def change(code: str) -> ResponseReturnValue:
    """Give a group another name or telephone."""
    actor = signed_in()
    group = queries.group(actor, code)
    form = GroupForm(request.form)
    if form.validate():
        try:
            change_group(actor, group, form.name.data, form.shown_phone)
            return redirect(url_for("groups.list_page"), code=SEE_OTHER)
        except Conflict as error:
            form.name.errors = [what_happened(error)]
    return render_template("coordination/group.html", group=group, form=form), 422
