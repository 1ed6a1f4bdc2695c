"""Settings come from the environment; a wrong one is a sentence."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from directory.errors import Invalid
from directory.settings import read_settings


def test_without_any_variable_everything_lives_in_one_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'directory.db'}"
    assert not settings.is_https


def test_the_key_is_made_once_and_is_only_its_owners_to_read(tmp_path):
    first = read_settings({"DIRECTORY_DATA_DIR": str(tmp_path)}).secret_key
    assert read_settings({"DIRECTORY_DATA_DIR": str(tmp_path)}).secret_key == first
    assert len(first) >= 40
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_workers_that_start_together_end_with_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_settings({"DIRECTORY_DATA_DIR": str(tmp_path)}).secret_key, range(32)))
    assert len(keys) == 1


def test_a_public_url_without_a_scheme_is_refused_with_its_name(tmp_path):
    with pytest.raises(Invalid, match="DIRECTORY_PUBLIC_URL"):
        read_settings({"DIRECTORY_DATA_DIR": str(tmp_path), "DIRECTORY_PUBLIC_URL": "so-dia-chi.vn"})
