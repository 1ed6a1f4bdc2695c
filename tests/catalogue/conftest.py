"""The cast of entries, and how to find one."""

import pytest
from sqlalchemy import select

from directory.catalogue.models import Offering, Provider, Service
from directory.extensions import db


@pytest.fixture
def cast(imported_cast):
    """The application with the entries of ``tests.entries``."""
    return imported_cast


@pytest.fixture
def code_of(cast):
    """Return a function from a provider's name (and a service's) to the public code of the offering."""

    def find(provider: str, service: str = "") -> str:
        wanted = select(Offering.code).join(Service).join(Provider).where(Provider.name == provider)
        if service:
            wanted = wanted.where(Service.name == service)
        return db.session.scalars(wanted.order_by(Offering.id)).first()

    return find
