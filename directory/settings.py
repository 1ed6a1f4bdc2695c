"""Every setting of the site: one environment variable each, with its type, default and meaning.

An unreadable value stops the start with a sentence, not a traceback.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from directory.errors import Invalid


@dataclass(frozen=True)
class Settings:
    """What the site needs to know of its surroundings."""

    #: ``DIRECTORY_DATA_DIR``: the folder of the database, index, keys and tile cache.
    data_dir: Path
    #: ``DIRECTORY_DATABASE_URL``: SQLite in the data folder, or ``postgresql+psycopg://…`` (D1).
    database_url: str
    #: ``DIRECTORY_SECRET_KEY``: signs cookies; without it a key is made once and kept in the data folder.
    secret_key: str
    #: ``DIRECTORY_PUBLIC_URL``: how people reach the site; printed on paper and in QR codes.
    public_url: str
    #: ``DIRECTORY_TILES_URL``: where our own proxy fetches map tiles, ``{z}/{x}/{y}``; a ``.mbtiles`` path; or ``off``.
    tiles_url: str
    #: ``DIRECTORY_CONTACT``: whom to call when the site is broken, shown on error pages.
    contact: str
    #: ``DIRECTORY_EXIT_URL``: the busy, neutral page that quick exit leads to.
    exit_url: str
    #: ``DIRECTORY_SPATIALITE``: name or path of the mod_spatialite library.
    spatialite: str

    @property
    def index_dir(self) -> Path:
        """The folder of the search index; it can be deleted at any time and is rebuilt."""
        return self.data_dir / "index"

    @property
    def tile_cache_dir(self) -> Path:
        """The folder of cached map tiles; it can be deleted at any time."""
        return self.data_dir / "tiles"

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS: then cookies carry the ``__Host-`` prefix and HSTS is sent."""
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises: Invalid, when a value cannot be what it must be.
    """
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("DIRECTORY_DATA_DIR", "var")).resolve()
    public_url = env.get("DIRECTORY_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    if not public_url.startswith(("http://", "https://")):
        raise Invalid(f"DIRECTORY_PUBLIC_URL phải bắt đầu bằng http:// hoặc https://, không phải {public_url!r}.")
    return Settings(
        data_dir=data_dir,
        database_url=env.get("DIRECTORY_DATABASE_URL") or f"sqlite:///{data_dir / 'directory.db'}",
        secret_key=env.get("DIRECTORY_SECRET_KEY") or _kept_key(data_dir),
        public_url=public_url,
        tiles_url=env.get("DIRECTORY_TILES_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png"),
        contact=env.get("DIRECTORY_CONTACT", ""),
        exit_url=env.get("DIRECTORY_EXIT_URL", "https://www.google.com/search?q=th%E1%BB%9Di+ti%E1%BA%BFt"),
        spatialite=env.get("DIRECTORY_SPATIALITE", "mod_spatialite"),
    )


def _kept_key(data_dir: Path) -> str:
    """Return the key kept in the data folder, made at the first call with mode 0600.

    Why the link: two workers that start together must end with one key, and a reader must never see half of one.
    """
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = data_dir / f"secret.key.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            # Another process was faster; its key is the one to use.
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
