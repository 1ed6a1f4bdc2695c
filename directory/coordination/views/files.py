"""``/dieu-phoi/nhap``, ``/dieu-phoi/xuat``: spreadsheets in, looked at before they are written, and out."""

import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue import uploads
from directory.catalogue.cell_wording import parts_in_words
from directory.catalogue.columns import COLUMNS
from directory.catalogue.exporting import MIMETYPES, Format, csv_pieces, geojson_pieces, write_workbook
from directory.catalogue.marked_files import Words, marked_workbook
from directory.catalogue.models import ImportRun
from directory.catalogue.operations import runs as operations
from directory.catalogue.queries.export import Extent, exported
from directory.catalogue.queries.runs import run_for, runs
from directory.catalogue.upkeep import RunState
from directory.coordination import queries
from directory.errors import Invalid, NotFound
from directory.web.access import requires
from directory.web.once import SEE_OTHER, when_refused, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("files", __name__, url_prefix="/dieu-phoi")

#: What is at once on the page; the marked file has all of it.
MOST_PROBLEMS = 200
_LONGEST_SOURCE = 80


@blueprint.get("/nhap")
@requires("catalogue.import")
def list_page() -> ResponseReturnValue:
    """Show the form for a file, and the files of before."""
    return _list_page("")


def _list_page(fault: str) -> str:
    actor = signed_in()
    return render_template(
        "coordination/files/list.html", runs=runs(actor), fault=fault, columns=COLUMNS, states=RunState
    )


@blueprint.post("/nhap")
@requires("catalogue.import")
@writes_once
def upload() -> ResponseReturnValue:
    """Try a file out and lead to what it would do."""
    file = request.files.get("tep")
    content = file.read() if file else b""
    if file is None or not content:
        return _list_page(_("Bạn chưa chọn tệp, hoặc tệp trống.")), 422
    source = request.form.get("nguon", "").strip()[:_LONGEST_SOURCE] or None
    try:
        run = operations.look_at(signed_in(), file.filename or "", content, source)
    except Invalid as error:
        return _list_page(f"{what_happened(error)} {what_now(error)}".strip()), 422
    return redirect(url_for("files.preview", code=run.code), code=SEE_OTHER)


@blueprint.get("/nhap/<code>")
@requires("catalogue.import")
def preview(code: str) -> ResponseReturnValue:
    """Show what an import of a file would do, or did."""
    return _preview(run_for(signed_in(), code), uploads.outcome_of(code))


def _preview(run: ImportRun, outcome: dict[str, Any] | None, *, is_outdated: bool = False) -> str:
    return render_template(
        "coordination/files/preview.html",
        run=run,
        outcome=_in_words(outcome) if outcome else None,
        is_outdated=is_outdated,
        is_mine=run.endorsed_by_id == signed_in().account_id,
        states=RunState,
        most=MOST_PROBLEMS,
    )


@blueprint.get("/nhap/<code>/tep")
@requires("catalogue.import")
def marked(code: str) -> ResponseReturnValue:
    """Give the file back with its errors and warnings beside the rows."""
    run_for(signed_in(), code)
    table, outcome = uploads.table_of(code), uploads.outcome_of(code)
    if table is None or outcome is None:
        raise NotFound(_("Tệp này không còn nữa."), what_now=_("Hãy tải tệp lên lại."))
    words = Words(_("Dịch vụ"), _("Lỗi / lưu ý"), _("Lỗi"), _("Lưu ý"))
    book = marked_workbook(table, _in_words(outcome), words)
    name = f"bang-da-danh-dau-{clock.today().isoformat()}.xlsx"
    return Response(book, mimetype=MIMETYPES[Format.XLSX], headers=_as_file(name))


@blueprint.post("/nhap/<code>/ghi")
@requires("catalogue.import")
@writes_once
def confirm(code: str) -> ResponseReturnValue:
    """Write the file, if that still does what was shown; else show what it would do now."""
    done = operations.confirm(signed_in(), code, request.form.get("ban", 0, int))
    if done.is_outdated:
        when_refused(lambda: uploads.keep_outcome(code, done.outcome))
        return _preview(done.run, done.outcome, is_outdated=True), 409
    return redirect(url_for("files.preview", code=code), code=SEE_OTHER)


@blueprint.post("/nhap/<code>/<any('bo', 'xong'):act>")
@requires("catalogue.import")
@writes_once
def act(code: str, act: str) -> ResponseReturnValue:
    """Take a file away, or note that its warnings were looked at."""
    if act == "bo":
        operations.drop(signed_in(), code)
    else:
        operations.note_seen(signed_in(), code)
    return redirect(url_for("files.list_page"), code=SEE_OTHER)


@blueprint.get("/xuat")
@requires("catalogue.import")
def export_page() -> ResponseReturnValue:
    """Show what can be taken away."""
    return render_template("coordination/files/export.html", areas=queries.areas_of(signed_in()), formats=Format)


@blueprint.get("/xuat/tep")
@requires("catalogue.import")
def export() -> ResponseReturnValue:
    """Give the public directory, or one area of it, as a file."""
    ending = request.args.get("dang", "")
    if ending not in list(Format):
        raise NotFound(_("Không có dạng tệp này."))
    area = request.args.get("dia-ban", "")
    area_ids = {queries.area(signed_in(), area).id} if area else None
    entries = exported(Extent(area_ids, with_illustrative="minh-hoa" in request.args))
    name = f"so-dia-chi-{clock.today().isoformat()}.{ending}"
    if ending == Format.XLSX:
        book = io.BytesIO()
        write_workbook(entries, book)
        book.seek(0)
        return send_file(book, mimetype=MIMETYPES[Format.XLSX], as_attachment=True, download_name=name)
    pieces = csv_pieces(entries) if ending == Format.CSV else geojson_pieces(entries)
    return Response(stream_with_context(pieces), mimetype=MIMETYPES[Format(ending)], headers=_as_file(name))


def _in_words(outcome: dict[str, Any]) -> dict[str, Any]:
    """Return an outcome with its reasons and remarks in the reader's language."""
    problems = [problem | {"reason": parts_in_words(problem["reason"])} for problem in outcome["problems"]]
    return outcome | {"problems": problems, "remarks": [parts_in_words(remark) for remark in outcome["remarks"]]}


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
