"""What a form that was sent twice was answered the first time: status and address, never a body."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory import clock
from directory.extensions import Model, Moment


class StoredAnswer(Model):
    """The answer to one form key of one person; kept for seven days."""

    __tablename__ = "stored_answer"
    __table_args__ = (UniqueConstraint("actor", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``Actor.key``, or "-" for somebody who is not signed in.
    actor: Mapped[str]
    form_key: Mapped[str]
    #: Keyed hash of what was sent: a client code cannot be guessed from it.
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, index=True)
