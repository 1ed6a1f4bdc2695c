"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds. Reads and writes no database.

A passkey is bound to the host of the public address; a bare IP address cannot have any.
"""

import json
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor
from webauthn.registration.verify_registration_response import VerifiedRegistration

from directory.accounts.models import Account, Passkey
from directory.accounts.sealing import seal_for_form, unseal_from_form
from directory.errors import Invalid
from directory.extensions import settings

LASTS = timedelta(minutes=5)
FAILED = "Khoá truy cập không khớp."
WHAT_NOW = "Hãy thử lại, hoặc dùng cách khác."


def are_possible() -> bool:
    """Whether a browser can make passkeys for our address: a name, over https or on this machine."""
    host = _host()
    try:
        ip_address(host)
    except ValueError:
        return settings().is_https or host == "localhost"
    return False


def ask_for_new(account: Account, now: datetime) -> tuple[str, str]:
    """Return what a browser needs to make a passkey, and the sealed note of what it was asked."""
    options = generate_registration_options(
        rp_id=_host(),
        rp_name="Sổ địa chỉ",
        user_name=account.name,
        user_id=account.uuid.bytes,
        exclude_credentials=_descriptors(account),
    )
    return options_to_json(options), _note(account, options.challenge, now)


def ask_for_known(account: Account, now: datetime) -> tuple[str, str]:
    """Return what a browser needs to use a passkey of this account, and the sealed note of what it was asked."""
    options = generate_authentication_options(rp_id=_host(), allow_credentials=_descriptors(account))
    return options_to_json(options), _note(account, options.challenge, now)


def read_new(account: Account, answer: str, note: str, now: datetime) -> VerifiedRegistration:
    """Return the passkey that a browser made.

    Raises: Invalid, when the answer is not to what it was asked.
    """
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=_challenge(account, note, now),
            expected_rp_id=_host(),
            expected_origin=settings().public_url,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Invalid(FAILED, what_now=WHAT_NOW) from None


def read_known(account: Account, answer: str, note: str, now: datetime) -> tuple[Passkey, VerifiedAuthentication]:
    """Return the passkey that a browser used, and its new count.

    Raises: Invalid, when it is none of this account, or the answer is not to what it was asked.
    """
    challenge = _challenge(account, note, now)
    try:
        credential: dict[str, Any] = json.loads(answer)
        used = base64url_to_bytes(credential["rawId"])
        passkey = next(passkey for passkey in account.passkeys if passkey.credential_id == used)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=settings().public_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, StopIteration):
        raise Invalid(FAILED, what_now=WHAT_NOW) from None
    return passkey, verified


def _host() -> str:
    return urlsplit(settings().public_url).hostname or ""


def _descriptors(account: Account) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in account.passkeys]


def _note(account: Account, challenge: bytes, now: datetime) -> str:
    return seal_for_form({"challenge": bytes_to_base64url(challenge)}, f"passkey|{account.uuid}", now)


def _challenge(account: Account, note: str, now: datetime) -> bytes:
    kept = unseal_from_form(note, f"passkey|{account.uuid}", now, LASTS)
    return base64url_to_bytes(kept["challenge"])
