"""Every page that somebody reaches who is signed in: small, kept by nobody, and telling nothing to who looks on.

The pages are found as people find them, by following links from where each role begins; the client that asks for them
inspects each (``tests/pages.py``).
"""

import gzip
import re
from urllib.parse import urldefrag

import pytest

from directory import clock
from directory.outreach.operations import ActivityWanted, MoveWanted, add_activity, add_move
from directory.outreach.rules import ActivityKind, MoveKind
from directory.referrals import operations, queries
from directory.referrals.telling import is_neutral
from directory.web.access import PUBLIC, access_of
from directory.web.transaction import transaction
from tests.people import guard, issue, post, sign_in

STARTS = {
    "peer": ("/phieu", "/tiep-can", "/phieu/moi?noi={offering}", "/phieu/kich-hoat", "/tai-khoan"),
    "staff": ("/tiep-nhan", "/p", "/q", "/tai-khoan"),
    "desk": ("/tiep-nhan/{presented}", "/p", "/q"),
    "coordinator": ("/dieu-phoi", "/phieu/cuon", "/tai-khoan"),
    "administrator": ("/dieu-phoi/tai-khoan", "/tai-khoan"),
    "nobody": ("/dang-nhap", "/moi", "/p", "/q"),
}
#: Where slips and accounts are; the public pages are looked at elsewhere.
OURS = re.compile(r"/(phieu|tiep-nhan|tiep-can|dieu-phoi|tai-khoan|dang-nhap|moi|[pq])(/|\?|$)")
LARGEST_PAGE, MOST_SCRIPT = 50_000, 10_000
COOKIES = {"phien", "may", "ngon_ngu"}
#: Which engine answers is no matter of pages.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def codes(people) -> dict[str, str]:
    """Make a slip in each of several states, and a book, and return what the starts name."""
    slips = [issue(people) for _ in range(4)]
    with transaction():
        operations.acknowledge(people.staff.actor, slips[1].code)
        operations.confirm_arrival(people.staff.actor, slips[2].code)
        operations.record_service(people.staff.actor, slips[2].code, {"kham-benh": 1})
        operations.decline(people.staff.actor, slips[3].code, "no_capacity")
        operations.mint(people.coordinator.actor, people.group.id, 4)
        actor, area_id, today = people.coordinator.actor, people.area.id, clock.today()
        add_activity(actor, ActivityWanted(ActivityKind.MEETING, area_id, today, topics=["infections"]), today)
        add_move(actor, MoveWanted("leaflet", MoveKind.MADE, area_id, today, 100), today)
    return {"offering": people.offering_code, "presented": slips[0].code}


def pages_of(client, people, role: str, codes: dict[str, str]):
    """Yield address and answer of every page that this role reaches by links."""
    if role != "nobody":
        sign_in(client, getattr(people, role))
    waiting, seen = [start.format(**codes) for start in STARTS[role]], set()
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        yield address, answer
        if answer.mimetype == "text/html":
            found = [urldefrag(link)[0] for link in re.findall(r'<a[^>]+href="([^"]+)"', answer.text)]
            waiting += [link.replace("&amp;", "&") for link in found if OURS.match(link)]


@pytest.mark.parametrize("role", STARTS)
def test_every_page_is_light_and_kept_by_no_cache_and_tells_nothing(client, people, codes, role):
    sizes: dict[str, int] = {}
    for address, answer in pages_of(client, people, role, codes):
        assert answer.status_code in {200, 303}, (address, answer.status_code)
        assert answer.headers["Cache-Control"] == "no-store", address
        assert is_neutral(re.sub(r"[/?=&-]", " ", address)), address
        assert {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")} <= COOKIES, address
        if answer.mimetype != "text/html":
            assert is_neutral(answer.headers.get("Content-Disposition", ""))
            continue
        titles = re.findall(r"<title>(.*?)</title>", answer.text, re.DOTALL)
        titles += re.findall(r'<meta[^>]+content="([^"]*)"', answer.text)
        assert [title for title in titles if not is_neutral(title)] == [], address
        script, rest = _weight(client, answer, sizes)
        assert script <= MOST_SCRIPT, (address, script)
        assert script + rest <= LARGEST_PAGE, (address, script + rest)


def _weight(client, answer, sizes: dict[str, int]) -> tuple[int, int]:
    """Return the compressed bytes of a page's scripts, and of itself with its style sheets."""
    files = re.findall(r'<(script)[^>]+src="([^"]+)"|<(link)[^>]+rel="stylesheet"[^>]+href="([^"]+)"', answer.text)
    weights = {"script": 0, "link": len(gzip.compress(answer.data))}
    for script, source, link, sheet in files:
        address = source or sheet
        if address not in sizes:
            with client.get(address, buffered=True) as file:
                sizes[address] = len(gzip.compress(file.data))
        weights[script or link] += sizes[address]
    return weights["script"], weights["link"]


@pytest.mark.parametrize("role", STARTS)
def test_no_form_is_taken_that_another_site_sent_or_that_lacks_our_token(app, client, people, codes, role):
    """Asked of every address that takes a form: it is refused as such, or as nothing of hers."""
    if role != "nobody":
        sign_in(client, getattr(people, role))
    own = guard(client)
    foreign = own | {"csrf_token": guard(app.test_client())["csrf_token"]}
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods:
            continue
        address = _filled(rule.rule, codes["presented"])
        for fields, headers in ((own, {"Sec-Fetch-Site": "cross-site"}), (foreign, {}), (own | {"csrf_token": ""}, {})):
            answer = client.post(address, data=fields, headers=headers)
            led_to_sign_in = role == "nobody" and access_of(app, rule.endpoint) != PUBLIC
            assert answer.status_code in ({303} if led_to_sign_in else {400, 403}), (address, answer.status_code)


def _filled(rule: str, code: str) -> str:
    """Return an address of the rule: an argument that is one of several words is the first of them."""
    words = re.sub(r"<any\('([^']+)'.*?\):\w+>", r"\1", rule)
    return re.sub(r"<[^>]+>", code, re.sub(r"<int:[^>]+>", "1", words))


def test_what_a_form_would_do_is_not_done_without_its_token(client, people, codes):
    sign_in(client, people.peer)
    path = f"/phieu/{codes['presented']}/huy"
    assert client.post(path, data={"khoa": "0123456789abcdef"}).status_code in {400, 403}
    assert queries.slip_for(people.peer.actor, codes["presented"]).version == 1
    assert post(client, path).status_code == 303
