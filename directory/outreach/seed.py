"""The programme's models as they stand in ``seed/models.csv``."""

from datetime import date

from directory import seed_files
from directory.extensions import db
from directory.outreach.models import ProgrammeModel


def load_models() -> None:
    """Bring the models up to the seed; safe to repeat. One that is no longer there stays, since points name it."""
    for row in seed_files.rows("models.csv"):
        began = row["valid_from"]
        db.session.merge(
            ProgrammeModel(
                code=row["code"],
                name_vi=row["name_vi"],
                name_en=row["name_en"],
                legal_basis=row["legal_basis"] or None,
                valid_from=date.fromisoformat(began) if began else None,
                source_url=row["source_url"] or None,
            )
        )
    db.session.flush()
