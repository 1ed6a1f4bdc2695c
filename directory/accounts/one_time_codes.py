"""One-time codes of an authenticator app (TOTP, RFC 6238): six digits that change every thirty seconds."""

import hmac
import re
from datetime import datetime

import pyotp

STEP_S = 30
#: A clock on a phone may be off by one step.
_OFFSETS = (0, -1, 1)
ISSUER = "So dia chi"


def new_seed() -> str:
    """Draw a seed of 160 bits, in base 32 as apps want it."""
    return pyotp.random_base32()


def matching_step(seed: str, typed: str, now: datetime) -> int | None:
    """Return the thirty-second step to which a typed code belongs, or None when it belongs to none of the nearest."""
    digits = re.sub(r"\s", "", typed)
    present = int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(seed)
    for step in (present + offset for offset in _OFFSETS):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def address(seed: str, name: str) -> str:
    """Return what an app reads from the QR code; it says nothing but the site's neutral name and the sign-in name."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=ISSUER)
