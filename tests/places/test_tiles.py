"""Tiles come through our own cache, politely, and a map without them still works."""

import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import Invalid
from directory.places import tiles
from directory.places.tile_store import FetchSlots, TileStore
from directory.places.tiles import Busy, NoTiles, Pause, TileAddress, TileFile, TileServer, is_ours, tile_source
from directory.web.request_log import JsonLines
from tests.conftest import make_settings
from tests.places.tile_upstream import Upstream, png, serving

HA_LONG = TileAddress(12, 3265, 1803)
BESIDE = TileAddress(12, 3266, 1803)
DAY_S = 86_400


class Clock:
    """A clock that a test turns forward."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(upstream: Upstream, tmp_path: Path, clock: Clock) -> TileServer:
    return TileServer(
        upstream.url,
        "ServiceDirectory/1.0 (+https://so.example)",
        TileStore(tmp_path, 10_000_000, clock=clock),
        FetchSlots(tmp_path, 2),
        Pause(clock=clock),
    )


class TestCache:
    def test_a_tile_is_fetched_once(self, server: TileServer, upstream: Upstream) -> None:
        assert server.read(HA_LONG) == server.read(HA_LONG) == upstream.body
        assert upstream.asked == ["/12/3265/1803.png"]

    def test_a_second_worker_finds_what_the_first_fetched(
        self, server: TileServer, upstream: Upstream, tmp_path: Path, clock: Clock
    ) -> None:
        server.read(HA_LONG)
        store = TileStore(tmp_path, 10_000_000, clock=clock)
        other = TileServer(upstream.url, "x", store, FetchSlots(tmp_path, 2), Pause(clock=clock))
        assert other.read(HA_LONG) == upstream.body
        assert len(upstream.asked) == 1

    def test_it_is_kept_a_week_although_the_server_says_a_minute(
        self, server: TileServer, upstream: Upstream, clock: Clock
    ) -> None:
        upstream.headers = {"Cache-Control": "max-age=60"}
        server.read(HA_LONG)
        clock.now += 7 * DAY_S - 1
        server.read(HA_LONG)
        assert len(upstream.asked) == 1
        clock.now += 2
        server.read(HA_LONG)
        assert len(upstream.asked) == 2

    def test_it_is_kept_longer_when_the_server_says_so(
        self, server: TileServer, upstream: Upstream, clock: Clock
    ) -> None:
        upstream.headers = {"Cache-Control": f"public, max-age={20 * DAY_S}"}
        server.read(HA_LONG)
        clock.now += 19 * DAY_S
        server.read(HA_LONG)
        assert len(upstream.asked) == 1

    def test_a_tile_that_must_not_be_stored_is_shown_and_not_kept(self, server: TileServer, upstream: Upstream) -> None:
        upstream.headers = {"Cache-Control": "no-store"}
        assert server.read(HA_LONG) == upstream.body
        server.read(HA_LONG)
        assert len(upstream.asked) == 2

    def test_a_stale_tile_is_better_than_none(self, server: TileServer, upstream: Upstream, clock: Clock) -> None:
        picture = server.read(HA_LONG)
        clock.now += 30 * DAY_S
        upstream.status = 503
        assert server.read(HA_LONG) == picture

    def test_no_draft_is_left_behind(self, server: TileServer, tmp_path: Path) -> None:
        server.read(HA_LONG)
        assert [path.name for path in (tmp_path / "12" / "3265").iterdir()] == ["1803.png"]

    def test_a_folder_that_cannot_be_written_costs_the_cache_and_not_the_map(
        self, server: TileServer, upstream: Upstream, tmp_path: Path
    ) -> None:
        (tmp_path / "12").write_text("a file where the folder should be")
        assert server.read(HA_LONG) == upstream.body

    def test_where_no_lock_can_be_made_nothing_is_fetched(self, server: TileServer, upstream: Upstream) -> None:
        server.slots = FetchSlots(Path("/dev/null/nowhere"), 2)
        with pytest.raises(Busy):
            server.read(HA_LONG)
        assert not upstream.asked

    def test_who_has_no_turn_is_told_at_once_to_come_back(self, server: TileServer, upstream: Upstream) -> None:
        with server.slots.one(0), server.slots.one(0), pytest.raises(Busy):
            server.read(HA_LONG)
        assert server.read(HA_LONG) == upstream.body

    def test_a_stale_tile_needs_no_turn(self, server: TileServer, clock: Clock) -> None:
        picture = server.read(HA_LONG)
        clock.now += 30 * DAY_S
        with server.slots.one(0), server.slots.one(0):
            assert server.read(HA_LONG) == picture

    def test_the_least_recently_used_tiles_go_first(self, tmp_path: Path, clock: Clock) -> None:
        store = TileStore(tmp_path, limit_bytes=2_000, clock=clock)
        for x in range(4):
            clock.now += 1
            store.keep(TileAddress(12, x, 0), b"x" * 500, DAY_S)
        clock.now += 1
        store.read(TileAddress(12, 0, 0))
        clock.now += 1
        store.keep(TileAddress(12, 9, 0), b"x" * 500, DAY_S)
        store.clean()
        left = {x for x in (0, 1, 2, 3, 9) if store.read(TileAddress(12, x, 0))}
        assert left == {0, 3, 9}


class TestManners:
    def test_it_says_who_asks_and_how_to_reach_us(self, upstream: Upstream, tmp_path: Path) -> None:
        settings = make_settings(
            tmp_path,
            DIRECTORY_TILES_URL=upstream.url,
            DIRECTORY_PUBLIC_URL="https://so.example",
            DIRECTORY_CONTACT="đt 0203 000\r\nX-Evil: 1",
        )
        tile_source(settings).read(HA_LONG)
        (agent,) = upstream.agents
        assert agent == "ServiceDirectory/1.0 (+https://so.example; t 0203 000X-Evil: 1)"

    def test_at_most_two_fetches_run_at_once(self, server: TileServer, upstream: Upstream) -> None:
        upstream.delay_s, server.wait_s = 0.05, 10
        threads = [threading.Thread(target=server.read, args=(TileAddress(12, 3260 + n, 1803),)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(upstream.asked) == 8
        assert upstream.most_at_once <= 2

    def test_two_who_want_the_same_tile_cost_one_fetch(
        self, server: TileServer, upstream: Upstream, tmp_path: Path
    ) -> None:
        upstream.delay_s, server.wait_s = 0.1, 10
        server.slots = FetchSlots(tmp_path, 1)
        threads = [threading.Thread(target=server.read, args=(HA_LONG,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(upstream.asked) == 1

    @pytest.mark.parametrize("status", [403, 429, 500, 503])
    def test_after_a_failure_the_server_is_left_alone_for_a_while(
        self, server: TileServer, upstream: Upstream, clock: Clock, status: int
    ) -> None:
        upstream.status = status
        assert server.read(HA_LONG) is None
        assert server.read(BESIDE) is None
        assert len(upstream.asked) == 1
        clock.now += 31
        upstream.status = 200
        assert server.read(BESIDE) == upstream.body

    def test_it_waits_as_long_as_the_server_asks(self, server: TileServer, upstream: Upstream, clock: Clock) -> None:
        upstream.status, upstream.headers = 429, {"Retry-After": "300"}
        server.read(HA_LONG)
        clock.now += 290
        server.read(HA_LONG)
        assert len(upstream.asked) == 1

    def test_each_further_failure_doubles_the_pause(self, clock: Clock) -> None:
        pause = Pause(clock=clock)
        lengths = []
        for _ in range(7):
            pause.start()
            start = clock.now
            while pause.is_on:
                clock.now += 1
            lengths.append(clock.now - start)
        assert lengths == [30, 60, 120, 240, 480, 900, 900]

    def test_a_tile_that_the_server_does_not_have_is_no_failure(self, server: TileServer, upstream: Upstream) -> None:
        upstream.status = 404
        assert server.read(HA_LONG) is None
        upstream.status = 200
        assert server.read(BESIDE) == upstream.body


class TestBadServers:
    def test_what_is_not_a_picture_is_not_passed_on(self, server: TileServer, upstream: Upstream) -> None:
        upstream.body = b"<html><script>alert(1)</script>"
        assert server.read(HA_LONG) is None

    def test_what_is_too_large_is_not_passed_on(self, server: TileServer, upstream: Upstream) -> None:
        upstream.body = png() + b"x" * tiles.LARGEST_TILE_BYTES
        assert server.read(HA_LONG) is None

    def test_nobody_listens(self, server: TileServer) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            server.url = f"http://127.0.0.1:{free.getsockname()[1]}/{{z}}/{{x}}/{{y}}.png"
        assert server.read(HA_LONG) is None

    def test_a_server_that_never_answers_is_given_up(
        self, server: TileServer, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tiles, "CONNECT_TIMEOUT_S", 0.1)
        upstream.delay_s = 0.5
        assert server.read(HA_LONG) is None

    def test_the_log_does_not_say_where_somebody_looked(
        self, server: TileServer, upstream: Upstream, caplog: pytest.LogCaptureFixture
    ) -> None:
        upstream.status = 500
        server.read(HA_LONG)
        lines = [JsonLines().format(record) for record in caplog.records]
        assert any("tile_server_unreachable" in line for line in lines)
        assert "3265" not in "".join(lines)


class TestLocalFile:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "việt nam?.mbtiles"
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data BLOB)")
            southern_row = 2**12 - 1 - HA_LONG.y
            database.execute("INSERT INTO tiles VALUES (12, 3265, ?, ?)", (southern_row, png()))
            database.execute("INSERT INTO tiles VALUES (12, 3266, ?, ?)", (southern_row, b"\x1f\x8bvector tile"))
        return path

    def test_rows_are_counted_from_the_south(self, file: Path) -> None:
        assert TileFile(file).read(HA_LONG) == png()

    def test_a_missing_tile_and_a_vector_tile_are_none(self, file: Path) -> None:
        assert TileFile(file).read(TileAddress(12, 1, 1)) is None
        assert TileFile(file).read(BESIDE) is None

    def test_a_missing_file_is_none_and_is_not_made(self, tmp_path: Path) -> None:
        assert TileFile(tmp_path / "none.mbtiles").read(HA_LONG) is None
        assert not (tmp_path / "none.mbtiles").exists()

    def test_the_setting_may_name_it(self, file: Path, tmp_path: Path) -> None:
        settings = make_settings(tmp_path, DIRECTORY_TILES_URL=str(file))
        assert tile_source(settings).read(HA_LONG) == png()


class TestSetting:
    def test_off_means_no_tiles(self, tmp_path: Path) -> None:
        assert isinstance(tile_source(make_settings(tmp_path, DIRECTORY_TILES_URL="off")), NoTiles)

    @pytest.mark.parametrize("url", ["ftp://x/{z}/{x}/{y}", "https://x/tiles", "https://x/{z}/{x}/{w}", "https://x/{z"])
    def test_what_cannot_be_a_source_is_refused(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(Invalid):
            tile_source(make_settings(tmp_path, DIRECTORY_TILES_URL=url))


class TestBox:
    @pytest.mark.parametrize("tile", [HA_LONG, (0, 0, 0), (5, 25, 14), (18, 208957, 115432)])
    def test_viet_nam_is_ours(self, tile: tuple[int, int, int]) -> None:
        assert is_ours(TileAddress(*tile))

    @pytest.mark.parametrize("tile", [(12, 2100, 1400), (19, 417914, 230864), (3, 8, 0), (1, 0, 0), (12, 3265, 10**9)])
    def test_the_rest_of_the_world_is_not(self, tile: tuple[int, int, int]) -> None:
        assert not is_ours(TileAddress(*tile))

    @given(st.integers(1, 18), st.integers(0, 2**18), st.integers(0, 2**18))
    def test_the_parent_of_a_tile_of_ours_is_ours(self, z: int, x: int, y: int) -> None:
        tile = TileAddress(z, x % 2**z, y % 2**z)
        if is_ours(tile):
            assert is_ours(TileAddress(z - 1, tile.x // 2, tile.y // 2))
