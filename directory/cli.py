"""The console script ``directory``: every feature's commands under one name.

Exit codes: 0 well, 1 problems found, 2 wrong usage.
"""

import importlib
import importlib.util
import sys

import click
from flask.cli import FlaskGroup

from directory import __version__
from directory.app import create_app
from directory.errors import DirectoryError

#: Modules with ``commands``: a list of click commands for the top level, and ``imports`` for ``directory import …``.
COMMAND_MODULES = (
    "directory.places.commands",
    "directory.catalogue.commands",
    "directory.search.commands",
    "directory.interop.commands",
    "directory.running",
)

PROBLEMS_FOUND = 1


@click.group(
    cls=FlaskGroup,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
    help="Sổ địa chỉ: bản đồ dịch vụ và phiếu chuyển gửi.",
)
@click.version_option(__version__, prog_name="directory")
def group() -> None:
    """Hold the commands."""


@group.group("import", help="Nhập dữ liệu từ tệp: hoặc tất cả các dòng, hoặc không dòng nào.")
def import_group() -> None:
    """Hold what comes in."""


def _collect() -> None:
    for name in COMMAND_MODULES:
        if importlib.util.find_spec(name):
            module = importlib.import_module(name)
            for command in getattr(module, "commands", ()):
                group.add_command(command)
            for command in getattr(module, "imports", ()):
                import_group.add_command(command)


_collect()


def main() -> None:
    """Run the command line; an expected error is a sentence on standard error, not a traceback."""
    try:
        group(standalone_mode=True)
    except DirectoryError as error:
        click.echo(error.message, err=True)
        if error.what_now:
            click.echo(error.what_now, err=True)
        sys.exit(PROBLEMS_FOUND)
