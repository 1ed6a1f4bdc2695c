"""A coordinator at her desk, and places by the name of their provider."""

import pytest
from sqlalchemy import select

from directory.catalogue.models import Provider, Site
from directory.extensions import db
from tests.people import sign_in


@pytest.fixture
def here(people, client):
    """The coordinator of Hạ Long, signed in."""
    sign_in(client, people.coordinator)
    return client


@pytest.fixture
def site_of(people):
    """Return the place of a provider."""

    def find(provider: str) -> Site:
        return db.session.scalars(select(Site).join(Provider).where(Provider.name == provider)).one()

    return find
