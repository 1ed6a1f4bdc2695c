"""Whether a text gives a place away: what is written about a hidden or partial place may not read like an address.

Pure. Meant to err on the side of asking the coordinator to write it otherwise. Patterns look at the text as written;
those for texts typed without marks look at the folded text, and leave out everyday words of the same letters.
"""

import re
from urllib.parse import unquote

from directory.vietnamese import fold

_CAPITALS = "".join(sign for sign in map(chr, range(0x41, 0x1EFA)) if sign.isupper())
_NAME = rf"[{_CAPITALS}]\w*"
#: A number that is called is no house number: "Tổng đài 1022 Đà Nẵng".
_CALLED = re.compile(r"\b(?:[Tt]ổng đài|[Đđ]ường dây(?: nóng)?|[Hh]otline|[Gg]ọi(?: số)?|[Ss]ố điện thoại)\s+[\d ]+")
_NUMBER = r"\d+[A-Za-z]?(?:[/-]\d+[A-Za-z]?)*"
_STREET = r"(?:đường|phố|ngõ|ngách|hẻm|kiệt|quốc lộ|tỉnh lộ|đại lộ|Đường|Phố|Ngõ|Ngách|Hẻm|Kiệt|Quốc lộ|Tỉnh lộ|Đại lộ)"
_HAMLET = r"(?:thôn|ấp|xóm|bản|khu phố|tổ dân phố|khu|tổ|Thôn|Ấp|Xóm|Bản|Khu phố|Tổ dân phố|Khu|Tổ)"

_STREETS = (
    # "thành phố Huế" is no street, and "Đường Dây Nóng" is a telephone.
    re.compile(rf"(?<![Tt]hành )\b{_STREET}\s+(?:số\s+)?(?!Dây)(?:{_NAME}|\d)"),
    re.compile(rf"\b{_NUMBER},?\s+{_STREET}\b"),
    re.compile(rf"\b{_HAMLET}\s+(?:số\s+)?\d"),
    re.compile(rf"\b(?:[Tt]hôn|[ẤấAa]p|[Xx]óm|[Kk]hu phố|[Tt]ổ dân phố)\s+{_NAME}"),
    # A house number and a name: "12 Trần Phú", "45/6 Nguyễn Thị Minh Khai"; not "24 Giờ", "111 Tổng đài".
    re.compile(rf"\b(?<!/){_NUMBER},?\s+(?!Tổng|Giờ|Tuổi|Ngày|Ngôi|Tháng){_NAME}\s+{_NAME}"),
    re.compile(r"\b[Ss]ố nhà\b"),
    re.compile(r"\b(?:QL|TL|ĐT)\s?\d+\b"),
)
_STREETS_FOLDED = (
    re.compile(r"\bso(?: nha)? \d+[a-z]?(?:/\d+)*,? (?:duong|pho|ngo|ngach|hem|kiet)\b"),
    re.compile(r"\b\d+[a-z]?(?:/\d+)*,? (?:duong(?! day)|ngo|ngach|hem|kiet)\b"),
    re.compile(r"\b(?:ngo|ngach|hem|kiet|quoc lo|tinh lo|to dan pho|khu pho) \d+\b"),
    re.compile(r"\bso nha \d"),
)
_COORDINATES = re.compile(r"\b\d{1,2}[.,]\d{3,}\s*[°NnBb]?\s*[,;/ ]\s*1\d{2}[.,]\d{3,}")
_MAP_LINKS = re.compile(
    r"goo\.gl|google\.[a-z.]+/maps|maps\.app|maps\.google|openstreetmap\.org|osm\.org|plus\.codes|"
    r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b",
    re.IGNORECASE,
)
_UNITS = (
    re.compile(rf"\b(?:[Pp]hường|[Xx]ã|[Tt]hị trấn|[Qq]uận|[Hh]uyện|[Tt]hị xã|[Đđ]ặc khu)\s+(?!Hội\b)(?:{_NAME}|\d)"),
    re.compile(rf"\b(?:P|Q|TT|TX|H|X)\.\s?(?:{_NAME}|\d)"),
)
_UNITS_FOLDED = re.compile(r"\b(?:phuong|quan|huyen|thi tran) \d+\b|\b(?:thi tran|thi xa) [a-z]+")


def reads_like_street(text: str) -> bool:
    """Whether the text names a street, house, hamlet, point or map link."""
    folded, uncalled = fold(text), _CALLED.sub("; ", text)
    return (
        any(pattern.search(uncalled) for pattern in _STREETS)
        or any(pattern.search(folded) for pattern in _STREETS_FOLDED)
        or bool(_COORDINATES.search(text))
        or bool(_MAP_LINKS.search(text))
    )


def link_reads_like_street(link: str) -> bool:
    """Whether a web address leads to a map, or has a street or a point among its words."""
    words = re.sub(r"[-_/+=&?#@:!]+", " ", unquote(link))
    return bool(_MAP_LINKS.search(link)) or reads_like_street(words)


def reads_like_address(text: str) -> bool:
    """Whether the text names a street or anything finer than a province."""
    return reads_like_street(text) or any(p.search(text) for p in _UNITS) or bool(_UNITS_FOLDED.search(fold(text)))
