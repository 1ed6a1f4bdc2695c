"""From what people call a place to today's wards."""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.units import Rank, Unit
from directory.vietnamese import fold
from tests.places.conftest import read_rows

REVIEWED = read_rows(Path(__file__).parent / "place_names.csv")


@pytest.mark.parametrize("row", REVIEWED, ids=[row["text"] for row in REVIEWED])
def test_every_reviewed_place_name_means_what_the_table_says(names, row):
    found = names.resolve(row["text"])
    assert len(found) == int(row["candidates"])
    if found:
        first = found[0]
        assert (first.kind, first.name) == (row["kind"], row["name"])
        assert len(first.ward_codes) == int(row["wards"])
        assert ";".join(sorted(first.province_codes)) == row["province"]
    if row["ward_codes"]:
        assert ";".join(sorted(found[0].ward_codes)) == row["ward_codes"]


def test_the_table_is_large_enough():
    assert len(REVIEWED) >= 60


def test_a_former_city_is_where_its_town_is(names):
    [ha_long] = names.resolve("Hạ Long")
    assert ha_long.point == pytest.approx((20.9505, 107.0734), abs=0.001)
    [vinh_long] = names.resolve("TP Vĩnh Long")
    assert vinh_long.point == pytest.approx((10.2537, 105.9722), abs=0.001)


def test_a_former_ward_that_was_divided_is_several_wards(names):
    [lang_ha] = names.resolve("Phường Láng Hạ, quận Đống Đa, Hà Nội")
    assert lang_ha.kind == "old-ward"
    assert len(lang_ha.ward_codes) > 1


def test_a_ward_named_by_its_former_address_keeps_the_former_ward_second(names):
    [bai_chay] = names.resolve("P. Bãi Cháy, TP. Hạ Long, Quảng Ninh")
    assert bai_chay.unit_keys == ("ward:06673", "old-ward:06673")


def test_typed_marks_decide_between_names(names):
    assert [place.name for place in names.resolve("xã Hà Long")] == ["Xã Hà Long, Thanh Hóa"]
    assert [place.kind for place in names.resolve("Hạ Long")] == ["old-district"]


def test_candidates_come_larger_first_and_always_in_the_same_order(names):
    kinds = [place.kind for place in names.resolve("Hương Trà")]
    assert kinds == ["old-district", "ward"]
    assert [p.name for p in names.resolve("Tân Thành")] == [p.name for p in names.resolve("Tân  Thành ")]
    assert {p.name for p in names.resolve("Tân Thành")} < {p.name for p in names.resolve("tan thanh")}


def test_old_and_new_names_are_shown_where_they_differ(names):
    show = names.display
    assert show("ward:06673") == "Phường Bãi Cháy, Quảng Ninh"
    assert show("ward:06673", "old-ward:06673") == "Phường Bãi Cháy (trước: TP Hạ Long), Quảng Ninh"
    assert show("ward:29551", "old-ward:29551") == "Phường Long Châu (trước: phường 1, TP Vĩnh Long), Vĩnh Long"
    assert show("ward:26506", "old-ward:26506").startswith("Phường Vũng Tàu (trước: phường 1, TP Vũng Tàu, Bà Rịa")
    assert show("ward:26732", "old-district:755") == (
        "Đặc khu Côn Đảo (trước: huyện Côn Đảo, Bà Rịa - Vũng Tàu), TP Hồ Chí Minh"
    )


def test_suggested_places_begin_as_typed_and_resolve(names):
    for typed in ("uong", "hạ l", "bai ch", "q", "Thừa", "ha"):
        for suggestion in names.names_with_prefix(typed, 8):
            assert names.resolve(suggestion), suggestion
    assert names.names_with_prefix("uông bí", 1) == ["TP Uông Bí, Quảng Ninh"]
    assert names.names_with_prefix("h", 8) == []


def full_address(names, unit: Unit) -> str:
    return ", ".join(above.full_name for above in (unit, *names.atlas.lineage(unit)))


def test_every_full_former_address_gives_exactly_its_successors(names, check_legacy):
    successors: dict[str, set[str]] = {}
    for row in check_legacy:
        if row["wardCode"]:
            address = f"{row['ward']}, {row['district']}, {row['province']}"
            successors.setdefault(address, set()).add(row["newWardCode"])
    wrong = [text for text, codes in successors.items() if [set(r.ward_codes) for r in names.resolve(text)] != [codes]]
    assert wrong == []


def test_every_ward_in_force_is_found_by_its_full_name_and_province(names):
    for ward in names.atlas.wards().values():
        text = f"{ward.full_name}, {names.province_of(ward.code).full_name}"
        assert any(ward.key in place.unit_keys for place in names.resolve(text)), text


@given(st.data())
def test_nfd_reads_as_nfc_and_unmarked_means_at_least_as_much_or_something_larger(names, data):
    unit = names.atlas.units[data.draw(st.sampled_from(sorted(names.atlas.units)))]
    text = data.draw(st.sampled_from([unit.name, unit.full_name, full_address(names, unit)]))
    marked = names.resolve(text)
    assert [place.name for place in names.resolve(unicodedata.normalize("NFD", text))] == [p.name for p in marked]
    unmarked = names.resolve(fold(text))
    largest = max((names.atlas.units[place.unit_keys[0]].rank for place in unmarked), default=Rank.WARD)
    meant = {place.ward_codes for place in unmarked}
    missing = [place for place in marked if place.ward_codes not in meant]
    assert all(names.atlas.units[place.unit_keys[0]].rank < largest for place in missing)


@given(st.text(max_size=300))
def test_no_text_breaks_it(names, text):
    assert isinstance(names.resolve(text), list)


def test_the_table_is_written_as_csv_writes_it():
    path = Path(__file__).parent / "place_names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert all(len(row) == 7 for row in csv.reader(file))


def test_what_is_shown_can_be_typed_again_and_a_key_means_its_unit(names):
    for row in REVIEWED:
        for place in names.resolve(row["text"]):
            assert place.ward_codes in [again.ward_codes for again in names.resolve(place.name)], place.name
            [by_key] = names.resolve(place.unit_keys[0])
            assert by_key.ward_codes == place.ward_codes
