"""Runs ``directory …`` inside the test's process, on the test's application."""

from click.testing import CliRunner, Result
from flask import Flask

from directory.cli import group
from directory.extensions import db


class DirectoryRunner:
    """Call it with the words of a command: ``runner("import", "services", path)``."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, *words: str, stdin: str | None = None) -> Result:
        # A command is a process of its own in life: it must not see this test's open transaction.
        db.session.remove()
        return CliRunner().invoke(group, [str(word) for word in words], obj=self.app, input=stdin)
