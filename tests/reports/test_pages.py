"""The pages of reports: who may open them, what they say of figures and of what there is none, the year on paper."""

import pytest

from tests.people import sign_in

PAGES = ("", "/thang-bac", "/so-sanh", "/chi-so/L00", "/chi-so/S01", "/dinh-nghia", "/nam", "/nam/ban-in")


@pytest.fixture
def here(people, client):
    """The coordinator of Hạ Long, signed in."""
    sign_in(client, people.coordinator)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_nothing_written_down(here, page):
    answer = here.get(f"/bao-cao{page}")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("page", PAGES)
def test_no_page_opens_for_a_peer(people, client, page):
    sign_in(client, people.peer)
    assert client.get(f"/bao-cao{page}").status_code == 403
