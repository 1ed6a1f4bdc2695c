"""The tables of the programme's work on the ground."""

from directory.outreach.models.activities import Activity
from directory.outreach.models.contacts import ContactMaterial, OutreachContact, Topic
from directory.outreach.models.materials import Material, MaterialMove
from directory.outreach.models.programme import ProgrammeModel, ProgrammePoint

__all__ = [
    "Activity",
    "ContactMaterial",
    "Material",
    "MaterialMove",
    "OutreachContact",
    "ProgrammeModel",
    "ProgrammePoint",
    "Topic",
]
