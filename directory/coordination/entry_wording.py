"""What the history of an entry calls each act."""

from flask_babel import gettext as _

from directory.catalogue.upkeep import How


def how_name(how: How) -> str:
    """Return what was done, as the heading of an act."""
    return {
        How.ADD: _("Thêm mục"),
        How.EDIT: _("Sửa"),
        How.CORRECTION: _("Sửa theo đề nghị"),
        How.VERIFY: _("Xác minh"),
        How.CLOSE: _("Đóng cửa"),
        How.REOPEN: _("Mở lại"),
        How.MERGE: _("Gộp"),
        How.SPLIT: _("Tách"),
        How.IMPORT: _("Nhập từ tệp"),
        How.UNDO: _("Hoàn tác"),
    }[how]
