"""``directory users``: accounts from the command line."""

import json
import re

import pytest
from sqlalchemy import select

from directory.accounts.models import Account, Invitation
from directory.accounts.queries import account_named, open_invitation
from directory.accounts.rules import Role
from directory.errors import DirectoryError
from directory.extensions import db


def code_in(result) -> str:
    assert result.exit_code == 0, result.output
    return re.search(r"Mã mời: (\S+)", result.output).group(1)


def test_the_first_administrator_is_invited_on_an_empty_site(runner):
    assert "directory users add --role administrator" in runner("users", "list").output
    code = code_in(runner("users", "add", "--role", "administrator"))
    assert open_invitation(code).role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (("--role", "peer_educator", "--group", "nhóm hạ long xanh"), Role.PEER_EDUCATOR),
        (("--role", "provider_staff", "--site", "Bệnh viện Chưa Ai Hỏi"), Role.PROVIDER_STAFF),
        (("--role", "coordinator", "--area", "Hạ Long", "--area", "Uông Bí"), Role.COORDINATOR),
        (("--role", "coordinator", "--all-areas"), Role.COORDINATOR),
    ],
)
def test_each_role_is_invited_with_its_scope(runner, people, words, role):
    invitation = open_invitation(code_in(runner("users", "add", *words)))
    assert invitation.role is role


@pytest.mark.parametrize(
    "words",
    [
        ("--role", "peer_educator"),
        ("--role", "peer_educator", "--group", "Không có"),
        ("--role", "provider_staff"),
        ("--role", "provider_staff", "--site", "không hề có"),
        ("--role", "coordinator"),
        ("--role", "coordinator", "--area", "Sao Hoả"),
        ("--role", "administrator", "--all-areas"),
    ],
)
def test_a_scope_that_does_not_fit_is_refused_with_a_sentence(runner, people, words):
    result = runner("users", "add", *words)
    assert result.exit_code == 1
    assert isinstance(result.exception, DirectoryError)
    assert db.session.scalars(select(Invitation)).all() == []


def test_an_unknown_role_is_wrong_usage(runner):
    assert runner("users", "add", "--role", "police").exit_code == 2


def test_a_reset_takes_the_passphrase_away_and_gives_a_code(runner, people):
    before = people.coordinator.account.passphrase_hash
    code = code_in(runner("users", "reset", "điều phối một"))
    account = account_named("Điều phối một")
    assert open_invitation(code).account_id == account.id
    assert account.passphrase_hash != before
    assert not account.has_second_factor


def test_an_account_is_disabled_and_enabled(runner, people):
    assert runner("users", "disable", "Sen").exit_code == 0
    assert account_named("Sen").disabled_at
    assert "đang khoá" in runner("users", "list").output
    assert runner("users", "enable", "Sen").exit_code == 0
    db.session.expire_all()
    assert account_named("Sen").disabled_at is None


def test_a_name_that_nobody_has_is_told(runner, people):
    result = runner("users", "disable", "Không Ai")
    assert (result.exit_code, result.exception.message) == (1, "Không có tài khoản “Không Ai”.")


def test_the_list_tells_programs_names_and_scopes_and_no_secret(runner, people):
    lines = json.loads(runner("users", "list", "--json").stdout)
    assert {"Sen", "Tiếp nhận một", "Điều phối một", "Quản trị"} <= {line["name"] for line in lines}
    hashes = db.session.scalars(select(Account.passphrase_hash)).all()
    assert not any(one in json.dumps(lines) for one in hashes)
