import pytest

from directory.catalogue.mapping import Mapping, apply_mapping, read_mapping
from directory.catalogue.table_files import Line, Table
from directory.errors import Invalid

TABLE = Table(
    ["Tên cơ sở", "SĐT", "Loại", "Trạng thái", "Ghi chú"],
    [
        Line(2, ["Phòng khám A", "111", "Phòng khám", "đang mở", "x"]),
        Line(3, ["Phòng khám B", "", "khác", "ĐÃ ĐÓNG CỬA", "y"]),
        Line(4, ["Phòng khám C"]),
    ],
)
MAPPING = """
ignore_other_columns = true
leave_out_unreadable = ["phones"]
[columns]
"Loại" = "category"
[fixed]
service = "Khám bệnh"
category = "y-te"
[values.category]
"phòng khám" = "kham-benh"
[skip]
"Trạng thái" = ["đã đóng cửa"]
"""


def mapping_file(tmp_path, text):
    path = tmp_path / "cot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_vietnamese_headers_are_known_without_a_mapping():
    mapped = apply_mapping(TABLE, Mapping())
    assert mapped.rows[0].cells == {"provider": "Phòng khám A", "phones": "111"}
    assert mapped.unknown_headers == ["Loại", "Trạng thái", "Ghi chú"]
    assert mapped.headers == {"provider": "Tên cơ sở", "phones": "SĐT"}


def test_a_mapping_renames_fixes_translates_and_skips(tmp_path):
    mapped = apply_mapping(TABLE, read_mapping(mapping_file(tmp_path, MAPPING)))
    assert [(row.line, row.cells) for row in mapped.rows] == [
        (2, {"provider": "Phòng khám A", "phones": "111", "service": "Khám bệnh", "category": "kham-benh"}),
        (4, {"provider": "Phòng khám C", "service": "Khám bệnh", "category": "y-te"}),
    ]
    assert mapped.skipped == 1
    assert mapped.unknown_headers == []
    assert mapped.leave_out_unreadable == {"phones"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("columns = [", "Không đọc được"),
        ("[colums]\na = 'provider'", "không có phần “colums”"),
        ("[columns]\na = 'tên'", "không có cột “tên”"),
        ("[columns]\na = 'provider'\nb = 'provider'", "hai cột cùng đổi"),
        ("leave_out_unreadable = ['visibility']", "không thể bỏ qua"),
        ("columns = 'provider'", "viết sai cấu trúc"),
        ("[skip]\na = 1", "viết sai cấu trúc"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_is_wrong(tmp_path, text, reason):
    with pytest.raises(Invalid, match=reason):
        read_mapping(mapping_file(tmp_path, text))


def test_a_mapping_for_another_table_is_refused(tmp_path):
    mapping = read_mapping(mapping_file(tmp_path, "[columns]\n'Không có' = 'provider'"))
    with pytest.raises(Invalid, match="“Không có”"):
        apply_mapping(TABLE, mapping)


def test_cells_past_the_last_header_are_noticed():
    table = Table(["provider"], [Line(2, ["a", "b"]), Line(3, ["a", ""])])
    assert [row.has_extra_cells for row in apply_mapping(table, Mapping()).rows] == [True, False]
