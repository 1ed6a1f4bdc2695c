from sqlalchemy import select

from directory.accounts.rules import SYSTEM
from directory.catalogue import queries
from directory.catalogue.models import FieldChange, Revision
from directory.catalogue.operations.history import Changed, record_revision
from directory.catalogue.upkeep import How, Part
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.upkeep import edit, entry

CLINIC, TEST = "Trung tâm Y tế Hạ Long", "Xét nghiệm HIV nhanh"


def test_an_act_that_changed_nothing_is_not_written_down(app):
    with transaction():
        assert record_revision(SYSTEM, How.EDIT, []) is None
    assert db.session.scalars(select(Revision)).all() == []


def test_what_a_shared_part_went_through_is_told_of_each_entry_the_newest_first(people):
    her = people.coordinator.actor
    edit(her, CLINIC, {"wheelchair": "không"})
    edit(her, CLINIC, {"fees": "1 đồng"})
    site = entry(CLINIC).site.uuid
    with transaction():
        record_revision(SYSTEM, How.IMPORT, [Changed(Part.SITE, site, "wheelchair", "không", "có")])
    acts = queries.history(her, entry(CLINIC).code)
    assert [(act.who, act.how) for act in acts] == [
        ("hệ thống", How.IMPORT),
        (her.name, How.EDIT),
        (her.name, How.EDIT),
    ]
    assert [act.may_undo for act in acts] == [False, True, True]
    beside = queries.history(her, entry(CLINIC, TEST).code)
    assert [act.how for act in beside] == [How.IMPORT, How.EDIT]


def test_an_erased_change_says_that_it_was_and_nothing_else(people):
    her = people.coordinator.actor
    edit(her, CLINIC, {"address": "Số 9, đường Khác"})
    edit(her, CLINIC, {"visibility": "hidden"})
    newest, oldest = queries.history(her, entry(CLINIC).code)
    assert {(one.column, one.old, one.new) for one in newest.changes if not one.is_erased} == {
        ("visibility", "public", "hidden")
    }
    assert [(one.old, one.new, one.is_erased) for one in oldest.changes] == [("", "", True)]
    assert [newest.may_undo, oldest.may_undo] == [False, False]
    assert db.session.scalars(select(FieldChange.new).where(FieldChange.column == "address")).all() == [None, None]
