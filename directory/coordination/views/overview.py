"""``/dieu-phoi``: where a coordinator starts, with the one list of what to do next."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.correction_wording import warning_name
from directory.coordination import queries, wording
from directory.coordination.scope import within
from directory.coordination.worklist import Kind, worklist
from directory.web.access import requires

blueprint = Blueprint("coordination", __name__, url_prefix="/dieu-phoi")
blueprint.add_app_template_filter(warning_name, "warning_name")
blueprint.add_app_template_filter(wording.task_name, "task_name")
blueprint.add_app_template_filter(wording.due_reason, "due_reason")
blueprint.add_app_template_filter(wording.request_reason, "request_reason")
blueprint.add_app_template_filter(wording.pair_reasons, "pair_reasons")


@blueprint.get("")
@requires("slips.oversee")
def overview() -> ResponseReturnValue:
    """Show what there is to do in her areas, all of it or one kind in one area, and the ways to everything else."""
    areas = queries.areas_of(signed_in())
    area = request.args.get("dia-ban", "")
    kind = next((kind for kind in Kind if kind == request.args.get("loai")), None)
    work = worklist(within(signed_in(), areas, area), clock.now(), kind=kind, page=wanted_page())
    return render_template(
        "coordination/overview.html", areas=areas, area=area, kind=kind, work=work, day=clock.today()
    )


def wanted_page() -> int:
    """Return the number of the page that is asked for; the first when it is none."""
    text = request.args.get("trang", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def wanted_of(total: int, on_a_page: int) -> tuple[int, int]:
    """Return which page of so many lines is asked for, never one past the end, and how many there are."""
    pages = max(1, -(-total // on_a_page))
    return min(wanted_page(), pages), pages
