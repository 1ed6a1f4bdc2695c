"""What became of an entry, place, service or organisation that was merged into another one."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from directory.catalogue.models import FormerPart, Offering, Provider
from directory.catalogue.upkeep import Part
from directory.codes import read_public_code
from directory.extensions import db

_CODED = {
    Part.OFFERING: (Offering.code, Offering.uuid),
    Part.PROVIDER: (Provider.code, Provider.uuid),
}


def code_now(part: Part, former_code: str) -> str | None:
    """Return the public code under which a merged offering or provider is found today; None when it is not known."""
    code, uuid = _CODED[part]
    return db.session.scalar(
        select(code)
        .join(FormerPart, FormerPart.now_uuid == uuid)
        .where(FormerPart.part == part, FormerPart.code == read_public_code(former_code))
    )


def uuid_now(part: Part, former_uuid: UUID) -> UUID | None:
    """Return the UUID that stands for a merged part today; None when it never was one."""
    return db.session.scalar(select(FormerPart.now_uuid).where(FormerPart.part == part, FormerPart.uuid == former_uuid))


def former_rows(sources: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return (source, external_id) of the rows that an import leaves out, since their entry was merged into another."""
    rows = db.session.execute(
        select(FormerPart.source_code, FormerPart.external_id).where(
            FormerPart.source_code.in_(sources), FormerPart.external_id.is_not(None)
        )
    )
    return frozenset((source, name) for source, name in rows if source is not None and name is not None)
