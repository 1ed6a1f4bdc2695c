"""The shortest way to a slip for tests that need one."""

from directory.referrals.operations import Wanted
from directory.referrals.rules import Urgency


def wanted(offering_code: str, *, urgency: Urgency = Urgency.THREE_DAYS) -> Wanted:
    """Return what a peer asks for whose client agrees to everything."""
    return Wanted(
        offering_code=offering_code,
        category_slug=None,
        urgency=urgency,
        language_need=None,
        access_needs=(),
        client_code=None,
        is_adult=True,
        consent_version="1",
        consent_send=True,
        consent_count=True,
    )
