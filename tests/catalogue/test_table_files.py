import io
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from directory.catalogue import table_files, workbooks
from directory.catalogue.table_files import read_table
from directory.errors import Invalid

HEADERS = ["Đơn vị", "Dịch vụ", "Mô tả"]
ROW = ["Phòng khám Hồng Gai", "Khám bệnh, chữa bệnh", 'Gọi trước; hỏi "cô Tư"\nrồi hãy đến']
CLEAN_ROW = [ROW[0], ROW[1], 'Gọi trước; hỏi "cô Tư" rồi hãy đến']


def as_csv(delimiter=",", newline="\r\n"):
    rows = [HEADERS, ROW]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return newline.join(quoted) + newline


def in_windows_1258(text):
    """Write Vietnamese as Windows does: base letters with â ă ê ô ơ ư, tones as signs of their own."""
    out = []
    for sign in unicodedata.normalize("NFC", text):
        try:
            out.append(sign.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", sign)
            tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", parts.replace(tone, ""))
            out.append((base + tone).encode("cp1258"))
    return b"".join(out)


ENCODERS = {
    "utf-8": lambda text: text.encode("utf-8"),
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-8 decomposed": lambda text: unicodedata.normalize("NFD", text).encode("utf-8"),
    "utf-16 with mark": lambda text: text.encode("utf-16"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-16-be with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "windows-1258": in_windows_1258,
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODERS)
def test_a_table_reads_the_same_in_every_encoding_and_with_every_delimiter(tmp_path, encoding, delimiter):
    path = tmp_path / "bang.csv"
    path.write_bytes(ENCODERS[encoding](as_csv(delimiter)))
    table = read_table(path)
    assert table.headers == HEADERS
    assert [line.cells for line in table.lines] == [CLEAN_ROW]


def read_text(tmp_path, text):
    path = tmp_path / "bang.csv"
    path.write_bytes(text.encode())
    return read_table(path)


def test_lines_keep_their_number_past_line_breaks_in_cells_and_blank_lines(tmp_path):
    table = read_text(tmp_path, 'provider,service\n"a\nb",x\n\n,\nc,y\n')
    assert [(line.number, line.cells[0]) for line in table.lines] == [(2, "a b"), (6, "c")]


def test_excels_own_delimiter_line_is_obeyed(tmp_path):
    table = read_text(tmp_path, "sep=;\nprovider;service\nA, B;x\n")
    assert table.headers == ["provider", "service"]
    assert table.lines[0].cells == ["A, B", "x"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "không có dòng nào"),
        ("\n\n,,\n", "không có dòng nào"),
        ("provider,service,provider\na,b,c\n", "Hai cột có cùng ý nghĩa"),
        ("provider,Đơn vị\na,b\n", "Hai cột có cùng ý nghĩa"),
        ("ghi chú,GHI CHU\na,b\n", "Hai cột có cùng ý nghĩa"),
        ('provider,service\n"a,b\n', "Dòng 2"),
        ("provider,service\na,b\nc," + "x" * 10_001, "Dòng 3: có ô dài hơn"),
        ("provider,service\na," + "x" * 200_000, "ô quá dài"),
        (",".join(f"c{number}" for number in range(400)), "hơn 300 cột"),
    ],
)
def test_a_file_that_is_no_usable_table_is_refused_with_a_sentence(tmp_path, text, reason):
    with pytest.raises(Invalid, match=reason):
        read_text(tmp_path, text)


def test_zero_signs_and_other_control_characters_are_dropped(tmp_path):
    assert read_text(tmp_path, "provider,service\nPhòng\x00 khám\x07,x\n").lines[0].cells[0] == "Phòng khám"


def test_too_many_rows_or_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(table_files, "MAX_ROWS", 2)
    with pytest.raises(Invalid, match="hơn 2 dòng"):
        read_text(tmp_path, "provider\na\nb\nc\n")
    monkeypatch.setattr(table_files, "MAX_BYTES", 3)
    with pytest.raises(Invalid, match="lớn hơn"):
        read_text(tmp_path, "provider\na\n")


def test_a_font_encoding_of_the_nineties_is_named_and_not_guessed(tmp_path):
    path = tmp_path / "cu.csv"
    path.write_bytes(b"provider,service\n" + b"Tr\xad\xeang \xae\xb9i h\xe4c b\xb8c s\xdc,x\xb8c\xae\xb5o\n" * 20)
    with pytest.raises(Invalid, match="bảng mã") as refusal:
        read_table(path)
    assert "CSV UTF-8" in refusal.value.what_now


def test_an_old_excel_file_is_named(tmp_path):
    path = tmp_path / "cu.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(Invalid, match="Excel đời cũ"):
        read_table(path)


def workbook(tmp_path, fill):
    book = Workbook()
    fill(book)
    path = tmp_path / "bang.xlsx"
    book.save(path)
    return read_table(path)


def test_a_workbook_reads_like_a_csv_and_a_formula_is_text(tmp_path):
    def fill(book):
        book.active.append(["provider", "latitude", "hotline_24h", "verified_on", "phones"])
        book.active.append(['=HYPERLINK("http://x")', 20.951, True, date(2025, 3, 8), 2033825499])

    table = workbook(tmp_path, fill)
    assert table.lines[0].number == 2
    assert table.lines[0].cells == ['=HYPERLINK("http://x")', "20.951", "true", "2025-03-08", "2033825499"]


def test_the_first_sheet_with_text_is_read(tmp_path):
    def fill(book):
        sheet = book.create_sheet("Dữ liệu")
        sheet["B3"], sheet["C3"], sheet["B4"], sheet["C4"] = "provider", "service", "a", "b"
        book.create_sheet("Khác").append(["x"])

    table = workbook(tmp_path, fill)
    assert table.headers == ["", "provider", "service"]
    assert [(line.number, line.cells) for line in table.lines] == [(4, ["", "a", "b"])]


def test_a_merged_cell_counts_for_every_row_it_covers(tmp_path):
    def fill(book):
        for row in (["provider", "service"], ["Phòng khám", "a"], [None, "b"], [None, "c"], ["Khác", "d"]):
            book.active.append(row)
        book.active.merge_cells("A2:A4")

    table = workbook(tmp_path, fill)
    assert [line.cells[0] for line in table.lines] == ["Phòng khám", "Phòng khám", "Phòng khám", "Khác"]


def test_a_zip_bomb_is_refused_before_it_goes_off(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 1_000_000)
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(5_000_000))
    assert path.stat().st_size < 50_000
    with pytest.raises(Invalid, match="quá lớn sau khi giải nén"):
        read_table(path)


def test_a_workbook_without_its_beginning_is_called_damaged_and_not_badly_encoded(tmp_path):
    path = tmp_path / "dich-vu.xlsx"
    path.write_bytes(b"\x00\x01\x02 half a download")
    with pytest.raises(Invalid, match="tệp hỏng"):
        read_table(path)


def test_an_entity_bomb_in_a_workbook_is_refused(tmp_path):
    book = Workbook()
    book.active.append(["provider"])
    plain = io.BytesIO()
    book.save(plain)
    path = tmp_path / "bom.xlsx"
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name == "xl/worksheets/sheet1.xml" else old.read(name))
    with pytest.raises(Invalid, match="Excel"):
        read_table(path)


def valid_workbook():
    book = Workbook()
    book.active.append(["provider", "service"])
    book.active.append(["Phòng khám", "Khám bệnh"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BASES = [encode(as_csv(sign)) for encode in ENCODERS.values() for sign in ",;\t"] + [valid_workbook()]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    base=st.sampled_from(BASES),
    cuts=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 40), st.binary(max_size=12)), max_size=4),
)
def test_a_damaged_file_is_a_table_or_a_sentence_but_never_a_traceback(tmp_path, base, cuts):
    content = base
    for anywhere, length, inserted in cuts:
        start = anywhere % (len(content) + 1)
        content = content[:start] + inserted + content[start + length :]
    table, refusal = read_or_refuse(tmp_path, content)
    if table is None:
        assert refusal.endswith(".")
        return
    cells = [cell for line in table.lines for cell in line.cells]
    assert table.headers
    assert all(unicodedata.is_normalized("NFC", cell) for cell in cells)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for cell in cells for sign in cell)


def read_or_refuse(tmp_path, content):
    path = tmp_path / "bat-ky"
    path.write_bytes(content)
    try:
        return read_table(path), ""
    except Invalid as refusal:
        return None, refusal.message


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(tmp_path, content):
    table, refusal = read_or_refuse(tmp_path, content)
    assert (table is None) == bool(refusal)
