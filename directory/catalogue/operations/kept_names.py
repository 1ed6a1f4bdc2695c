"""The names that entries had in their sources before their places were kept back: known again, and not kept.

A name such as "node/123" leads to the place. Its keyed hash leads nowhere, and recognises the row that a file brings.
"""

import hashlib
import hmac
from collections.abc import Collection

from sqlalchemy import select

from directory.catalogue.models import KeptBackName, Offering
from directory.catalogue.wanted import OfferingKey
from directory.extensions import db, settings


def digest_of(source_code: str, external_id: str) -> bytes:
    """Return the keyed hash of an entry's name in its source."""
    key = settings().secret_key.encode()
    return hmac.new(key, f"kept back\0{source_code}\0{external_id}".encode(), hashlib.sha256).digest()


def kept_back_among(keys: Collection[OfferingKey]) -> dict[OfferingKey, OfferingKey]:
    """Return which of these names belong to entries whose places were kept back, and what those go by now."""
    statement = select(KeptBackName.digest, Offering.source_code, Offering.external_id).join(Offering)
    known = {digest: (source, name) for digest, source, name in db.session.execute(statement)}
    if not known:
        return {}
    digests = {key: digest_of(*key) for key in keys}
    return {key: known[digest] for key, digest in digests.items() if digest in known}
