"""The console script ``directory``: every feature's commands under one name.

Exit codes: 0 well, 1 problems found, 2 wrong usage.
"""

import os
import sys

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from directory import __version__, doctor, running
from directory.accounts import commands as accounts
from directory.app import create_app
from directory.catalogue import commands as catalogue
from directory.coordination import commands as coordination
from directory.errors import DirectoryError
from directory.interop import commands as interop
from directory.places import commands as places
from directory.referrals import commands as referrals
from directory.reports import commands as reports
from directory.reports import handbook_commands as handbook
from directory.search import commands as search

PROBLEMS_FOUND = 1
#: What we write is for the account that runs us: the database, the keys, and the index, which Whoosh opens by pickle.
OWNER_ONLY = 0o077


@click.group(help="Sổ địa chỉ: bản đồ dịch vụ và phiếu chuyển gửi.")
@click.version_option(__version__, prog_name="directory")
@click.pass_context
def group(context: click.Context) -> None:
    """Give every command the application; a test hands over its own as the context's object."""
    if not {"--help", "-h"} & set(sys.argv) or context.obj:
        context.with_resource((context.obj or create_app()).app_context())


@group.group("import", help="Nhập dữ liệu từ tệp: hoặc tất cả các dòng, hoặc không dòng nào.")
def import_group() -> None:
    """Hold what comes in."""


@group.group("export", help="Xuất dữ liệu công khai ra tệp.")
def export_group() -> None:
    """Hold what goes out."""


for command in (
    *running.commands,
    *doctor.commands,
    *search.commands,
    *referrals.commands,
    *places.commands,
    *accounts.commands,
    *coordination.commands,
    *reports.commands,
    *handbook.commands,
):
    group.add_command(command)
for command in (*catalogue.imports, *interop.imports, *places.imports):
    import_group.add_command(command)
for command in (*catalogue.exports, *interop.exports):
    export_group.add_command(command)


def main() -> None:
    """Run the command line; an expected error is a sentence on standard error, not a traceback."""
    os.umask(OWNER_ONLY)
    try:
        group(standalone_mode=True)
    except DirectoryError as error:
        click.echo(error.message, err=True)
        if error.what_now:
            click.echo(error.what_now, err=True)
        sys.exit(PROBLEMS_FOUND)
    except (OperationalError, ProgrammingError) as error:
        # Most often a database that nobody has set up yet: its tables are missing.
        click.echo(f"Không đọc được cơ sở dữ liệu: {error.orig}", err=True)
        click.echo("Chạy: directory setup. Nếu vẫn lỗi, chạy: directory doctor", err=True)
        sys.exit(PROBLEMS_FOUND)
