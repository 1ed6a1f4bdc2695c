"""The entry that an address names, for the pages that are about one."""

from flask_babel import gettext as _

from directory import clock
from directory.catalogue import queries
from directory.catalogue.queries import OfferingPage
from directory.errors import NotFound


def page_of(code: str) -> OfferingPage:
    """Return the entry's page. Raises: NotFound."""
    page = queries.offering_page(code, clock.now())
    if page is None:
        raise no_entry()
    return page


def no_entry() -> NotFound:
    """Return what is said where no entry is."""
    return NotFound(
        _("Không có mục này. Có thể mã bị gõ nhầm, hoặc mục đã được gỡ bỏ."),
        what_now=_("Bạn tìm lại ở ô dưới đây nhé."),
    )
