"""What every route must declare, and the addresses that are promised to programs outside."""

from directory.web.access import access_of


def test_every_route_declares_its_access(app):
    silent = [rule.rule for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]
    assert not silent


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
