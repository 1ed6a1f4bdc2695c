"""What holds of every answer: headers, errors, language, quick exit, health, logs."""

import json
import logging

import pytest
from jinja2 import ChoiceLoader, FileSystemLoader

from directory.errors import Conflict, Invalid, NotFound, Unavailable
from directory.web.access import public
from directory.web.language import own_path
from directory.web.request_log import JsonLines


def failing(app, error):
    def view():
        raise error

    app.add_url_rule("/_thu", "probe", public(view))
    app.add_url_rule("/api/_thu", "api_probe", public(view))
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("Không tìm thấy."), 404),
        (Conflict("Đã có người sửa."), 409),
        (Invalid("Số này sai."), 422),
        (Unavailable("Đang bảo trì."), 503),
    ],
)
def test_an_expected_error_is_a_page_with_its_sentence(app, error, status):
    answer = failing(app, error).get("/_thu")
    assert answer.status_code == status
    assert error.message in answer.get_data(as_text=True)


def test_an_unexpected_error_shows_an_incident_number_and_never_what_happened_inside(app, caplog):
    answer = failing(app, ValueError("mat khau 123")).get("/_thu")
    page = answer.get_data(as_text=True)
    (record,) = [r for r in caplog.records if r.msg == "unexpected_error"]
    assert answer.status_code == 500
    assert record.fields["incident"] in page
    assert "mat khau" not in page


def test_a_broken_layout_does_not_take_the_explanation_with_it(app, tmp_path):
    (tmp_path / "layout.html").write_text("{{ not_there }}")
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(tmp_path), app.jinja_env.loader])
    answer = app.test_client().get("/khong-co-trang-nay")
    assert answer.status_code == 500
    assert "Có lỗi ở phía chúng tôi" in answer.get_data(as_text=True)
    assert "tel:115" in answer.get_data(as_text=True)


def test_a_program_gets_its_error_as_json(app):
    answer = failing(app, NotFound("Không tìm thấy.")).get("/api/_thu")
    assert answer.status_code == 404
    assert answer.json["error"] == "Không tìm thấy."


def test_a_log_line_of_an_error_names_frames_and_no_values():
    with pytest.raises(ValueError, match="0912345678") as caught:
        int("0912345678x")
    failure = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("directory", logging.ERROR, __file__, 1, "unexpected_error", (), failure)
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ValueError"
    assert line["frames"]
    assert "0912345678" not in json.dumps(line)


def test_a_request_line_holds_the_route_and_nothing_of_the_person(app, caplog):
    caplog.set_level(logging.INFO, "directory.requests")
    app.test_client().get(
        "/tim?q=chuyen+rieng&vt=20.951,107.08",
        headers={"User-Agent": "Dien-thoai-cua-toi", "X-Forwarded-For": "9.9.9.9"},
    )
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "directory.requests"]
    assert json.loads(lines[-1])["route"] == "/tim"
    # The moment of a line may hold the same digits as a position.
    lines = [line.replace(json.loads(line)["at"], "") for line in lines]
    for secret in ("chuyen", "20.951", "107.08", "Dien-thoai", "9.9.9.9", "127.0.0.1"):
        assert secret not in "".join(lines)


def test_quick_exit_leads_to_a_neutral_site_and_clears_what_the_browser_holds(app):
    answer = app.test_client().get("/thoat")
    assert answer.status_code == 303
    assert "127.0.0.1" not in answer.location
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_language_is_remembered_and_leads_back_to_the_same_page(client):
    answer = client.get("/ngon-ngu/en?ve=/khan-cap")
    assert (answer.status_code, answer.location) == (303, "/khan-cap")
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)


def test_an_unknown_language_is_not_found(client):
    assert client.get("/ngon-ngu/xx").status_code == 404


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb", "javascript:1"]
)
def test_a_link_back_never_leads_to_another_site(wanted):
    assert own_path(wanted) == "/"


def test_health_says_that_database_and_search_answer(app, runner):
    assert app.test_client().get("/suc-khoe").status_code == 503, "before the setup there is no index"
    runner("setup")
    answer = app.test_client().get("/suc-khoe")
    assert answer.status_code == 200
    assert answer.json == {"ok": True, "database": True, "search": True}


def test_a_search_is_never_kept_by_a_cache(client):
    assert client.get("/tim?q=luat+su").headers["Cache-Control"] == "no-store"


def test_a_page_may_ask_for_the_position_and_for_nothing_else(client):
    policy = client.get("/").headers["Permissions-Policy"]
    assert "geolocation=(self)" in policy
    assert "camera=()" in policy


def test_a_file_of_the_site_is_kept_for_a_year_because_its_address_changes_with_it(app):
    with app.test_request_context():
        from flask import url_for

        address = url_for("static", filename="app.css")
    answer = app.test_client().get(address)
    answer.close()
    assert "v=" in address
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_pages_are_compressed_for_who_can_read_it(app):
    plain = app.test_client().get("/")
    packed = app.test_client().get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers


def test_an_endless_address_gets_a_sentence(client):
    answer = client.get("/tim?q=" + "a" * 100_000)
    assert answer.status_code in {200, 422}
    assert "dài quá" in answer.get_data(as_text=True)
