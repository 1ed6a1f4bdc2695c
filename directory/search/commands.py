"""``directory search``: the search of the site on the command line."""

import json

import click
from flask_babel import force_locale

from directory import clock
from directory.catalogue.queries import Card, cards, categories
from directory.catalogue.wording import where_in_words
from directory.errors import Invalid
from directory.places.rules import Point, is_on_earth
from directory.search.answers import as_json
from directory.search.queries import Hit, SearchAnswer, SearchRequest, find
from directory.vietnamese import nfc

_REASONS = {
    "without_conditions": "Không có nơi nào đủ điều kiện; đây là những nơi gần đúng.",
    "without_radius": "Không có nơi nào trong bán kính này; đây là những nơi xa hơn.",
    "outside_area": "Không có nơi nào ở khu vực này; đây là những nơi gần đó nhất.",
    "fewer_words": "Không có nơi nào khớp mọi từ; đây là những nơi khớp một phần.",
    "hotlines": "Không tìm thấy; đây là những số có thể gọi để hỏi.",
    "anything": "Không tìm thấy; đây là những nơi khác.",
}


class PositionParameter(click.ParamType[Point]):
    """A position typed as ``lat,lon``."""

    name = "lat,lon"

    def convert(self, value: str | Point, param: click.Parameter | None, context: click.Context | None) -> Point:
        """Read the position; a wrong one is wrong usage."""
        if isinstance(value, Point):
            return value
        try:
            lat, lon = (float(part) for part in value.split(","))
        except ValueError:
            self.fail("viết vị trí là vĩ độ,kinh độ, ví dụ 20.951,107.08", param, context)
        if not is_on_earth(Point(lat, lon)):
            self.fail("vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180", param, context)
        return Point(lat, lon)


@click.command(help="Tìm dịch vụ bằng lời thường: directory search “kham benh gan toi” --near 20.951,107.08")
@click.argument("text", metavar="CÂU", default="")
@click.option("--near", type=PositionParameter(), help="Vị trí: vĩ độ,kinh độ.")
@click.option("--area", metavar="NƠI", help="Chỉ ở nơi này (tên cũ hay mới).")
@click.option("--category", metavar="CHỦ-ĐỀ", help="Chỉ chủ đề này (slug).")
@click.option("--radius-km", type=click.FloatRange(min=0, min_open=True), help="Chỉ trong bán kính này.")
@click.option("--open-now", is_flag=True, help="Chỉ nơi đang mở cửa.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="Nhiều nhất bao nhiêu.")
@click.option("--json", "wants_json", is_flag=True, help="In JSON như /api/tim.")
def search(  # noqa: PLR0917 - as many arguments as options
    text: str,
    near: Point | None,
    area: str | None,
    category: str | None,
    radius_km: float | None,
    open_now: bool,
    limit: int,
    wants_json: bool,
) -> None:
    """Answer a query as a table or as JSON."""
    if category and category not in categories().by_slug:
        raise click.BadParameter(f"không có chủ đề “{category}”", param_hint="--category")
    request = SearchRequest(
        text=nfc(text), position=near, area=area, category=category, radius_km=radius_km, open_now=open_now,
        per_page=limit,
    )  # fmt: skip
    answer = find(request, clock.now())
    if answer.understood.unknown_area:
        raise Invalid(f"Không biết nơi nào tên “{area}”.", what_now="Hãy thử tên phường, xã, quận hay tỉnh.")
    with force_locale("vi"):
        click.echo(json.dumps(as_json(answer), ensure_ascii=False, indent=2) if wants_json else _table(answer))


def _table(answer: SearchAnswer) -> str:
    lines = list(_understood(answer))
    if answer.total:
        lines.append(f"{answer.total} nơi" + (f", hiện {len(answer.hits)} nơi đầu" if answer.pages > 1 else ""))
    else:
        lines.append(_REASONS.get(answer.instead_reason or "", "Không tìm thấy gì."))
    return "\n".join([*lines, "", *_rows(answer.hits or answer.instead)])


def _understood(answer: SearchAnswer) -> list[str]:
    understood = answer.understood
    said = [f"{one.words} → {one.value or 'gần vị trí'}" for one in understood.understandings]
    lines = [f"Hiểu là: {'; '.join(said)}"] if said else []
    if understood.corrected:
        lines.append(f"Có phải bạn tìm: {understood.corrected}")
    if understood.area_candidates:
        lines.append("Nơi này có thể là: " + "; ".join(candidate.name for candidate in understood.area_candidates))
    if understood.near_me and answer.request.position is None:
        lines.append("Chưa biết vị trí: thêm --near VĨ-ĐỘ,KINH-ĐỘ để xếp theo khoảng cách.")
    return lines


def _rows(hits: tuple[Hit, ...]) -> list[str]:
    distances = {hit.offering_id: hit.distance_m for hit in hits}
    return [line for card in cards(list(distances)) for line in _row(card, distances[card.id])]


def _row(card: Card, distance_m: int | None) -> list[str]:
    how_far = "" if distance_m is None else f"{distance_m} m" if distance_m < 1000 else f"{distance_m / 1000:.1f} km"
    phones = ", ".join(phone.shown for phone in card.phones) or "chưa có số điện thoại"
    note = " [dữ liệu minh hoạ]" if card.is_illustrative else ""
    where = where_in_words(card.address, card.place or card.province)
    return [f"{how_far:>8}  {card.name}: {card.provider}{note}", f"{'':8}  {where or 'Không nêu địa chỉ'} · {phones}"]


commands = [search]
