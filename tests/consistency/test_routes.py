"""What every route must declare, and the addresses that are promised to programs outside."""

from pathlib import Path

from directory.web.access import access_of

MATRIX = Path(__file__).parent / "access_matrix.txt"


def lines(app):
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods))):
        methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        yield f"{rule.rule}  {methods}  {access_of(app, rule.endpoint)}"


def test_every_route_declares_its_access(app):
    silent = [rule.rule for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]
    assert not silent


def test_the_committed_table_of_routes_and_access_is_the_present_one(app):
    """So that a change of who may open what is a line in the review; write the file anew with the text shown."""
    assert "\n".join(lines(app)) + "\n" == MATRIX.read_text()


def test_no_get_writes(app):
    writing = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "writes", False) and "GET" in rule.methods
    ]
    assert not writing


def test_no_address_tells_what_it_is_about(app):
    from tests.pages import TELLING

    assert not [rule.rule for rule in app.url_map.iter_rules() if TELLING.search(rule.rule)]
