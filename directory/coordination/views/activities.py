"""``/dieu-phoi/hoat-dong``: trainings, workshops, campaigns and meetings, and the board of who met how often."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from directory import clock
from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.coordination import programme_wording as wording
from directory.coordination import queries
from directory.coordination.choosers import Chooser, address_of, by_area, by_year
from directory.coordination.programme_forms import ActivityForm, like_activity, places_of, present_activity
from directory.coordination.sheets import as_csv
from directory.coordination.views.overview import wanted_of
from directory.errors import Conflict, Invalid
from directory.outreach import operations
from directory.outreach import queries as outreach
from directory.outreach.models import Activity
from directory.outreach.operations import ActivityWanted
from directory.outreach.queries import activities as reads
from directory.outreach.queries.activities import MEETINGS_A_MONTH, ActivitiesWanted
from directory.outreach.rules import ActivityKind
from directory.outreach.wording import local_name
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("activities", __name__, url_prefix="/dieu-phoi/hoat-dong")
blueprint.add_app_template_filter(wording.activity_kind, "activity_kind")
blueprint.add_app_template_filter(wording.topic_names, "topic_names")
blueprint.add_app_template_filter(wording.month_name, "month_name")
blueprint.add_app_template_filter(format_decimal, "decimal")

ON_A_PAGE = 40


@blueprint.get("")
@requires("programme.manage")
def list_page() -> ResponseReturnValue:
    """Show the activities of her areas by month; kind, area, model and year choose."""
    actor, wanted = signed_in(), _chosen()
    counts = reads.count_by_kind(actor, wanted)
    page, pages = wanted_of(sum(counts.values()), ON_A_PAGE)
    asked = _choosers(actor, wanted)
    return render_template(
        "coordination/activities.html",
        lines=reads.activities(actor, wanted, start=(page - 1) * ON_A_PAGE, most=ON_A_PAGE),
        counts=counts,
        page=page,
        pages=pages,
        asked=asked,
        chosen=address_of(asked),
        areas=queries.areas_of(actor),
        years=reads.years_of_activities(actor),
        just=reads.activity_line(actor, request.args.get("ghi", "")),
        is_gone="xoa" in request.args,
    )


@blueprint.get("/hoat-dong.csv")
@requires("programme.manage")
def export() -> ResponseReturnValue:
    """Give the same list as a file."""
    header = (_("Ngày đầu"), _("Ngày cuối"), _("Loại"), _("Địa bàn"), _("Nhóm"), _("Mô hình"), _("Số người dự"))
    rows = (
        (
            line.started_on.isoformat(),
            line.ended_on.isoformat(),
            wording.activity_kind(line.kind),
            line.area,
            line.group,
            line.model_code,
            line.participants,
            wording.topic_names(line.topics),
            line.source,
            _("dữ liệu minh hoạ") if line.is_demo else "",
        )
        for line in reads.activities(signed_in(), _chosen())
    )
    return as_csv(
        f"hoat-dong-{clock.today().isoformat()}.csv", (*header, _("Nội dung"), _("Nguồn"), _("Ghi chú")), rows
    )


@blueprint.get("/hop")
@requires("programme.manage")
def board() -> ResponseReturnValue:
    """Show how often each group met in each month of a year, and which months lack a meeting."""
    actor, today = signed_in(), clock.today()
    area = request.args.get("dia-ban", "")
    years = sorted({today.year, *reads.years_of_activities(actor)}, reverse=True)
    year = next((year for year in years if str(year) == request.args.get("nam")), today.year)
    return render_template(
        "coordination/meetings.html",
        lines=reads.meeting_board(actor, year, today, area_code=area),
        year=year,
        years=years,
        area=area,
        areas=queries.areas_of(actor),
        asked=MEETINGS_A_MONTH,
        today=today,
    )


@blueprint.get("/moi")
@requires("programme.manage")
def new_page() -> ResponseReturnValue:
    """Show the form of an activity; ``nhu`` names one that it is like."""
    actor = signed_in()
    places = places_of(actor)
    like = request.args.get("nhu", "")
    data: dict[str, Any] = {"started_on": clock.today().isoformat(), "kind": request.args.get("loai", "")}
    if like:
        data = like_activity(places, reads.activity(actor, like))
    return _form_page(_form(actor, formdata=None, data=data))


@blueprint.post("/moi")
@requires("programme.manage")
@writes_once
def add() -> ResponseReturnValue:
    """Write an activity down."""
    return _save(signed_in(), None)


@blueprint.get("/<code>")
@requires("programme.manage")
def page(code: str) -> ResponseReturnValue:
    """Show an activity to be corrected or removed."""
    actor = signed_in()
    activity = reads.activity(actor, code)
    return _form_page(_form(actor, formdata=None, data=present_activity(places_of(actor), activity)), activity)


@blueprint.post("/<code>")
@requires("programme.manage")
@writes_once
def change(code: str) -> ResponseReturnValue:
    """Correct an activity."""
    actor = signed_in()
    return _save(actor, reads.activity(actor, code))


@blueprint.post("/<code>/xoa")
@requires("programme.manage")
@writes_once
def remove(code: str) -> ResponseReturnValue:
    """Take away what was written down by mistake."""
    actor = signed_in()
    operations.remove_activity(actor, reads.activity(actor, code))
    return redirect(url_for("activities.list_page", xoa=1), code=SEE_OTHER)


def _chosen() -> ActivitiesWanted:
    """Read what the address chooses; a word that is none chooses nothing."""
    return ActivitiesWanted(
        request.args.get("dia-ban", ""),
        next((kind for kind in ActivityKind if kind == request.args.get("loai")), None),
        request.args.get("mo-hinh", ""),
        wanted_year(),
    )


def wanted_year() -> int | None:
    """Return the year that the address chooses; None when it is none."""
    text = request.args.get("nam", "")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and text > "1999" else None


def _choosers(actor: Actor, wanted: ActivitiesWanted) -> tuple[Chooser, ...]:
    kinds = tuple((kind.value, wording.activity_kind(kind)) for kind in ActivityKind)
    models = tuple((model.code, f"{model.code}. {local_name(model)}") for model in outreach.programme_models())
    return (
        Chooser("loai", _("Loại"), kinds, wanted.kind or "", _("Mọi loại")),
        by_year(reads.years_of_activities(actor), wanted.year),
        Chooser("mo-hinh", _("Mô hình"), models, wanted.model_code, _("Mọi mô hình")),
        by_area(queries.areas_of(actor), wanted.area_code),
    )


def _save(actor: Actor, activity: Activity | None) -> ResponseReturnValue:
    form = _form(actor, request.form)
    if form.validate():
        try:
            wanted = _wanted(actor, form)
            if activity is None:
                activity = operations.add_activity(actor, wanted, clock.today())
            else:
                operations.change_activity(actor, activity, wanted, clock.today())
            return redirect(url_for("activities.list_page", ghi=activity.code), code=SEE_OTHER)
        except (Invalid, Conflict) as error:
            form.complain(error)
            return _form_page(form, activity, may_be_another=isinstance(error, Conflict)), 422
    return _form_page(form, activity), 422


def _wanted(actor: Actor, form: ActivityForm) -> ActivityWanted:
    area_id, group_id = places_of(actor).ids(form.where.data)
    return ActivityWanted(
        ActivityKind(form.kind.data),
        area_id,
        form.started_on.asked_day,
        form.ended_on.day,
        group_id,
        form.model.data or None,
        form.participants.data,
        form.topics.data,
        form.source.data,
        form.is_another.data,
    )


def _form(actor: Actor, *args: object, **kwargs: object) -> ActivityForm:
    models, topics = outreach.programme_models(), reads.topics_of_activities()
    return ActivityForm(*args, places=places_of(actor), models=models, topics=topics, **kwargs)


def _form_page(form: ActivityForm, activity: Activity | None = None, *, may_be_another: bool = False) -> str:
    return render_template(
        "coordination/activity.html",
        form=form,
        activity=activity,
        may_be_another=may_be_another or form.is_another.data,
    )
