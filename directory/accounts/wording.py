"""Roles in words; everything goes through gettext."""

from flask_babel import gettext as _

from directory.accounts.rules import Role


def role_name(role: Role) -> str:
    """Return what a role is called on a page."""
    return {
        Role.PEER_EDUCATOR: _("Đồng đẳng viên"),
        Role.PROVIDER_STAFF: _("Cán bộ tiếp nhận"),
        Role.COORDINATOR: _("Điều phối viên"),
        Role.ADMINISTRATOR: _("Quản trị viên"),
    }[role]
