"""The public pages of the catalogue, and how somebody says that one of them is wrong."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)

# They put their routes on the blueprint above.
from directory.catalogue.views import corrections, pages, suggesting, warning  # noqa: E402, F401
