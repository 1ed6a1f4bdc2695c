"""The HSDS read API against the official schemas: every object, every list, every filter."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from directory import clock
from directory.catalogue.models import FieldChange, FormerPart, Offering, Provider, Revision, Site
from directory.catalogue.operations.changes import record_change
from directory.catalogue.upkeep import How, Part
from directory.extensions import db
from directory.interop.hsds.names import DETAILS, FACTS, SUBJECTS, TAXONOMIES, term
from directory.web.transaction import transaction
from tests.entries import CAST, NEVER_SHOWN, import_rows
from tests.interop.official import faults, official, patched

LISTS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


@pytest.fixture
def cast(imported_cast):
    return imported_cast.test_client()


def contents(client, path: str) -> list[dict]:
    answer = client.get(f"/hsds/{path}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json["contents"]


def names(client, query: str) -> set[str]:
    return {one["name"] for one in contents(client, f"services?per_page=100&{query}")}


def offering_of(provider: str) -> Offering:
    return db.session.scalars(select(Offering).join(Site).join(Provider).where(Provider.name == provider)).first()


def test_every_object_and_every_list_is_valid_by_the_official_schemas_and_by_ours(cast):
    for path, schema in LISTS.items():
        for parameters in ("per_page=100", "per_page=100&full=true", "per_page=100&minimal=true"):
            items = contents(cast, f"{path}?{parameters}")
            assert items
            assert [fault for item in items for fault in faults(schema, item)] == []
        for item in items:
            assert faults(schema, cast.get(f"/hsds/{path}/{item['id']}").json) == []


def test_a_list_is_a_page_and_the_pages_hold_everything_once(cast):
    whole = cast.get("/hsds/service_at_locations?per_page=100").json
    assert whole["total_items"] == len(CAST) == whole["size"]
    assert (whole["total_pages"], whole["first_page"], whole["last_page"], whole["empty"]) == (1, True, True, False)
    pages = [cast.get(f"/hsds/service_at_locations?per_page=3&page={page}").json for page in (1, 2, 3, 4)]
    assert [page["size"] for page in pages] == [3, 3, 2, 0]
    assert [page["last_page"] for page in pages] == [False, False, True, True]
    assert pages[3]["empty"]
    seen = [item["id"] for page in pages for item in page["contents"]]
    assert sorted(seen) == sorted(item["id"] for item in whole["contents"])


def test_what_a_service_says_comes_from_the_entry(cast):
    offering = offering_of("Trung tâm Y tế Hạ Long")
    found = cast.get(f"/hsds/services/{offering.service.uuid}").json
    assert found["name"] == "Phòng khám Da liễu"
    assert found["organization"]["name"] == "Trung tâm Y tế Hạ Long"
    assert found["status"] == "active"
    assert found["fees_description"] == "Miễn phí"
    assert found["cost_options"][0]["amount"] == 0
    assert [phone["number"] for phone in found["phones"]] == ["+842033825499", "+84912345678"]
    assert [language["code"] for language in found["languages"]] == ["vi", "en"]
    assert found["required_documents"][0]["document"] == "Thẻ bảo hiểm y tế nếu có"
    assert {one["taxonomy_term"]["code"] for one in found["attributes"]} == {"kham-benh", "benh-lay-truyen-tinh-duc"}
    place = found["service_at_locations"][0]
    said = {one["taxonomy_term"]["code"]: one.get("value") for one in place["attributes"]}
    assert said | {"women_staff": None, "anonymous_ok": "true", "id_required": "false"} == said
    assert (place["location"]["latitude"], place["location"]["longitude"]) == (20.951, 107.08)
    address = place["location"]["addresses"][0]
    assert (address["address_1"], address["city"], address["state_province"], address["country"]) == (
        "Số 5, đường Lê Lợi", "Phường Hồng Gai", "Quảng Ninh", "VN",
    )  # fmt: skip


def test_a_hidden_place_is_virtual_and_has_nothing_but_its_province(cast):
    offering = offering_of("Ngôi nhà Giữ Kín")
    found = cast.get(f"/hsds/service_at_locations/{offering.uuid}").json
    location = found["location"]
    assert (location["location_type"], location["address_visibility"]) == ("virtual", "hidden")
    assert set(location) == {"id", "location_type", "address_visibility", "organization_id"}
    assert found["service_areas"][0]["name"] == "Quảng Ninh"
    assert found["phones"][0]["number"] == "+84912000111"


def test_of_a_partial_place_only_the_ward_is_told(cast):
    offering = offering_of("Nhóm Chỉ Biết Phường")
    location = cast.get(f"/hsds/service_at_locations/{offering.uuid}").json["location"]
    assert location["address_visibility"] == "partial"
    assert "latitude" not in location
    assert location["addresses"][0]["address_1"] == location["addresses"][0]["city"] == "Phường Hồng Gai"


def test_no_answer_holds_what_may_not_be_shown(cast):
    for path in LISTS:
        text = cast.get(f"/hsds/{path}?full=true&per_page=100").get_data(as_text=True)
        assert not [word for word in NEVER_SHOWN if word in text]


def test_filters_hold_together(cast):
    subject, fact = term(SUBJECTS, "y-te").id, term(FACTS, "women_staff").id
    health = {"Phòng khám Da liễu", "Xét nghiệm HIV nhanh", "Khám bệnh"}
    assert names(cast, f"taxonomy_term_id={subject}") == health
    assert names(cast, f"taxonomy_term_id={fact}") == {"Phòng khám Da liễu"}
    provider = offering_of("Trung tâm Y tế Hạ Long").service.provider.uuid
    assert names(cast, f"organization_id={provider}") == {"Phòng khám Da liễu", "Xét nghiệm HIV nhanh"}
    assert names(cast, f"organization_id={provider}&search=da+lieu") == {"Phòng khám Da liễu"}
    assert names(cast, f"organization_id={provider}&search=luat+su") == set()
    assert names(cast, f"taxonomy_id={SUBJECTS.id}&taxonomy_term_id={subject}") == health
    assert names(cast, "taxonomy_id=0f4de2a5-93d2-5d8e-9f1b-6a1f6b8f7c11") == set()
    assert names(cast, f"taxonomy_id={DETAILS.id}&search=kham+benh")
    assert names(cast, "search=kham+benh&modified_after=2999-01-01") == set()
    assert names(cast, "modified_after=2020-01-01T00:00:00Z") == names(cast, "")


def test_only_public_places_are_near(cast):
    near = names(cast, "proximity=20.951,107.08,500")
    assert near == {"Phòng khám Da liễu", "Xét nghiệm HIV nhanh", "Khám bệnh", "Luật sư tư vấn"}
    assert names(cast, "proximity=20.951,107.08,500&search=luat+su") == {"Luật sư tư vấn"}
    assert names(cast, "proximity=10.5,106.5,500") == set()
    ward = offering_of("Nhóm Chỉ Biết Phường").site.ward_key.partition(":")[2]
    assert names(cast, f"postcode={ward}&proximity=10000") == near


BAD = (
    *("page=0", "page=x", "per_page=101", "per_page=-1", "taxonomy_term_id=abc", "modified_after=hôm qua"),
    *("format=xml", "full=perhaps", "proximity=here", "proximity=20.9,107.1,many", "proximity=95,107,5"),
    *("postcode=ABC", "organization_id=1", f"search={'x' * 101}", "modified_after=2026-13-01"),
)


def test_what_cannot_be_read_is_refused_with_a_sentence(cast):
    for query in BAD:
        answer = cast.get(f"/hsds/services?{query}")
        assert answer.status_code == 400, query
        assert answer.json["error"].strip()


def test_an_unknown_object_is_not_found_and_no_uuid_is_refused(cast):
    for path in LISTS:
        assert cast.get(f"/hsds/{path}/00000000-0000-4000-8000-000000000000").status_code == 404
        assert cast.get(f"/hsds/{path}/x").status_code == 400


def test_a_stream_holds_every_object_one_in_a_line(cast):
    for path, schema in LISTS.items():
        answer = cast.get(f"/hsds/{path}?format=ndjson")
        assert answer.mimetype == "application/x-ndjson"
        lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
        assert len(lines) == cast.get(f"/hsds/{path}").json["total_items"]
        assert [fault for line in lines for fault in faults(schema, line)] == []


def test_an_answer_is_sent_again_only_when_something_changed(cast):
    first = cast.get("/hsds/services")
    again = cast.get("/hsds/services", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with transaction():
        record_change(offering_of("Ngôi nhà Giữ Kín").id)
    assert cast.get("/hsds/services", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_any_page_may_read_it_and_nobody_is_remembered(cast):
    for path in ("", "services", "services?page=x", "openapi.json"):
        answer = cast.get(f"/hsds/{path}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in cast.get("/tim").headers


def test_the_front_says_version_profile_and_description(cast):
    front = cast.get("/hsds/").json
    assert front["version"] == "3.1.1"
    for name in ("profile", "openapi_url"):
        assert cast.get(front[name].partition("8000")[2]).status_code == 200
    profile = cast.get("/hsds/profile/profile.json").json
    for address in (*profile["patches"].values(), *profile["schemas"].values()):
        assert cast.get(address.partition("8000")[2]).status_code == 200, address
    assert cast.get("/hsds/profile/nothing.json").status_code == 404
    assert "postal_code" not in official()["address"]["required"]


def test_the_description_names_every_address(cast, app):
    paths = set(cast.get("/hsds/openapi.json").json["paths"])
    ours = {
        rule.rule.removeprefix("/hsds").replace("<part>", "{id}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("hsds.") and ".json" not in rule.rule
    }
    assert paths == ours


def test_taxonomies_hold_their_terms(cast):
    assert [one["id"] for one in contents(cast, "taxonomies")] == [one.id for one in TAXONOMIES]
    top = contents(cast, f"taxonomy_terms?taxonomy_id={SUBJECTS.id}&top_only=true")
    assert len(top) == 5
    below = contents(cast, f"taxonomy_terms?parent_id={top[0]['id']}")
    assert {one["parent_id"] for one in below} == {top[0]["id"]}


def close(offering: Offering, **days) -> None:
    with transaction():
        row = db.session.get(Offering, offering.id)
        for name, day in days.items():
            setattr(row, name, day)
        record_change(row.id)


def test_what_is_closed_for_some_time_says_until_when_and_for_good_is_in_no_list(cast):
    offering = offering_of("Bệnh viện Chưa Ai Hỏi")
    service, today = offering.service.uuid, clock.today()
    close(offering, closed_on=today, reopens_on=today + timedelta(days=9))
    found = cast.get(f"/hsds/services/{service}").json
    assert (found["status"], faults("service", found)) == ("temporarily closed", [])
    assert f"{today + timedelta(days=9):%d/%m/%Y}" in found["alert"]
    close(offering, reopens_on=None)
    assert str(service) not in {one["id"] for one in contents(cast, "services?per_page=100")}
    found = cast.get(f"/hsds/services/{service}").json
    assert (found["status"], faults("service", found)) == ("defunct", [])


def test_what_was_merged_leads_to_what_it_has_become(cast):
    offering = offering_of("Bệnh viện Chưa Ai Hỏi")
    old, older = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
    with transaction():
        db.session.add(FormerPart(uuid=UUID(old), part=Part.OFFERING, now_uuid=offering.uuid))
        db.session.add(FormerPart(uuid=UUID(older), part=Part.OFFERING, now_uuid=UUID(old)))
    answer = cast.get(f"/hsds/service_at_locations/{older}")
    assert (answer.status_code, answer.location) == (301, f"/hsds/service_at_locations/{offering.uuid}")


def changed(offering: Offering, part: Part, column: str, **values) -> None:
    row = {Part.SITE: offering.site, Part.OFFERING: offering, Part.SERVICE: offering.service}[part]
    with transaction():
        revision = Revision(actor="person-7", how=How.EDIT)
        revision.changes.append(FieldChange(part=part, part_uuid=row.uuid, column=column, **values))
        db.session.add(revision)


def test_history_is_told_without_names_and_of_a_place_that_is_kept_back_not_at_all(cast):
    offering, hidden = offering_of("Trung tâm Y tế Hạ Long"), offering_of("Ngôi nhà Giữ Kín")
    service, kept = offering.service.uuid, hidden.service.uuid
    changed(offering, Part.SERVICE, "website", old=None, new="https://moi.example")
    changed(offering, Part.SERVICE, "description", old=None, new=None, is_erased=True)
    changed(hidden, Part.SITE, "address", old="CANARY", new="CANARY")
    changed(hidden, Part.OFFERING, "fees", old="CANARY", new="CANARY")
    changed(hidden, Part.OFFERING, "phones", old="0912000110", new="0912000111")
    found = cast.get(f"/hsds/services/{service}").json
    assert [(one["field_name"], one["replacement_value"]) for one in found["metadata"]] == [
        ("url", "https://moi.example")
    ]
    assert found["metadata"][0]["updated_by"] == "coordinator"
    found = cast.get(f"/hsds/services/{kept}")
    assert faults("service", found.json) == []
    assert "CANARY" not in found.get_data(as_text=True)
    assert "0912000110" in found.get_data(as_text=True)


def test_what_a_service_says_differently_of_its_places_is_said_for_each(app, tmp_path):
    place = {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "source": "dieu-phoi"}
    same = {"provider": "Phòng khám Đôi", "service": "Khám", "category": "kham-benh", **place}
    import_rows(tmp_path, [
        {**same, "address": "Số 1, đường Một", "fees": "50.000 đồng", "languages": "vi"},
        {**same, "address": "Số 2, đường Hai", "languages": "vi;en"},
    ])  # fmt: skip
    found = contents(app.test_client(), "services?full=true")[0]
    assert faults("service", found) == []
    assert found["fees_description"] == "50.000 đồng"
    details = [
        {one["taxonomy_term"]["code"]: one["value"] for one in place["attributes"]}
        for place in found["service_at_locations"]
    ]
    assert [(one["fees"], one["languages"]) for one in details] == [("50.000 đồng", "vi"), ("", "vi;en")]
    assert "eligibility" not in details[0]


def test_a_merge_patch_replaces_lists_and_removes_what_is_null():
    assert patched({"a": [1, 2], "b": {"c": 1, "d": 2}}, {"a": [3], "b": {"c": None}}) == {"a": [3], "b": {"d": 2}}


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_page(cast, statements):
    few = statements(lambda: cast.get("/hsds/services?per_page=2&full=true"))
    many = statements(lambda: cast.get("/hsds/services?per_page=100&full=true"))
    assert many <= few + 2


@pytest.fixture
def statements(app):
    """Count the statements that a call makes."""
    from sqlalchemy import event

    def count(act) -> int:
        made = []
        event.listen(db.engine, "before_cursor_execute", listen := lambda *args: made.append(args[2]))
        act()
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(made)

    return count


def test_an_invented_entry_says_so(cast):
    found = cast.get(f"/hsds/services/{offering_of('Văn phòng Minh Hoạ').service.uuid}").json
    assert "minh hoạ" in found["alert"].lower()
