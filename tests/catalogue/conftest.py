"""The cast of entries, and how to find one."""

import pytest
from sqlalchemy import select

from directory.catalogue.models import Offering, Provider, Service
from directory.extensions import db
from tests.entries import import_cast


@pytest.fixture
def cast(app, tmp_path):
    """The entries of ``tests.entries`` in the database."""
    import_cast(tmp_path)
    return app


@pytest.fixture
def code_of(cast):
    """Return a function from a provider's name (and a service's) to the public code of the offering."""

    def find(provider: str, service: str = "") -> str:
        wanted = select(Offering.code).join(Service).join(Provider).where(Provider.name == provider)
        if service:
            wanted = wanted.where(Service.name == service)
        return db.session.scalars(wanted.order_by(Offering.id)).first()

    return find
