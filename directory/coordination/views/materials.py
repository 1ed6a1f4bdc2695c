"""``/dieu-phoi/tai-lieu``: what became of leaflets, handbooks and blank slips, and every move of the copies."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.coordination import programme_wording as wording
from directory.coordination import queries
from directory.coordination.choosers import Chooser, address_of, by_area, by_year
from directory.coordination.programme_forms import MoveForm, places_of
from directory.coordination.sheets import as_csv
from directory.coordination.views.activities import wanted_year
from directory.coordination.views.overview import wanted_of
from directory.errors import Conflict, Invalid
from directory.outreach import operations
from directory.outreach.operations import MoveWanted
from directory.outreach.queries import materials as reads
from directory.outreach.queries.books import slip_books
from directory.outreach.queries.materials import MovesWanted
from directory.outreach.rules import MoveKind
from directory.outreach.wording import local_name
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("materials", __name__, url_prefix="/dieu-phoi/tai-lieu")
blueprint.add_app_template_filter(wording.move_kind, "move_kind")

ON_A_PAGE = 40
#: With more, she looks at one at a time: adding up five years of contacts of thirty areas takes seconds.
MOST_AREAS = 6


@blueprint.get("")
@requires("programme.manage")
def stock_page() -> ResponseReturnValue:
    """Show what became of all copies and of all blank slips; ``dia-ban`` chooses, and has to where there are many."""
    actor = signed_in()
    areas = queries.areas_of(actor)
    area = request.args.get("dia-ban", "") or (areas[0].code if len(areas) > MOST_AREAS else "")
    return render_template(
        "coordination/stock.html",
        stock=reads.stock(actor, area_code=area),
        books=slip_books(actor, area_code=area),
        areas=areas,
        asked=(replace(by_area(areas, area), every=""),) if len(areas) > MOST_AREAS else (),
        area=area,
        today=clock.today(),
    )


@blueprint.get("/so")
@requires("programme.manage")
def list_page() -> ResponseReturnValue:
    """Show every move, the newest first; kind, material, area and year choose."""
    return _list_page()


@blueprint.get("/tai-lieu.csv")
@requires("programme.manage")
def export() -> ResponseReturnValue:
    """Give the same moves as a file."""
    header = (_("Ngày"), _("Việc"), _("Tài liệu"), _("Số lượng"), _("Địa bàn"), _("Nhóm"), _("Nguồn"), _("Ghi chú"))
    rows = (
        (
            line.day_on.isoformat(),
            wording.move_kind(line.kind),
            local_name(line.material),
            line.count,
            line.area,
            line.group,
            line.source,
            _("dữ liệu minh hoạ") if line.is_demo else "",
        )
        for line in reads.moves(signed_in(), _chosen())
    )
    return as_csv(f"tai-lieu-{clock.today().isoformat()}.csv", header, rows)


@blueprint.get("/ton.csv")
@requires("programme.manage")
def export_stock() -> ResponseReturnValue:
    """Give what became of all copies as a file."""
    moved = (_("Đã làm"), _("Giao nhóm"), _("Nhóm trả"), _("Phát ra"), _("Phát lúc tiếp cận"), _("Bỏ đi"))
    header = (_("Địa bàn"), _("Tài liệu"), *moved, _("Còn trong kho"), _("Còn cả kho và nhóm"))
    rows = (
        (
            area.name,
            local_name(line.material),
            *(line.made, line.issued, line.returned, line.handed_out),
            *(line.at_contacts, line.written_off, line.in_store, line.left),
        )
        for area in reads.stock(signed_in(), area_code=request.args.get("dia-ban", ""))
        for line in area.lines
    )
    return as_csv(f"ton-tai-lieu-{clock.today().isoformat()}.csv", header, rows)


@blueprint.get("/moi")
@requires("programme.manage")
def new_page() -> ResponseReturnValue:
    """Show the form of a move; ``nhu`` names one that it is like."""
    actor = signed_in()
    data = {"day_on": clock.today().isoformat(), "kind": request.args.get("viec", "")}
    if like := request.args.get("nhu", ""):
        move = reads.move(actor, like)
        where = places_of(actor).value(move.area_id, move.group_id)
        data |= {"kind": move.kind.value, "material": move.material_code, "where": where}
    return _form_page(_form(actor, formdata=None, data=data))


@blueprint.post("/moi")
@requires("programme.manage")
@writes_once
def add() -> ResponseReturnValue:
    """Write down what happened to copies of a material."""
    actor = signed_in()
    form = _form(actor, request.form)
    if form.validate():
        try:
            move = operations.add_move(actor, _wanted(actor, form), clock.today())
            return redirect(url_for("materials.list_page", ghi=move.code), code=SEE_OTHER)
        except Invalid as error:
            form.complain(error)
    return _form_page(form), 422


@blueprint.post("/so/<code>/xoa")
@requires("programme.manage")
@writes_once
def remove(code: str) -> ResponseReturnValue:
    """Take away a move that was written down by mistake."""
    actor = signed_in()
    try:
        operations.remove_move(actor, reads.move(actor, code))
    except Conflict as error:
        return _list_page(f"{what_happened(error)} {what_now(error)}"), 409
    return redirect(url_for("materials.list_page", xoa=1), code=SEE_OTHER)


def _list_page(fault: str = "") -> str:
    actor, wanted = signed_in(), _chosen()
    total = reads.count_moves(actor, wanted)
    page, pages = wanted_of(total, ON_A_PAGE)
    asked = _choosers(actor, wanted)
    return render_template(
        "coordination/material_moves.html",
        lines=reads.moves(actor, wanted, start=(page - 1) * ON_A_PAGE, most=ON_A_PAGE),
        total=total,
        page=page,
        pages=pages,
        asked=asked,
        chosen=address_of(asked),
        years=reads.years_of_moves(actor),
        just=reads.move_line(actor, request.args.get("ghi", "")),
        is_gone="xoa" in request.args,
        fault=fault,
    )


def _choosers(actor: Actor, wanted: MovesWanted) -> tuple[Chooser, ...]:
    kinds = tuple((kind.value, wording.move_kind(kind)) for kind in MoveKind)
    materials = tuple((one.code, local_name(one)) for one in reads.materials())
    return (
        Chooser("viec", _("Việc"), kinds, wanted.kind or "", _("Mọi việc")),
        Chooser("loai", _("Tài liệu"), materials, wanted.material_code, _("Mọi tài liệu")),
        by_year(reads.years_of_moves(actor), wanted.year),
        by_area(queries.areas_of(actor), wanted.area_code),
    )


def _chosen() -> MovesWanted:
    """Read what the address chooses; a word that is none chooses nothing."""
    return MovesWanted(
        request.args.get("dia-ban", ""),
        request.args.get("loai", ""),
        next((kind for kind in MoveKind if kind == request.args.get("viec")), None),
        wanted_year(),
    )


def _wanted(actor: Actor, form: MoveForm) -> MoveWanted:
    area_id, group_id = places_of(actor).ids(form.where.data)
    kind = MoveKind(form.kind.data)
    return MoveWanted(
        form.material.data, kind, area_id, form.day_on.asked_day, form.count.data, group_id, form.source.data
    )


def _form(actor: Actor, *args: object, **kwargs: object) -> MoveForm:
    return MoveForm(*args, places=places_of(actor), materials=reads.materials(), **kwargs)


def _form_page(form: MoveForm) -> str:
    return render_template("coordination/material_move.html", form=form, hints=wording.move_hints())
