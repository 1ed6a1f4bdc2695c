"""``/bao-cao/so-lieu.xlsx``, ``.csv``, ``.json``: the report that is on the page, as a file."""

from flask import Blueprint, Response, request

from directory import clock
from directory.accounts.sessions import signed_in
from directory.reports.choosing import read_choice
from directory.reports.exporting import MIMETYPES, Format, as_bytes, file_name
from directory.reports.queries.reading import read_report
from directory.reports.rules import Audience
from directory.web.access import requires

blueprint = Blueprint("report_files", __name__, url_prefix="/bao-cao")


@blueprint.get("/so-lieu.<any(xlsx, csv, json):ending>")
@requires("reports.read")
def file(ending: str) -> Response:
    """Give every figure of the area and period as a file; what the page keeps back is kept back here, too."""
    today = clock.today()
    choice = read_choice(request.args, signed_in(), today)
    report = read_report(choice.scope, choice.period, audience=Audience.DESK, today=today)
    kind = Format(ending)
    answer = Response(as_bytes(report, kind), content_type=MIMETYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(report, kind)}"'
    return answer
