"""A small cast of entries, one for each thing that a page must say or keep back, brought in as a coordinator would.

Each provider's name says what it stands for in the tests; what a page may never show of it is in ``NEVER_SHOWN``.
"""

import csv
from pathlib import Path

from directory.catalogue.operations import import_services
from directory.clock import today
from directory.web.transaction import transaction

HA_LONG = {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "latitude": "20.951", "longitude": "107.08"}

CAST = [
    {
        "provider": "Trung tâm Y tế Hạ Long",
        "service": "Phòng khám Da liễu",
        "category": "kham-benh;benh-lay-truyen-tinh-duc",
        "description": "Khám và chữa bệnh da liễu.",
        "address": "Số 5, đường Lê Lợi",
        "phones": "0203 3825 499; 0912 345 678",
        "opening_hours": "24/7",
        "fees": "Miễn phí",
        "languages": "vi;en",
        "documents": "Thẻ bảo hiểm y tế nếu có",
        "anonymous_ok": "có",
        "id_required": "không",
        "reports_to_police": "không",
        "wheelchair": "có",
        "facts": "women_staff",
        "source": "dieu-phoi",
        "verified_on": today().isoformat(),
        **HA_LONG,
    },
    {
        "provider": "Trung tâm Y tế Hạ Long",
        "service": "Xét nghiệm HIV nhanh",
        "category": "hiv-xet-nghiem",
        "address": "Số 5, đường Lê Lợi",
        "phones": "0203 3825 499",
        "opening_hours": '"theo hẹn"',
        "fees": "50.000 đồng",
        "id_required": "có",
        "reports_to_police": "có",
        "anonymous_ok": "không",
        "source": "dieu-phoi",
        "verified_on": "2020-01-01",
        **HA_LONG,
    },
    {
        "provider": "Bệnh viện Chưa Ai Hỏi",
        "service": "Khám bệnh",
        "category": "kham-benh",
        "address": "Số 7, đường Trần Phú",
        "source": "osm",
        **HA_LONG,
    },
    {
        "provider": "Ngôi nhà Giữ Kín",
        "service": "Nơi ở an toàn",
        "category": "tam-lanh",
        "province": "Quảng Ninh",
        "phones": "0912 000 111",
        "visibility": "hidden",
        "website": "https://giu-kin.example/duong-den",
        "anonymous_ok": "có",
        "source": "dieu-phoi",
    },
    {
        "provider": "Nhóm Chỉ Biết Phường",
        "service": "Nhóm đồng đẳng",
        "category": "nhom-ho-tro",
        "ward": "Phường Hồng Gai",
        "province": "Quảng Ninh",
        "phones": "0912 000 222",
        "visibility": "partial",
        "source": "dieu-phoi",
    },
    {
        "provider": "Văn phòng Minh Hoạ",
        "service": "Luật sư tư vấn",
        "category": "tro-giup-phap-ly",
        "address": "Số 1, đường Ví Dụ",
        "phones": "0203 3000 000",
        "fees": "Miễn phí",
        "source": "minh-hoa",
        **HA_LONG,
    },
    {
        "provider": "Đường dây Có Nguồn",
        "service": "Nghe và giúp ngay",
        "category": "duong-day-nong",
        "phones": "111",
        "hotline_24h": "có",
        "visibility": "hidden",
        "reports_to_police": "có",
        "facts": "by_phone",
        "source": "duong-day",
        "source_url": "https://nguon.example/111",
    },
    {
        "provider": "Đường dây Không Nguồn",
        "service": "Nghe điện thoại",
        "category": "duong-day-nong",
        "phones": "0912 000 333",
        "hotline_24h": "có",
        "visibility": "hidden",
        "facts": "by_phone",
        "source": "duong-day",
    },
]

#: What no page, no JSON and no map may hold of the hidden and of the partial place.
NEVER_SHOWN = ("giu-kin.example",)


def import_cast(folder: Path) -> None:
    """Write the cast as a spreadsheet and import it."""
    import_rows(folder, CAST)


def import_rows(folder: Path, rows: list[dict[str, str]]) -> None:
    """Import these rows; fail with the report when one is refused."""
    path = folder / "cast.csv"
    columns = list(dict.fromkeys(["external_id", *(column for row in rows for column in row)]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({"external_id": f"cast-{number}", **row})
    with transaction():
        report = import_services(path)
    assert not [problem for problem in report.problems if not problem.is_warning], report.problems
