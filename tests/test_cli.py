"""What the command line says when it cannot do what was asked."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("words", [("search", "khám"), ("import", "services", "rows.csv")])
def test_a_database_that_nobody_has_set_up_is_explained_in_a_sentence(tmp_path, words):
    (tmp_path / "rows.csv").write_text("provider,service,category\nA,B,kham-benh\n", encoding="utf-8")
    settings = {"DIRECTORY_DATA_DIR": str(tmp_path / "var"), "DIRECTORY_DATABASE_URL": "", "DIRECTORY_TILES_URL": "off"}
    command = [sys.executable, "-c", "from directory.cli import main; main()", *words]
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ | settings, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "directory setup" in ended.stderr
