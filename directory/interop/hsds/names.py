"""The names of things: ids that are made from words, and our three taxonomies. Pure.

An id of a phone number or a term is a UUID of version 5, so every answer and every server says the same one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from directory import seed_files
from directory.catalogue.seed_tables import fact_kinds

#: What our made-up ids begin from; never to be changed.
NAMESPACE = UUID("0f4de2a5-93d2-5d8e-9f1b-6a1f6b8f7c11")
#: The version of the standard that we speak.
VERSION = "3.1.1"


@dataclass(frozen=True)
class Taxonomy:
    """A list of terms."""

    code: str
    name: str
    description: str

    @property
    def id(self) -> str:
        """The UUID of the list."""
        return own_id("taxonomy", self.code)

    def as_json(self) -> dict[str, Any]:
        """Return it as an HSDS object."""
        return {"id": self.id, "name": self.name, "description": self.description, "version": "1"}


@dataclass(frozen=True)
class Term:
    """A word of one of our taxonomies."""

    taxonomy: Taxonomy
    code: str
    name: str
    description: str
    parent: str | None = None

    @property
    def id(self) -> str:
        """The UUID of the term."""
        return own_id("term", self.taxonomy.code, self.code)

    def as_json(self) -> dict[str, Any]:
        """Return it as an HSDS object."""
        parent = {"parent_id": own_id("term", self.taxonomy.code, self.parent)} if self.parent else {}
        return {
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "description": self.description,
            **parent,
            "taxonomy": self.taxonomy.name,
            "taxonomy_id": self.taxonomy.id,
            "language": "vi",
        }


SUBJECTS = Taxonomy("chu-de", "Chủ đề", "Điều mà người ta tìm: hai cấp, tên tiếng Anh ở phần mô tả.")
FACTS = Taxonomy("dac-diem", "Đặc điểm", "Điều nên biết trước khi đến; không ghi nghĩa là chưa rõ.")
DETAILS = Taxonomy("them", "Thông tin thêm", "Điều mà HSDS không có trường riêng; xem trang hồ sơ.")
TAXONOMIES = (SUBJECTS, FACTS, DETAILS)

#: code → what it says; a yes-or-no detail is "true" or "false", and missing when nobody knows.
_DETAILS = {
    "opening_hours": "Giờ làm việc theo cách ghi của OpenStreetMap",
    "hotline_24h": "Đường dây trực 24/24",
    "anonymous_ok": "Nhận người không nêu tên",
    "id_required": "Cần giấy tờ tùy thân",
    "reports_to_police": "Có báo công an",
    "wheelchair": "Đi được xe lăn",
    "verified_on": "Ngày xác minh",
    "closed_on": "Đóng từ ngày",
    "reopens_on": "Mở lại ngày",
    "fees": "Chi phí tại điểm này",
    "eligibility": "Điều kiện tại điểm này",
    "documents": "Giấy tờ tại điểm này",
    "languages": "Ngôn ngữ tại điểm này",
    "source": "Nguồn",
    "source_url": "Nơi đã đọc",
    "ward_code": "Mã phường xã (Tổng cục Thống kê)",
    "province_code": "Mã tỉnh thành (Tổng cục Thống kê)",
    "former_ward_code": "Mã phường xã trước ngày 1-7-2025",
    "former_ward": "Phường xã trước ngày 1-7-2025",
    "point_is_ward": "Tọa độ là của phường xã, không phải của điểm",
}


def own_id(*words: str) -> str:
    """Return the UUID that stands for these words."""
    return str(uuid5(NAMESPACE, "\x1f".join(words)))


@cache
def terms() -> dict[str, Term]:
    """Return every term by id: subjects, facts, details, each in the order of its list."""
    return {term.id: term for term in _terms()}


def _terms() -> Iterator[Term]:
    for row in seed_files.rows("categories.csv"):
        yield Term(SUBJECTS, row["slug"], row["name_vi"], row["name_en"], row["parent_slug"] or None)
    for kind in fact_kinds().values():
        yield Term(FACTS, kind.slug, kind.name_vi, kind.name_en)
    for code, name in _DETAILS.items():
        yield Term(DETAILS, code, name, name)


@cache
def term(taxonomy: Taxonomy, code: str) -> Term:
    """Return one of our terms.

    Raises: KeyError, when there is none.
    """
    return terms()[own_id("term", taxonomy.code, code)]


def attribute(entity: str, of: str, named: Term, value: str | None = None) -> dict[str, Any]:
    """Return a term as an attribute of the object ``of``, which is a row of the table ``entity``."""
    said = {} if value is None else {"value": value}
    kinds = {SUBJECTS.code: "service_category", FACTS.code: "fact", DETAILS.code: "detail"}
    return {
        "id": own_id("attribute", of, named.id),
        "link_id": of,
        "link_entity": entity,
        "link_type": kinds[named.taxonomy.code],
        "label": named.name,
        **said,
        "taxonomy_term": named.as_json(),
    }


def details(entity: str, of: str, values: dict[str, object]) -> list[dict[str, Any]]:
    """Return details as attributes, without those that nobody knows (None)."""
    said = {code: _text(value) for code, value in values.items() if value is not None}
    return [attribute(entity, of, term(DETAILS, code), value) for code, value in said.items()]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
