"""Ten thousand broken files: each is read, or refused with a sentence a coordinator understands; none breaks anything.

The files come from a seeded generator, so a failure comes back. They are read in a process of its own, whose memory is
measured; a sample of them goes through the whole import on both databases.
"""

import csv
import io
import json
import random
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from directory.catalogue.columns import COLUMNS
from directory.catalogue.entry_reading import ReadingRules, entry_of
from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import Mapping, apply_mapping
from directory.catalogue.models import CatalogueChange, Offering, Provider, Service, Site, Source
from directory.catalogue.operations import import_services
from directory.catalogue.seed_tables import vocabulary
from directory.catalogue.table_files import table_in
from directory.clock import today
from directory.errors import Invalid
from directory.web.transaction import transaction

ROOT = Path(__file__).parent.parent.parent
NUMBER = 10_000
MOST_MEMORY_MB = 300
#: Every so many files a heavy one, which takes longer than all between.
HEAVY_EVERY = 250
_VIETNAMESE = re.compile("[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
_FOREIGN = re.compile(r"Traceback|Error\b|Exception|<class|NoneType|codec")

VALUES = (
    *("", "Phòng khám Hồng Gai", "Khám bệnh", "kham-benh", "hidden", "partial", "public", "có", "không", "111"),
    *("0203 3825 499", "20.951", "107.08", "999", "-1e309", "NaN", "31/02/2026", "2026-13-45", "Mo-Fr 25:00-30:00"),
    *("=HYPERLINK(1)", "'=1+1", "@SUM(A1)", "\x00\x00", "\ud7ff", "\u202eabc", "a" * 400, "🙂" * 20, '"', "'", "\t"),
    *("Phường Hồng Gai", "Quảng Ninh", "{{7*7}}", "%(x)s", "<script>", "'; DROP TABLE site; --", "../../etc", "é" * 50),
)


def plain_csv(chance: random.Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=chance.choice(",;\t"), quoting=chance.choice((csv.QUOTE_ALL, csv.QUOTE_MINIMAL)))
    headers = chance.sample(COLUMNS, chance.randint(1, len(COLUMNS)))
    if chance.random() < 0.2:
        headers.append(chance.choice(headers))
    writer.writerow([*headers, *(["lạ"] * chance.randint(0, 1))])
    for _ in range(chance.randint(0, 6)):
        writer.writerow([chance.choice(VALUES) for _ in range(chance.randint(0, len(headers) + 3))])
    return out.getvalue().encode("utf-8", "surrogatepass")


def in_an_odd_encoding(chance: random.Random) -> bytes:
    text = plain_csv(chance).decode("utf-8", "replace")
    name = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1258", "utf-7", "shift_jis", "cp037"))
    return text.encode(name, "replace")


def with_broken_quotes(chance: random.Random) -> bytes:
    content = bytearray(plain_csv(chance))
    for _ in range(chance.randint(1, 6)):
        content.insert(chance.randrange(len(content) + 1), ord('"'))
    return bytes(content)


def with_mixed_line_ends(chance: random.Random) -> bytes:
    parts = plain_csv(chance).split(b"\r\n")
    return b"".join(part + chance.choice((b"\r", b"\n", b"\r\n", b"\n\r", b"\x0b", b"\x85", b"")) for part in parts)


def with_noise(chance: random.Random) -> bytes:
    content = bytearray(plain_csv(chance))
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(len(content))] = chance.choice((0, 0xFF, 0x80, chance.randrange(256)))
    return bytes(content)


def truncated(chance: random.Random) -> bytes:
    content = chance.choice((plain_csv, workbook))(chance)
    return content[: chance.randrange(len(content))]


def noise_alone(chance: random.Random) -> bytes:
    head = chance.choice(
        (b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"sep=;\n")
    )
    return head + chance.randbytes(chance.randint(0, 400))


_BOOKS: list[bytes] = []


def workbook(chance: random.Random) -> bytes:
    """Return one of a few workbooks with merged cells, formulas and odd values: to make one takes a while."""
    if len(_BOOKS) < 12:
        book = Workbook()
        sheet = book.active
        sheet.append(chance.sample(COLUMNS, chance.randint(1, len(COLUMNS))))
        for _ in range(chance.randint(0, 5)):
            sheet.append([chance.choice((1, 2.5, True, None, today(), "=1/0", "Khám bệnh")) for _ in range(9)])
        sheet.merge_cells(chance.choice(("A1:C1", "A2:B9", "B1:B4", "A1:Z9", "C3:C3")))
        out = io.BytesIO()
        book.save(out)
        _BOOKS.append(out.getvalue())
    return chance.choice(_BOOKS)


def damaged_workbook(chance: random.Random) -> bytes:
    content = bytearray(workbook(chance))
    for _ in range(chance.randint(1, 10)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def workbook_of_other_parts(chance: random.Random) -> bytes:
    """Return a zip file in which some part is missing, empty, or another one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(chance))) as whole, zipfile.ZipFile(out, "w") as broken:
        for name in whole.namelist():
            if chance.random() < 0.8:
                body = chance.choice(
                    (whole.read(name),) * 6 + (b"", b"<a>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
                )
                broken.writestr(name, body)
    return out.getvalue()


LIGHT: tuple[Callable[[random.Random], bytes], ...] = (
    *(plain_csv, in_an_odd_encoding, with_broken_quotes, with_mixed_line_ends, with_noise, truncated, noise_alone),
    *(plain_csv, with_broken_quotes, with_noise, damaged_workbook, workbook_of_other_parts),
)


def enormous_cell(chance: random.Random) -> bytes:
    return b"provider,service\n" + chance.choice((b"", b'"')) + b"a" * 1_000_000 + b",b\n"


def enormous_cell_in_a_workbook(_chance: random.Random) -> bytes:
    start = b"<row><c t='inlineStr'><is><t>provider</t></is></c></row><row><c t='inlineStr'><is><t>"
    return _sheet_of(b"a", 1_000_000, start, b"</t></is></c></row>")


def zip_bomb(_chance: random.Random) -> bytes:
    return _sheet_of(b" ", 500_000_000)


def bomb_of_rows(_chance: random.Random) -> bytes:
    """Return a workbook that unpacks to many empty rows, below the limit on its size."""
    return _sheet_of(b"<row/>", 1_500_000)


def bomb_of_one_cell(_chance: random.Random) -> bytes:
    return _sheet_of(b"a", 100_000_000, b"<row><c t='inlineStr'><is><t>", b"</t></is></c></row>")


def bomb_of_one_row(_chance: random.Random) -> bytes:
    return _sheet_of(b"<c><v>1</v></c>", 5_000_000, b"<row>", b"</row>")


def very_many_parts(_chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(2_500):
            archive.writestr(f"xl/{number}", b"")
    return out.getvalue()


def very_many_columns(_chance: random.Random) -> bytes:
    return ",".join(f"c{number}" for number in range(100_000)).encode() + b"\n" + b"," * 1_000_000


def very_many_rows(_chance: random.Random) -> bytes:
    return b"provider,service\n" + b"a,b\n" * 250_000


HEAVY: tuple[Callable[[random.Random], bytes], ...] = (
    *(enormous_cell, enormous_cell_in_a_workbook, very_many_parts, very_many_columns),
    *(zip_bomb, bomb_of_rows, bomb_of_one_cell, bomb_of_one_row, very_many_rows),
)


def _sheet_of(inside: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a workbook whose sheet holds something very often; made in small pieces, so that it needs no memory."""
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    plain, out = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    piece = inside * 10_000
    with zipfile.ZipFile(plain) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as filled:
        for name in whole.namelist():
            with filled.open(name, "w", force_zip64=True) as part:
                if name != "xl/worksheets/sheet1.xml":
                    part.write(whole.read(name))
                    continue
                part.write(start + before)
                for _ in range(times // 10_000):
                    part.write(piece)
                part.write(after + b"</sheetData></worksheet>")
    return out.getvalue()


def file_number(number: int) -> tuple[str, bytes]:
    """Return the name and content of one of the files, the same at every call."""
    chance = random.Random(number)
    makers = LIGHT if number % HEAVY_EVERY else HEAVY
    maker = makers[(number if number % HEAVY_EVERY else number // HEAVY_EVERY) % len(makers)]
    return chance.choice(("bang.csv", "bang.xlsx", "bang.txt", "bảng.CSV")), maker(chance)


def fault_of_sentence(sentence: str) -> str | None:
    if not _VIETNAMESE.search(sentence) or _FOREIGN.search(sentence) or "%(" in sentence.replace("%(x)s", ""):
        return sentence[:200]
    return None


def outcome_of(number: int) -> tuple[str, list[str]]:
    """Read one file as far as that goes without a database; return what came of it, and sentences that are none."""
    name, content = file_number(number)
    try:
        table = apply_mapping(table_in(content, name), Mapping())
    except Invalid as error:
        return "refused", [
            fault for text in (error.message, error.what_now) if text and (fault := fault_of_sentence(text))
        ]
    rules = ReadingRules(vocabulary(), today(), "dieu-phoi")
    report = ImportReport()
    for row in table.rows[:200]:
        report.problems += entry_of(row, rules)[1]
    return "read", [fault for p in report.problems if (fault := fault_of_sentence(p.reason))]


def main(first: int, last: int) -> None:
    """Read a stretch of the files and print what came of it, with the most memory that this process ever had."""
    counts: Counter[str] = Counter()
    faults: list[tuple[int, str]] = []
    # The largest contents are made elsewhere in the memory of this process: they count, so they are let go at once.
    for number in range(first, last):
        try:
            what, said = outcome_of(number)
            faults += [(number, sentence) for sentence in said]
        except Exception as error:
            what = "crashed"
            faults.append((number, repr(error)[:300]))
        counts[what] += 1
    print(json.dumps({"counts": counts, "faults": faults[:20], "memory_mb": peak_memory_mb()}))


def peak_memory_mb() -> int:
    """Return the most that this program ever held.

    Why not ``ru_maxrss``: Linux counts there, too, what the process held that started this one, before the exec.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1]) // 1024


@pytest.fixture(scope="module")
def readings() -> list[dict]:
    """What came of reading all the files, in two processes at once."""
    halves = [(0, NUMBER // 2), (NUMBER // 2, NUMBER)]
    running = [
        subprocess.Popen([sys.executable, "-m", __name__, str(a), str(b)], stdout=subprocess.PIPE, cwd=ROOT)
        for a, b in halves
    ]
    return [json.loads(process.communicate()[0]) for process in running]


def test_every_broken_file_is_read_or_refused_with_a_sentence(readings):
    assert [fault for reading in readings for fault in reading["faults"]] == []
    counts = sum((Counter(reading["counts"]) for reading in readings), Counter())
    assert counts.keys() == {"read", "refused"}
    assert counts.total() == NUMBER
    assert min(counts.values()) > NUMBER / 10


def test_no_broken_file_takes_much_memory(readings):
    assert max(reading["memory_mb"] for reading in readings) < MOST_MEMORY_MB


def state(session) -> list[int]:
    models = (Source, Provider, Site, Service, Offering, CatalogueChange)
    return [session.scalar(select(func.count()).select_from(model)) for model in models]


def test_a_refused_file_changes_nothing_on_either_database(session, tmp_path):
    path = tmp_path / "bang"
    refused = 0
    for number in range(1, 60):
        path.write_bytes(file_number(number)[1])
        before = state(session)
        session.rollback()
        try:
            with transaction():
                is_refused = import_services(path).is_refused
        except Invalid:
            is_refused = True
        refused += is_refused
        assert not is_refused or state(session) == before, number
    assert refused > 40


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
