"""Signing in and out."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from directory.web.access import public

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/dang-nhap")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form."""
    return render_template("accounts/sign_in.html")
