"""Books of blank slips: minted for a group, printed, filled in one by one; a lost book is voided as a whole."""

from sqlalchemy import insert, select, update

from directory import clock
from directory.accounts import audit
from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor, Party
from directory.codes import read_public_code
from directory.errors import Invalid, NotAllowed
from directory.extensions import db
from directory.referrals.models import Slip, SlipBook, SlipEvent
from directory.referrals.operations.issuing import new_slip
from directory.referrals.queries.books import no_such_book
from directory.referrals.rules import LARGEST_BOOK, SMALLEST_BOOK, State


def mint(actor: Actor, group_id: int, size: int) -> SlipBook:
    """Make a book of blank slips for a group of the actor's areas.

    Raises: NotAllowed, when the group is not one of hers; Invalid, when the size is no book's.
    """
    group = db.session.get(PeerGroup, group_id)
    if actor.party is not Party.COORDINATOR or group is None or not actor.covers_area(group.area_id):
        raise NotAllowed("Nhóm này không thuộc địa bàn của bạn.", what_now="Hãy chọn một nhóm khác.")
    if not SMALLEST_BOOK <= size <= LARGEST_BOOK:
        sizes = {"least": SMALLEST_BOOK, "most": LARGEST_BOOK}
        raise Invalid("Một cuốn có từ %(least)s đến %(most)s phiếu.", field="size", blanks=sizes)
    now = clock.now()
    book = SlipBook(group_id=group.id, area_id=group.area_id, size=size, minted_at=now)
    db.session.add(book)
    db.session.flush()  # its slips need the id
    slips = [new_slip(State.BLANK, book_id=book.id, group_id=group.id, area_id=group.area_id) for _ in range(size)]
    db.session.add_all(slips)
    db.session.flush()
    first = {"seq": 1, "step": "mint", "from_state": None, "to_state": State.BLANK, "at": now, "actor": actor.key}
    db.session.execute(insert(SlipEvent), [first | {"slip_id": slip.id} for slip in slips])
    audit.record("book.mint", actor, book.uuid)
    return book


def void_book(actor: Actor, book_code: str) -> int:
    """Void what is still blank of a book, and return how many slips that were.

    Raises: NotFound, the same when there is no such book and when it is not of the actor's areas.
    """
    wanted = select(SlipBook).where(SlipBook.code == read_public_code(book_code)).with_for_update()
    book = db.session.scalar(wanted.execution_options(populate_existing=True))
    if book is None or actor.party is not Party.COORDINATOR or not actor.covers_area(book.area_id):
        raise no_such_book()
    now, blank = clock.now(), (Slip.book_id == book.id, Slip.state == State.BLANK)
    slips = db.session.execute(select(Slip.id, Slip.version).where(*blank).order_by(Slip.id).with_for_update()).all()
    step = {"step": "void", "from_state": State.BLANK, "to_state": State.VOID, "at": now, "actor": actor.key}
    if slips:
        db.session.execute(insert(SlipEvent), [step | {"slip_id": slip.id, "seq": slip.version + 1} for slip in slips])
        # These and no others: a slip that a desk takes back to blank meanwhile has no row of history here.
        voided = (
            update(Slip)
            .where(Slip.id.in_([slip.id for slip in slips]))
            .values(state=State.VOID, version=Slip.version + 1, closed_at=now)
        )
        db.session.execute(voided.execution_options(synchronize_session=False))
    book.voided_at = book.voided_at or now
    db.session.flush()
    db.session.expire_all()
    audit.record("book.void", actor, book.uuid)
    return len(slips)
