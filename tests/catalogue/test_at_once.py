"""A file while people edit: whoever comes second waits, sees what the first one wrote, overwrites nothing unseen."""

from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from directory.catalogue import operations, queries
from directory.catalogue.models import CorrectionRequest, FieldChange, ImportRun, Offering, Revision
from directory.catalogue.operations import Outdated, import_services, runs
from directory.catalogue.upkeep import How, Origin, RunState
from directory.errors import Conflict
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, SHELTER, csv_text, import_rows, write_csv
from tests.catalogue.upkeep import at_once, cells, coordinator, edit, entry, seen

NAME = CLINIC["provider"]
#: Units: seconds. Long enough for whoever does not wait for her turn to be done meanwhile.
A_WHILE = 0.4


@pytest.fixture
def her(people, tmp_path):
    """A coordinator of the whole country; the clinic is there."""
    import_rows(tmp_path, CLINIC)
    return coordinator("Toàn quốc")


@pytest.fixture
def second(her):
    """Another one."""
    return coordinator("Toàn quốc hai")


def meanwhile(app, act, error):
    """Return a thread that does something in a transaction of its own, and puts into ``error`` what went wrong."""

    def run():
        with app.app_context():
            try:
                with transaction():
                    act()
            except Exception as wrong:
                error.append(wrong)
            finally:
                db.session.remove()

    return Thread(target=run)


def import_while(app, path, act):
    """Import a file; when it has been read and is about to be written, let somebody else begin. Return her error."""
    error = []
    other = meanwhile(app, act, error)

    def progress(what, done, total):
        if what.startswith("Ghi") and not done:
            other.start()
            other.join(A_WHILE)

    with transaction():
        report = import_services(path, progress=progress)
    other.join()
    db.session.expire_all()
    return report, error


def steps(name):
    """Return how often an entry was changed by each act."""
    one = entry(name)
    rows = db.session.execute(
        select(Revision.how, func.count(FieldChange.id))
        .join(FieldChange, FieldChange.revision_id == Revision.id)
        .where(FieldChange.part_uuid == one.uuid)
        .group_by(Revision.how)
    )
    return dict(rows.all())


def test_an_editor_who_began_before_an_import_was_written_is_shown_both_versions(app, her, tmp_path):
    code, old = entry(NAME).code, seen(NAME)
    path = write_csv(tmp_path, CLINIC | {"fees": "20.000 đồng"})
    _, (error,) = import_while(app, path, lambda: operations.edit(her, code, {"fees": "Miễn phí"}, old))
    assert isinstance(error, Outdated)
    assert (error.now["fees"], error.mine["fees"]) == ("20.000 đồng", "Miễn phí")
    assert cells(NAME)["fees"] == "20.000 đồng"


def test_an_editor_of_another_part_than_an_import_writes_loses_nothing(app, her, tmp_path):
    code, old = entry(NAME).code, seen(NAME)
    path = write_csv(tmp_path, CLINIC | {"fees": "20.000 đồng"})
    _, errors = import_while(app, path, lambda: operations.edit(her, code, {"description": "Khám da."}, old))
    assert errors == []
    assert (cells(NAME)["fees"], cells(NAME)["description"]) == ("20.000 đồng", "Khám da.")


def test_an_import_that_began_while_somebody_edits_keeps_what_she_wrote_and_asks(app, her, tmp_path):
    """Also where the file was read before she was done: it is compared with what stands there when it is written."""
    code, old = entry(NAME).code, seen(NAME)
    path = write_csv(tmp_path, CLINIC | {"fees": "20.000 đồng", "documents": "Thẻ bảo hiểm"})
    has_edited, errors = Event(), []

    def bring():
        has_edited.wait()
        import_services(path)

    other = meanwhile(app, bring, errors)
    with transaction():
        operations.edit(her, code, {"fees": "Miễn phí"}, old)
        other.start()
        has_edited.set()
        other.join(A_WHILE)
    other.join()
    assert errors == []
    assert (cells(NAME)["fees"], cells(NAME)["documents"]) == ("Miễn phí", "Thẻ bảo hiểm")
    (request,) = db.session.scalars(select(CorrectionRequest))
    assert (request.origin, request.wanted) == (Origin.IMPORT, {"fees": "20.000 đồng"})


def test_editors_an_approver_and_an_import_at_once_leave_every_word_to_be_found(app, people, her, second, tmp_path):
    """Whatever the order: each of them is written, or was told; nobody's word vanishes without a trace."""
    one = entry(NAME)
    code, old = one.code, seen(NAME)
    with transaction():
        asked = operations.suggest(people.peer.actor, code, {"phones": "0203 3825 111"}, old, Origin.PEER).code
    path = write_csv(tmp_path, CLINIC | {"fees": "Giá của tệp", "documents": "Thẻ bảo hiểm"})
    results = at_once(
        app,
        lambda: operations.edit(her, code, {"fees": "Giá của người sửa"}, old) and "edited",
        lambda: operations.edit(second, code, {"eligibility": "Ai cũng được"}, old) and "edited",
        lambda: operations.accept(her, asked, 1) and "accepted",
        lambda: import_services(path).updated and "imported",
    )
    assert results[2:] == ["accepted", "imported"]
    assert all(result == "edited" or isinstance(result, Outdated) for result in results[:2])
    now = cells(NAME)
    assert (now["phones"], now["documents"]) == ("0203 3825 111", "Thẻ bảo hiểm")
    assert (now["eligibility"] == "Ai cũng được") == (results[1] == "edited")
    if results[0] == "edited":
        wanted = db.session.scalars(select(CorrectionRequest.wanted).where(CorrectionRequest.origin == Origin.IMPORT))
        assert (now["fees"], wanted.all()) == ("Giá của người sửa", [{"fees": "Giá của tệp"}])
    else:
        assert (now["fees"], results[0].now["fees"]) in {("Giá của tệp", "Giá của tệp"), ("Giá của tệp", "")}
    acts = [act.how for act in queries.history(her, code)]
    assert sorted(acts) == sorted([How.CORRECTION, How.IMPORT] + [How.EDIT] * results.count("edited"))


def test_one_file_that_two_coordinators_write_at_once_is_written_once(app, her, second, tmp_path):
    with transaction():
        text = csv_text(CLINIC | {"fees": "20.000 đồng"}).encode()
        code = runs.look_at(her, "bang.csv", text, None).code
    results = at_once(app, *(lambda who=who: runs.confirm(who, code, 1).is_outdated for who in (her, second)))
    (error,) = [result for result in results if isinstance(result, Conflict)]
    assert "đã được ghi" in error.message
    db.session.expire_all()
    (run,) = db.session.scalars(select(ImportRun))
    assert (run.state, run.updated) == (RunState.WRITTEN, 1)
    assert steps(NAME) == {How.IMPORT: 1}


def test_a_file_that_one_writes_and_another_takes_away_at_once_is_one_of_both(app, her, second):
    with transaction():
        code = runs.look_at(her, "bang.csv", csv_text(CLINIC | {"fees": "20.000 đồng"}).encode(), None).code
    results = at_once(app, lambda: runs.confirm(her, code, 1) and None, lambda: runs.drop(second, code))
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    state = db.session.scalar(select(ImportRun.state))
    assert (state, cells(NAME)["fees"]) in {(RunState.WRITTEN, "20.000 đồng"), (RunState.DROPPED, "")}


def test_a_file_that_waits_is_agreed_to_by_two_persons_even_when_they_press_at_once(app, her, second):
    with transaction():
        code = runs.look_at(her, "bang.csv", csv_text(SHELTER).encode(), None).code
    before = db.session.scalar(select(func.count(Offering.id)))
    at_once(app, *(lambda who=who: runs.confirm(who, code, 1) and None for who in (her, her, second)))
    db.session.expire_all()
    (run,) = db.session.scalars(select(ImportRun))
    assert run.state is RunState.WAITING
    assert db.session.scalar(select(func.count(Offering.id))) == before
    first, other = (her, second) if run.endorsed_by_id == her.account_id else (second, her)
    with pytest.raises(Exception, match="khác"), transaction():
        runs.confirm(first, code, run.version)
    with transaction():
        runs.confirm(other, code, run.version)
    assert db.session.scalar(select(func.count(Offering.id))) == before + 1


def test_an_act_that_two_take_back_at_once_is_taken_back_once(app, her, second):
    act = edit(her, NAME, {"fees": "1 đồng"}).revision.code
    results = at_once(app, *(lambda who=who: operations.undo(who, act) and None for who in (her, second)))
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert (cells(NAME)["fees"], steps(NAME)) == ("", {How.EDIT: 1, How.UNDO: 1})
