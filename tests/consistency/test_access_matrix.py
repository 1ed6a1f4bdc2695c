"""Every route, asked by everybody, about what is hers, what is another's and what is not there: one committed table.

The answers come from real requests. A change of who may do what is a line in the review: the test writes the table
that it found beside the committed one (``access_matrix.txt``) into its message, to be looked at and committed.
"""

import difflib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from directory import clock
from directory.accounts.models import Account, AuditEntry, Desk, Invitation, Passkey, PeerGroup, Session
from directory.accounts.rules import Role
from directory.catalogue.models import (
    Category,
    CorrectionRequest,
    FieldChange,
    ImportRun,
    Offering,
    Provider,
    Revision,
    Service,
    Site,
)
from directory.catalogue.upkeep import How, Origin, Part, RequestKind
from directory.codes import new_public_code
from directory.coordination.views.entries import PARTS
from directory.extensions import db
from directory.interop.hsds.names import TAXONOMIES, terms
from directory.outreach.models import Activity, MaterialMove, OutreachContact, ProgrammePoint
from directory.outreach.rules import ActivityKind, ContactKind, MoveKind
from directory.referrals import operations
from directory.referrals.numbers import grouped, new_slip_number
from directory.referrals.tokens import token_of
from directory.reports.models import ManualFigure
from directory.web.access import PUBLIC, access_of
from directory.web.transaction import transaction
from tests.entries import import_rows
from tests.people import People, Person, guard, issue, post, sign_in

MATRIX = Path(__file__).parent / "access_matrix.txt"
ROLES = ("anonymous", "peer", "staff", "desk", "coordinator", "administrator")
WHOSE = ("own", "other", "none")
#: The steps in ``/phieu/<code>/<word>``; the last is none.
WORDS = ("da-goi", "huy", "bo", "rut", "hoan-tac", "duoc", "chua-duoc", "khong-co")


#: What an argument with a fixed choice of words may be.
CHOICES = {"word": WORDS, "part": tuple(PARTS)}


@dataclass(frozen=True)
class Case:
    """One address that is asked for, with what its arguments name ("" when they name nothing of anybody's)."""

    endpoint: str
    path: str
    method: str
    kind: str


KINDS = (
    ("/phieu/cuon/", "book"),
    ("/phieu/<code>", "slip"),
    ("/tiep-nhan/<code>", "slip"),
    ("/dieu-phoi/nhom/", "group"),
    ("/dieu-phoi/dia-ban/<", "area"),
    ("/dieu-phoi/diem/<", "point"),
    ("/dieu-phoi/hoat-dong/<", "activity"),
    ("/dieu-phoi/tai-lieu/so/<", "move"),
    ("/dieu-phoi/muc/<code>/lich-su/<", "revision"),
    ("/dieu-phoi/muc/<", "entry"),
    ("/dieu-phoi/gop/<code>/<", "pair"),
    ("/dieu-phoi/trung/<", "pair"),
    ("/dieu-phoi/gop/<", "entry"),
    ("/dieu-phoi/xac-minh/canh-bao/<", "entry"),
    ("/dieu-phoi/de-nghi/<", "request"),
    ("/dieu-phoi/nhap/<", "run"),
    ("/dich-vu/<code>/sua", "entry_of_staff"),
    ("/dieu-phoi/quay/<", "desk"),
    ("/dieu-phoi/tai-khoan/the/", "invitation"),
    ("/dieu-phoi/tai-khoan/<", "account"),
    ("/tai-khoan/phien/<", "session"),
    ("/tai-khoan/khoa/<", "passkey"),
    ("/tiep-can/<", "contact"),
    ("/bao-cao/so-nhap-tay/<", "figure"),
)


def cases(app):
    """Yield every address with its words filled in and the codes of its objects left open as ``{}``."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods))):
        kind = next((kind for prefix, kind in KINDS if rule.rule.startswith(prefix) and "<" in rule.rule), "")
        path = re.sub(r"<(int:)?(code|passkey_id|other|one|revision)>", "{}", rule.rule) if kind else rule.rule
        words = re.search(r"<any\((.+?)\):\w+>|<(word|part)>", path) if not rule.rule.startswith("/hsds/") else None
        choices = [""] if not words else CHOICES[words[2]] if words[2] else re.findall(r"'([^']+)'", words[1])
        for word in choices:
            filled = path[: words.start()] + word + path[words.end() :] if words else path
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield Case(rule.endpoint, filled, method, kind)


def samples() -> dict[str, str]:
    """Return what stands in the addresses of public pages."""
    one = {
        model: db.session.scalars(select(model.code).order_by(model.code)).first()
        for model in (Offering, Provider, Category)
    }
    return {
        "/dich-vu/<code>": f"/dich-vu/{one[Offering]}",
        "/don-vi/<code>": f"/don-vi/{one[Provider]}",
        "/chu-de/<code>": f"/chu-de/{one[Category]}",
        "/ngon-ngu/<code>": "/ngon-ngu/en",
        "/bao-cao/chi-so/<code>": "/bao-cao/chi-so/L00",
        "/ban-do/o/<int:z>/<int:x>/<int:y>.png": "/ban-do/o/5/25/14.png",
        "/ban-do/tep/<name>": "/ban-do/tep/khong-co",
        "/tep/<path:filename>": "/tep/app.css",
        "/phieu/cach-khac/<int:way>": "/phieu/cach-khac/1",
        **{
            f"/dich-vu/<code>/{word}": f"/dich-vu/{one[Offering]}/{word}"
            for word in ("bao-sai", "bao-sai/cam-on", "canh-bao", "canh-bao/cam-on")
        },
        "/hsds/profile/<name>.json": "/hsds/profile/profile.json",
        "/hsds/schema/<name>.json": "/hsds/schema/service.json",
        "/hsds/services/<part>": f"/hsds/services/{_uuid_of(Service)}",
        "/hsds/organizations/<part>": f"/hsds/organizations/{_uuid_of(Provider)}",
        "/hsds/service_at_locations/<part>": f"/hsds/service_at_locations/{_uuid_of(Offering)}",
        "/hsds/taxonomies/<part>": f"/hsds/taxonomies/{TAXONOMIES[0].id}",
        "/hsds/taxonomy_terms/<part>": f"/hsds/taxonomy_terms/{next(iter(terms()))}",
    }


def _uuid_of(model) -> UUID:
    return db.session.scalars(select(model.uuid).order_by(model.id)).first()


#: A place in the area of the other coordinator only.
FAR_AWAY = {
    "provider": "Trạm y tế Uông Bí",
    "service": "Khám bệnh",
    "category": "kham-benh",
    "address": "Số 9, đường Quang Trung",
    "ward": "Phường Uông Bí",
    "province": "Quảng Ninh",
    "source": "osm",
}


def _site_of(provider: str) -> int:
    return db.session.scalars(select(Site.id).join(Provider).where(Provider.name == provider)).one()


#: What two codes in the address name.
TWO = {"pair", "revision"}


class Objects:
    """Makes, for each request anew, what is hers and what is another's."""

    def __init__(self, people: People, folder: Path) -> None:
        self.people = people
        import_rows(folder, [FAR_AWAY])
        self.sites = {"own": _site_of("Văn phòng Minh Hoạ"), "other": _site_of(FAR_AWAY["provider"])}
        self.offerings = {
            whose: db.session.scalars(select(Offering).where(Offering.site_id == site_id)).one()
            for whose, site_id in self.sites.items()
        }

    def code(self, kind: str, whose: str, who: Person | None) -> str:
        """Return what stands in the address."""
        if whose == "none":
            return "999999" if kind == "passkey" else "/".join(new_public_code() for _ in range(1 + (kind in TWO)))
        return str(getattr(self, f"_{kind}")(whose, who))

    def _entry(self, whose: str, _who) -> str:
        return self.offerings[whose].code

    def _entry_of_staff(self, whose: str, _who) -> str:
        return self.people.offering_code if whose == "own" else self.offerings["other"].code

    def _pair(self, whose: str, _who) -> str:
        return f"{self.offerings[whose].code}/{self.people.offering_code}"

    def _revision(self, whose: str, _who) -> str:
        offering = self.offerings[whose]
        change = FieldChange(part=Part.OFFERING, part_uuid=offering.uuid, column="fees", old="1", new="2")
        with transaction():
            row = Revision(actor="system", how=How.EDIT, changes=[change])
            db.session.add(row)
        return f"{offering.code}/{row.code}"

    def _request(self, whose: str, _who) -> str:
        wanted = {"offering_id": self.offerings[whose].id, "wanted": {"fees": "2"}, "seen": {"fees": "1"}}
        with transaction():
            row = CorrectionRequest(kind=RequestKind.CHANGE, origin=Origin.PEER, **wanted)
            db.session.add(row)
        return row.code

    def _run(self, whose: str, _who) -> str:
        starter = self.people.coordinator if whose == "own" else self.people.other_coordinator
        with transaction():
            row = ImportRun(file_name="bang.csv", file_hash=secrets.token_bytes(32), started_by_id=starter.account.id)
            db.session.add(row)
        return row.code

    def _area(self, whose: str, _who) -> str:
        return (self.people.area if whose == "own" else self.people.other_area).code

    def _point(self, whose: str, _who) -> str:
        area = self.people.area if whose == "own" else self.people.other_area
        with transaction():
            row = ProgrammePoint(name=secrets.token_hex(8), model_code="01", area_id=area.id)
            db.session.add(row)
        return row.code

    def _activity(self, whose: str, _who) -> str:
        area, day = self.people.area if whose == "own" else self.people.other_area, clock.today()
        with transaction():
            row = Activity(kind=ActivityKind.CAMPAIGN, area_id=area.id, started_on=day, ended_on=day)
            db.session.add(row)
        return row.code

    def _move(self, whose: str, _who) -> str:
        area = self.people.area if whose == "own" else self.people.other_area
        with transaction():
            row = MaterialMove(
                material_code="leaflet", kind=MoveKind.MADE, area_id=area.id, day_on=clock.today(), count=5
            )
            db.session.add(row)
        return row.code

    def _figure(self, whose: str, _who) -> str:
        area = self.people.area if whose == "own" else self.people.other_area
        with transaction():
            row = ManualFigure(indicator="S01", area_id=area.id, last_on=clock.today(), value=7, source="Báo")
            db.session.add(row)
        return row.code

    def _contact(self, whose: str, who: Person | None) -> str:
        """Return a contact that the one who asks wrote, or one of her own group that a colleague wrote."""
        people = self.people
        writer = people.colleague if whose == "other" else who if isinstance(who, Person) else people.peer
        group = db.session.get(PeerGroup, writer.account.group_id or people.group.id)
        with transaction():
            row = OutreachContact(
                area_id=group.area_id,
                group_id=group.id,
                day_on=clock.today(),
                kind=ContactKind.ALONE,
                people=1,
                topics=",law,",
                entered_by_id=writer.account.id,
            )
            db.session.add(row)
        return row.code

    def _book(self, whose: str, _who) -> str:
        people = self.people
        minting = (
            (people.coordinator, people.group) if whose == "own" else (people.other_coordinator, people.other_group)
        )
        with transaction():
            return operations.mint(minting[0].actor, minting[1].id, 4).code

    def _slip(self, whose: str, _who) -> str:
        people = self.people
        if whose == "own":
            return issue(people).code
        return issue(people, by=people.other_peer, offering_code=people.other_offering_code).code

    def _group(self, whose: str, _who) -> str:
        return (self.people.group if whose == "own" else self.people.other_group).code

    def _desk(self, whose: str, _who) -> str:
        site_id = self.sites[whose]
        with transaction():
            desk = db.session.scalar(select(Desk).where(Desk.site_id == site_id))
            if desk is None:
                desk = Desk(site_id=site_id, handle=f"90{site_id:02}", pin_hash="")
                db.session.add(desk)
        return desk.code

    def _account(self, whose: str, _who) -> str:
        group = self.people.group if whose == "own" else self.people.other_group
        name = secrets.token_hex(8)
        with transaction():
            row = Account(name=name, folded_name=name, role=Role.PEER_EDUCATOR, passphrase_hash="", group_id=group.id)
            db.session.add(row)
        return row.code

    def _invitation(self, whose: str, _who) -> str:
        group = self.people.group if whose == "own" else self.people.other_group
        with transaction():
            row = Invitation(
                secret_hash=secrets.token_bytes(32),
                role=Role.PEER_EDUCATOR,
                group_id=group.id,
                expires_at=clock.now() + timedelta(days=7),
            )
            db.session.add(row)
        return row.code

    def _session(self, whose: str, who) -> str:
        owner = self.people.other_peer if whose == "other" or not isinstance(who, Person) else who
        with transaction():
            row = Session(id_hash=secrets.token_bytes(32), account_id=owner.account.id)
            db.session.add(row)
        return row.code

    def _passkey(self, whose: str, who) -> str:
        owner = self.people.other_peer if whose == "other" or not isinstance(who, Person) else who
        with transaction():
            row = Passkey(
                account_id=owner.account.id, credential_id=secrets.token_bytes(16), public_key=b"none", sign_count=0
            )
            db.session.add(row)
        return str(row.id)


@pytest.fixture
def asked(app, people, monkeypatch, tmp_path):
    """Return a function that asks for a case as somebody, in a browser of her own."""
    monkeypatch.setattr("directory.referrals.operations.issuing.SLIPS_PER_DAY", 10_000)
    objects, fixed = Objects(people, tmp_path), samples()

    def ask(case: Case, role: str, whose: str = ""):
        who = getattr(people, role) if role != "anonymous" else None
        code = objects.code(case.kind, whose, who) if case.kind else ""
        path = fixed.get(case.path, case.path.format(*code.split("/")) if case.kind else case.path)
        client = app.test_client()
        if who:
            sign_in(client, who)
        answer = client.get(path) if case.method == "GET" else client.post(path, data=guard(client))
        answer.get_data()
        answer.close()
        return answer, code

    return ask


def line(case: Case, access: str, whose: str, statuses: list[int]) -> str:
    return f"{case.path:55} {case.method:4} {access:16} {whose or '-':5} " + " ".join(map(str, statuses))


def test_the_committed_table_of_routes_roles_and_answers_is_the_present_one(app, asked):
    lines = [f"{'route':55} {'':4} {'declared':16} {'whose':5} " + " ".join(role[:4] for role in ROLES)]
    for case in cases(app):
        access = access_of(app, case.endpoint)
        for whose in WHOSE if case.kind else ("",):
            statuses = [asked(case, role, whose)[0].status_code for role in ROLES]
            lines.append(line(case, access, whose, statuses))
            assert max(statuses) < 500, lines[-1]
            if access != PUBLIC:
                assert statuses[0] == 303, f"somebody who is not signed in is led to sign in: {lines[-1]}"
    found = "\n".join(lines) + "\n"
    if found != MATRIX.read_text():
        (Path(db.engine.url.database).parent / "access_matrix.txt").write_text(found)
    assert found.splitlines() == MATRIX.read_text().splitlines(), "commit the table that was found when it is right"


def told(answer, code: str) -> tuple:
    """Return all that somebody is told: status, headers and body, without what is drawn for each answer anew."""
    body = answer.get_data(as_text=True)
    for part in code.split("/") if code else ():
        body = body.replace(f"/{part}/", "/CODE/")
        body = body.replace(part, "CODE") if len(part) > 6 else body
    body = re.sub(r'(name="(csrf_token|khoa)" value=")[^"]+', r"\1", body)
    headers = {
        name: re.sub("/(" + "|".join(code.split("/")) + ")", "/CODE", value) if code else value
        for name, value in answer.headers
        if name not in {"Set-Cookie", "Content-Length"}
    }
    headers |= {"Set-Cookie": str([value.split("=")[0] for value in answer.headers.getlist("Set-Cookie")])}
    return answer.status_code, headers, body


#: The administrator's accounts, groups and areas are all of them, and a peer proposes corrections of any entry: nothing
#: of these is another's.
UNBOUNDED = {
    *(("administrator", ability) for ability in ("accounts.manage", "groups.manage", "areas.manage")),
    ("peer", "catalogue.suggest"),
}


def test_what_is_another_organisations_answers_as_what_is_not_there(app, asked):
    for case in cases(app):
        for role in ROLES if case.kind else ():
            if (role, access_of(app, case.endpoint)) not in UNBOUNDED:
                other, none = told(*asked(case, role, "other")), told(*asked(case, role, "none"))
                assert other == none, (case, role, *difflib.unified_diff(other[2].split("\n"), none[2].split("\n")))


def test_a_slip_that_may_not_be_sent_is_not_there_for_its_site_until_it_is_shown(app, people):
    slip = issue(people, consent_send=False)
    for who in (people.staff, people.desk):
        client = app.test_client()
        sign_in(client, who)
        for code in (slip.code, new_public_code()):
            assert client.get(f"/tiep-nhan/{code}").status_code == 404
        kept_back, absent = (client.get(f"/tiep-nhan/{code}") for code in (slip.code, "00000000"))
        assert told(kept_back, slip.code) == told(absent, "00000000")
        assert slip.code not in client.get("/tiep-nhan").get_data(as_text=True)


def test_a_wrong_number_a_wrong_pin_and_another_sites_slip_answer_alike(app, people):
    slip = issue(people)
    wrong_pin = people.desk.pin[:5] + "9999 9999"
    tries = {
        "wrong PIN": (slip.number, wrong_pin),
        "PIN of no desk": (slip.number, "9999 9999 9999"),
        "PIN of another site": (slip.number, people.other_desk.pin),
        "wrong number": (new_slip_number(), people.desk.pin),
        "no number": ("0000000001", people.desk.pin),
    }
    answers = {}
    for name, (number, pin) in tries.items():
        client = app.test_client()
        answer = post(client, "/p", number=number, pin=pin)
        body = answer.get_data(as_text=True)
        for typed in (number, grouped(number), pin):
            body = body.replace(typed, "TYPED")
        answer.set_data(body)
        answers[name] = told(answer, "")
    assert len({repr(answer) for answer in answers.values()}) == 1, {
        name: (answer[0], answer[1].get("Set-Cookie")) for name, answer in answers.items()
    }
    client = app.test_client()
    assert post(client, "/p", number=slip.number, pin=people.desk.pin).status_code == 303


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_robot_that_follows_every_link_changes_nothing(app, people, method):
    slip = issue(people)
    with transaction():
        audited = db.session.scalar(select(func.count()).select_from(AuditEntry))
    client = app.test_client()
    for path in ("/q", "/p", "/q/rut-lai", f"/q?{token_of(slip)}", f"/phieu/{slip.code}", f"/tiep-nhan/{slip.code}"):
        getattr(client, method)(path)
    db.session.refresh(slip)
    assert (slip.version, slip.presented_at) == (1, None)
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == audited


def test_what_is_hers_opens_no_way_to_what_is_anothers(app, people, tmp_path):
    """Two codes in one address, the first of them hers: the second must be hers, too."""
    objects = Objects(people, tmp_path)
    own, other = objects.offerings["own"].code, objects.offerings["other"].code
    foreign, absent = objects.code("revision", "other", None).split("/")[1], new_public_code()
    client = app.test_client()
    sign_in(client, people.coordinator)
    for path, theirs, nothing in (
        (f"/dieu-phoi/muc/{own}/lich-su/{{}}", foreign, absent),
        (f"/dieu-phoi/gop/{own}/{{}}", other, absent),
        (f"/dieu-phoi/gop/{{}}/{own}", other, absent),
        (f"/dieu-phoi/trung/{own}/{{}}", other, absent),
    ):
        answers = [told(post(client, path.format(code)), code) for code in (theirs, nothing)]
        assert answers[0] == answers[1], path
        assert answers[0][0] == 404, path


def test_a_whole_form_about_what_is_anothers_is_answered_as_about_nothing(app, people, tmp_path):
    """The matrix sends forms without fields, which some views refuse before they look for whom it is about."""
    objects = Objects(people, tmp_path)
    other, request = objects.offerings["other"].code, objects.code("request", "other", None)
    client = app.test_client()
    sign_in(client, people.coordinator)
    for path, theirs, fields in (
        ("/dieu-phoi/de-nghi/{}/tu-choi", request, {"ban": "1"}),
        ("/dieu-phoi/de-nghi/{}/nhan", request, {"ban": "1", "ban-muc": "1.1.1.1"}),
        ("/dieu-phoi/muc/{}/mo-lai", other, {"ban": "1.1.1.1"}),
        ("/dieu-phoi/muc/{}/dong", other, {"ban": "1.1.1.1", "closed_on": "2026-01-01", "kind": "ever"}),
        ("/dieu-phoi/muc/{}/tach/noi", other, {"ban": "1.1.1.1", "tach": other}),
        ("/dieu-phoi/muc/{}/tach/don-vi", other, {"ban": "1.1.1.1", "tach": other, "ten": "Của tôi"}),
        ("/dieu-phoi/xac-minh/canh-bao/{}", other, {"den": "9"}),
    ):
        for code in (theirs, new_public_code()):
            assert post(client, path.format(code), **fields).status_code == 404, path
    for codes in (f"{other}:1.1.1.1", f"{new_public_code()}:1.1.1.1"):
        assert post(client, "/dieu-phoi/xac-minh", muc=codes).status_code == 404
