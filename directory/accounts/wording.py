"""Roles and moments in words; everything goes through gettext."""

from datetime import datetime

from flask_babel import gettext as _

from directory.accounts.rules import Role
from directory.clock import LOCAL_ZONE


def role_name(role: Role) -> str:
    """Return what a role is called on a page."""
    return {
        Role.PEER_EDUCATOR: _("Đồng đẳng viên"),
        Role.PROVIDER_STAFF: _("Cán bộ tiếp nhận"),
        Role.COORDINATOR: _("Điều phối viên"),
        Role.ADMINISTRATOR: _("Quản trị viên"),
    }[role]


def moment_in_words(moment: datetime) -> str:
    """Return a moment as a local time and day: "14:05, 22/11/2026"."""
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M, %d/%m/%Y}"
