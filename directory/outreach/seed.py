"""The programme's models, topics and materials as they stand in ``seed/``.

Safe to repeat. One that is no longer there stays, since points, contacts and activities name it.
"""

from datetime import date

from directory import seed_files
from directory.extensions import db
from directory.outreach.models import Material, ProgrammeModel, Topic


def load_programme() -> None:
    """Bring models, topics and kinds of materials up to the seed."""
    _load_models()
    for position, row in enumerate(seed_files.rows("topics.csv")):
        db.session.merge(
            Topic(
                slug=row["slug"],
                name_vi=row["name_vi"],
                name_en=row["name_en"],
                position=position,
                for_contacts=row["for_contacts"] == "1",
                for_activities=row["for_activities"] == "1",
            )
        )
    for position, row in enumerate(seed_files.rows("materials.csv")):
        names = {name: row[name] for name in ("code", "name_vi", "name_en", "unit_vi", "unit_en")}
        db.session.merge(Material(**names, position=position, for_contacts=row["for_contacts"] == "1"))
    db.session.flush()


def _load_models() -> None:
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
