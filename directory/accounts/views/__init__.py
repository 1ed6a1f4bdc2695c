"""Signing in and out, being invited, and one's own account."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

# They put their routes on the blueprint above.
from directory.accounts.views import invited, own, second_factor, signing_in  # noqa: E402, F401
