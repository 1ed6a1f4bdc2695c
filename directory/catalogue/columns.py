"""The columns of a spreadsheet of services, and the headers by which Vietnamese spreadsheets call them."""

import re

from directory.errors import Invalid
from directory.vietnamese import fold

#: The public surface (design card §5), in the order in which they are exported; ``source_url`` is one more.
COLUMNS = (
    "external_id",
    "provider",
    "service",
    "category",
    "description",
    "site",
    "address",
    "ward",
    "province",
    "latitude",
    "longitude",
    "phones",
    "hotline_24h",
    "website",
    "opening_hours",
    "fees",
    "languages",
    "eligibility",
    "documents",
    "visibility",
    "anonymous_ok",
    "id_required",
    "reports_to_police",
    "wheelchair",
    "facts",
    "source",
    "verified_on",
    "source_url",
)

#: Columns that say where a place is: what may not be known of a place is never repeated in a report.
PLACE_COLUMNS = ("address", "ward", "latitude", "longitude")

_ALIASES = {
    "external_id": ("mã", "mã số", "mã mục", "mã dịch vụ", "id"),
    "provider": ("đơn vị", "tên đơn vị", "đơn vị cung cấp", "cơ sở", "tên cơ sở", "tổ chức", "tên tổ chức"),
    "service": ("dịch vụ", "tên dịch vụ"),
    "category": ("chủ đề", "nhóm dịch vụ", "loại dịch vụ", "danh mục", "lĩnh vực", "categories"),
    "description": ("mô tả", "giới thiệu", "nội dung", "ở đây giúp gì"),
    "site": ("điểm cung cấp", "tên điểm", "điểm", "chi nhánh", "địa điểm"),
    "address": ("địa chỉ", "số nhà, đường"),
    "ward": ("phường", "xã", "phường xã", "phường/xã", "xã/phường", "phường, xã", "phường/xã/đặc khu"),
    "province": ("tỉnh", "tỉnh thành", "tỉnh/thành phố", "tỉnh/tp", "thành phố"),
    "latitude": ("vĩ độ", "lat", "vĩ độ trên bản đồ"),
    "longitude": ("kinh độ", "lon", "lng", "long", "kinh độ trên bản đồ"),
    "phones": ("điện thoại", "số điện thoại", "sđt", "đt", "số máy", "phone"),
    "hotline_24h": ("đường dây nóng 24h", "đường dây nóng 24/24", "trực 24/24", "nghe máy cả ngày đêm"),
    "website": ("trang web", "web", "trang mạng"),
    "opening_hours": ("giờ làm việc", "giờ mở cửa", "thời gian làm việc"),
    "fees": ("chi phí", "phí", "lệ phí", "giá", "tiền phải trả"),
    "languages": ("ngôn ngữ", "tiếng", "thứ tiếng", "nói được tiếng"),
    "eligibility": ("điều kiện", "điều kiện tiếp nhận", "đối tượng", "dành cho ai"),
    "documents": ("giấy tờ", "giấy tờ cần mang", "cần mang theo", "hồ sơ"),
    "visibility": ("mức hiển thị", "hiển thị", "mức công khai", "cho biết địa chỉ đến đâu"),
    "anonymous_ok": ("ẩn danh", "nhận ẩn danh", "không cần nêu tên", "không cần nói tên"),
    "id_required": ("cần giấy tờ tùy thân", "đòi giấy tờ tùy thân", "yêu cầu giấy tờ tùy thân", "hỏi giấy tờ tùy thân"),
    "reports_to_police": ("báo công an", "có báo công an"),
    "wheelchair": ("xe lăn", "lối vào xe lăn", "đi được xe lăn", "vào được bằng xe lăn"),
    "facts": ("đặc điểm", "điểm đặc biệt", "tiện ích", "điều đáng biết"),
    "source": ("nguồn", "nguồn dữ liệu"),
    "verified_on": ("ngày xác minh", "xác minh ngày", "đã xác minh"),
    "source_url": ("liên kết nguồn", "đường dẫn nguồn", "nguồn chi tiết", "trang đã đọc"),
}


def _plain(header: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(header)).strip()


_COLUMN_OF = {_plain(form): column for column in COLUMNS for form in (column, *_ALIASES[column])}


def column_of(header: str) -> str | None:
    """Return our column for a header in English or Vietnamese, with or without marks; None when it is unknown."""
    return _COLUMN_OF.get(_plain(header))


def check_headers(headers: list[str]) -> None:
    """Refuse a table whose columns cannot be told apart.

    Raises: Invalid, naming the header that stands twice.
    """
    seen: dict[str, str] = {}
    for header in headers:
        if not header:
            continue
        known = column_of(header) or _plain(header) or header
        if known in seen:
            raise Invalid(
                "Hai cột có cùng ý nghĩa: “%(one)s” và “%(other)s”.",
                what_now="Giữ lại một cột hoặc đổi tên một cột, rồi nhập lại.",
                blanks={"one": seen[known][:60], "other": header[:60]},
            )
        seen[known] = header
