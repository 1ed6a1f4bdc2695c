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


#: What is harmless when it is sent again: it proves who somebody is, opens what is there, shows what would be, or ends
#: what has ended.
HARMLESS_TWICE = {
    *("accounts.prove_passphrase", "accounts.prove_second_factor", "accounts.prove_now", "accounts.sign_out"),
    *("accounts.read_invitation", "presenting.open_by_number", "presenting.scanned", "presenting.close_desk"),
    *("tracking.by_number", "entries.look_first"),
}


def test_every_form_that_makes_or_moves_something_acts_once(app):
    forms = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert {name for name in forms if not getattr(app.view_functions[name], "once", False)} == HARMLESS_TWICE


def test_no_address_tells_what_it_is_about(app):
    from tests.pages import TELLING

    assert not [rule.rule for rule in app.url_map.iter_rules() if TELLING.search(rule.rule)]
