"""``directory users``: accounts from the command line; the first administrator is made so.

It stands here and not in ``accounts`` because a scope is told by the names of groups, places and areas.
"""

import json
from dataclasses import dataclass

import click
from sqlalchemy import select

from directory import clock
from directory.accounts import operations as accounts
from directory.accounts import paper_codes
from directory.accounts.models import Account, PeerGroup
from directory.accounts.operations import Invited
from directory.accounts.queries import account_named
from directory.accounts.rules import SYSTEM, Role
from directory.clock import LOCAL_ZONE
from directory.coordination import queries
from directory.errors import Invalid, NotFound
from directory.extensions import db, settings
from directory.places.areas import find_area
from directory.web.transaction import transaction


@dataclass(frozen=True)
class Scope:
    """What an account is to be for, in the words of the command line."""

    group: str | None
    site: str | None
    areas: tuple[str, ...]
    all_areas: bool


@click.group("users", help="Tài khoản: mời, liệt kê, đặt lại, khoá.")
def users_group() -> None:
    """Hold what is done with accounts."""


@users_group.command("add", help="Mời một người: in ra mã dùng một lần trong 7 ngày.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="Vai trò.")
@click.option("--group", help="Tên nhóm, cho đồng đẳng viên.")
@click.option("--site", help="Tên nơi tiếp nhận, cho cán bộ tiếp nhận.")
@click.option("--area", "areas", multiple=True, help="Địa bàn của điều phối viên; ghi được nhiều lần.")
@click.option("--all-areas", is_flag=True, help="Điều phối viên của mọi địa bàn.")
def add(role: str, group: str | None, site: str | None, areas: tuple[str, ...], all_areas: bool) -> None:
    """Make an invitation and print its code; no name is asked for, she chooses one herself."""
    scope = Scope(group, site, areas, all_areas)
    with transaction():
        invitation, secret = accounts.invite(None, _invited(Role(role), scope))
        until = invitation.expires_at.astimezone(LOCAL_ZONE)
    _print_code(secret)
    click.echo(f"Dùng được đến {until:%H:%M, %d/%m/%Y}, một lần.")


@users_group.command("list", help="Liệt kê các tài khoản.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def list_command(as_json: bool) -> None:
    """Print the accounts; nothing of how they sign in."""
    lines = queries.accounts(SYSTEM, clock.now())
    if as_json:
        fields = ("code", "name", "role", "of", "is_disabled", "sessions", "is_demo")
        rows = [{field: getattr(line, field) for field in fields} for line in lines]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in lines:
        marks = [line.role.value, line.of, "đang khoá" if line.is_disabled else "", "minh hoạ" if line.is_demo else ""]
        click.echo(f"{line.name}: {', '.join(mark for mark in marks if mark)}")
    if not lines:
        click.echo("Chưa có tài khoản nào. Mời người đầu tiên: directory users add --role administrator")


@users_group.command("reset", help="Bỏ câu mật khẩu và cách xác nhận thứ hai của NAME; in ra mã để đặt lại.")
@click.argument("name")
def reset(name: str) -> None:
    """Reset an account; its owner stands beside the machine."""
    with transaction():
        secret = accounts.reset(None, _account(name))
    _print_code(secret)


@users_group.command("disable", help="Khoá tài khoản NAME: đăng xuất mọi nơi, không đăng nhập được nữa.")
@click.argument("name")
def disable(name: str) -> None:
    """Disable an account."""
    with transaction():
        accounts.disable(None, _account(name))
    click.echo("Đã khoá.")


@users_group.command("enable", help="Mở khoá tài khoản NAME.")
@click.argument("name")
def enable(name: str) -> None:
    """Enable an account."""
    with transaction():
        accounts.enable(None, _account(name))
    click.echo("Đã mở khoá.")


def _print_code(secret: str) -> None:
    click.echo(f"Mã mời: {paper_codes.grouped(secret)}")
    click.echo(f"Mở: {settings().public_url}/moi#{secret}")


def _account(name: str) -> Account:
    account = account_named(name)
    if account is None:
        raise NotFound(f"Không có tài khoản “{name}”.", what_now="Xem các tên: directory users list")
    return account


def _invited(role: Role, scope: Scope) -> Invited:
    """Return whom the invitation is for; what does not fit the role is refused where it is written."""
    return Invited(
        role,
        group_id=_group_id(scope.group) if scope.group else None,
        site_id=_site_id(scope.site) if scope.site else None,
        area_ids=frozenset(find_area(name).id for name in scope.areas),
        all_areas=scope.all_areas,
    )


def _group_id(name: str) -> int:
    named = [group.id for group in db.session.scalars(select(PeerGroup)) if group.name.casefold() == name.casefold()]
    if not named:
        known = "; ".join(group.name for group in queries.groups(SYSTEM))
        raise Invalid(f"Không có nhóm “{name}”.", what_now=f"Các nhóm đang có: {known or 'chưa có nhóm nào'}.")
    return named[0]


def _site_id(text: str) -> int:
    found = queries.sites(SYSTEM, text)
    if len(found) != 1:
        named = "; ".join(f"{site.name} ({site.where})" for site in found[:5])
        raise Invalid(
            f"“{text}” là tên của {len(found)} nơi.", what_now=f"Hãy ghi đủ tên một nơi: {named}" if named else ""
        )
    return found[0].id


commands = [users_group]
