"""The words of the figures: units, how exact, where from, and for whom. Pure."""

from enum import StrEnum

#: A count of people or their services below this, and above 0, is not published and not told at ward level.
SMALLEST_TOLD = 5


class Unit(StrEnum):
    """What a figure counts. One is never turned into another (seeds trap X1)."""

    SERVICES = "luot"  # lượt
    PEOPLE = "nguoi"  # người: different client codes
    CASES = "truong-hop"  # trường hợp: slips
    EVENTS = "cuoc"  # cuộc
    COURSES = "lop"  # lớp
    DAYS = "ngay"  # ngày
    COPIES = "ban"  # tờ, cuốn, bản: copies of materials
    BOARDS = "bang"  # bảng
    SLIPS = "phieu"  # phiếu, of blank books
    POINTS = "diem"  # điểm mô hình
    GROUPS = "nhom"  # nhóm
    MEMBERS = "thanh-vien"  # thành viên of groups; no clients (X11)
    PROVINCES = "tinh"  # tỉnh, thành phố
    PROVINCE_MODELS = "tinh-mo-hinh"  # pairs of a province and a model (X4)
    MODELS = "mo-hinh"
    AREAS = "dia-ban"
    BUSINESSES = "co-so"  # cơ sở kinh doanh
    ENTRIES = "dich-vu"  # dịch vụ of the directory
    WARDS = "xa-phuong"
    HOURS = "gio"
    PER_MONTH = "cuoc-thang"  # cuộc mỗi tháng
    PER_CENT = "phan-tram"
    KINDS = "loai"  # kinds of services


class Qualifier(StrEnum):
    """How exact a published figure said it was (seeds trap X9)."""

    EXACT = "exact"
    ABOUT = "about"  # khoảng
    OVER = "over"  # trên
    NEARLY = "nearly"  # gần


class Origin(StrEnum):
    """Where a figure comes from."""

    RECORDS = "records"
    FROZEN = "frozen"
    BY_HAND = "by_hand"


class Audience(StrEnum):
    """For whom a report is made."""

    #: Anybody: frozen periods only, small cells kept back.
    PUBLIC = "public"
    #: The coordinator of the areas: any range; an area of one ward is told as to the public only.
    DESK = "desk"
    #: The province's own report, after she said that it is that: every number.
    EXACT = "exact"
