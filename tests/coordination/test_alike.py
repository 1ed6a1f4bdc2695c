"""What makes two places look alike, and what does not."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.coordination.alike import MOST_SHARING, Clue, Lookalikes, Place
from directory.places.rules import Point

HERE = Point(20.951, 107.08)
#: About 60 m and 300 m to the north.
NEAR, FAR = Point(20.95154, 107.08), Point(20.9537, 107.08)


def pairs(places):
    """Return the pairs of these places."""
    return of(places).pairs


def of(places):
    """Return what is known when these places are read at once."""
    made = Lookalikes()
    made.put(places)
    return made


def place(number, name, **more):
    """Return a place in a ward of its own unless it is said otherwise."""
    told = {"ward": f"ward:{number}", "province": "province:22"} | more
    return Place(
        id=number,
        offering_id=number,
        provider_id=told.pop("provider_id", number),
        provider=name,
        **told,
    )


#: A directory has more words than two names; common ones must not make two places one.
OTHERS = [
    place(100 + number, f"{kind} {name}")
    for number, (kind, name) in enumerate(
        (kind, name)
        for kind in ("Phòng khám đa khoa", "Trung tâm Y tế", "Nhà thuốc", "Công an phường", "Văn phòng Luật sư")
        for name in ("Cẩm Phả", "Quảng Yên", "Tiên Yên", "Đông Triều", "Vân Đồn", "Móng Cái")
    )
]


def clues(one, other):
    """Return by what these two look alike among many others."""
    found = [pair.clues for pair in pairs([*OTHERS, one, other]) if pair.first.id < 100 and pair.second.id < 100]
    assert len(found) <= 1
    return found[0] if found else ()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Trung tâm Y tế Hạ Long", "Trung tâm Y tế thành phố Hạ Long"),
        ("Trung tâm Y tế Hạ Long", "TTYT TP Hạ Long"),
        ("Bệnh viện Bãi Cháy", "BV Bãi Cháy"),
        ("Văn phòng Luật sư Hy Vọng", "Văn phòng Luật sư Hy Vogn"),
        ("Phòng khám đa khoa Thanh Bình", "PKĐK Thanh Bình"),
        ("Nhà thuốc Minh Hoà", "NHÀ THUỐC MINH HÒA"),
    ],
)
def test_a_name_written_otherwise_is_recognised_in_one_ward(name, other):
    assert clues(place(1, name, ward="w"), place(2, other, ward="w")) == (Clue.NAME_IN_WARD,)
    assert clues(place(1, name), place(2, other)) == ()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Phòng khám đa khoa Thanh Bình", "Phòng khám đa khoa Hoà An"),
        ("Trường Tiểu học số 1 Hồng Gai", "Trường Tiểu học số 2 Hồng Gai"),
        ("Nhà thuốc Lan", "Nhà thuốc Mai"),
        ("Công an phường Hồng Gai", "Trạm Y tế phường Hồng Gai"),
    ],
)
def test_a_common_kind_of_name_is_no_clue(name, other):
    assert clues(place(1, name, ward="w", point=HERE), place(2, other, ward="w", point=HERE)) == ()


def test_near_means_within_a_hundred_metres_also_across_the_border_of_two_wards():
    one = place(1, "Bệnh viện Bãi Cháy", point=HERE)
    assert clues(one, place(2, "BV Bãi Cháy", point=NEAR)) == (Clue.NAME_NEAR,)
    assert clues(one, place(2, "BV Bãi Cháy", point=FAR)) == ()


def test_one_number_is_a_clue_until_it_is_a_switchboard():
    number = frozenset({"+842033825499"})
    assert clues(place(1, "Nơi Một", phones=number), place(2, "Chỗ Hai", phones=number)) == (Clue.PHONE,)
    assert not pairs([place(one, f"Chi nhánh {one}", phones=number) for one in range(1, 9)])


def test_branches_of_one_organisation_are_no_twins_for_its_number_and_name():
    number, same = frozenset({"19001234"}), {"provider_id": 7, "ward": "w"}
    one = place(1, "Hội Phụ nữ", site="Cơ sở Lê Lợi", phones=number, point=HERE, **same)
    assert clues(one, place(2, "Hội Phụ nữ", site="Cơ sở Trần Phú", phones=number, point=NEAR, **same)) == ()
    one = place(1, "Hội Phụ nữ", address="Số 5, đường Lê Lợi", **same)
    assert clues(one, place(2, "Hội Phụ nữ", address="5 Lê Lợi", **same)) == (Clue.NAME_IN_WARD,)
    assert clues(one, place(2, "Hội Phụ nữ", address="15 Lê Lợi", **same)) == ()


def test_a_number_that_leads_from_a_public_place_to_a_hidden_one_comes_first():
    number = frozenset({"+84912000111"})
    secret = place(1, "Ngôi nhà Giữ Kín", ward=None, phones=number, is_secret=True, is_public=False)
    office = place(2, "Văn phòng Hội", phones=number, point=HERE)
    twins = [
        place(3, "Nơi Ba", phones=frozenset({"1"}), ward="w"),
        place(4, "Nơi Ba", phones=frozenset({"1"}), ward="w"),
    ]
    first, second = pairs([*twins, secret, office])
    assert first.is_danger
    assert first.clues == (Clue.HIDDEN_PHONE,)
    assert not second.is_danger


def test_also_within_one_organisation_and_however_many_share_the_number():
    number = frozenset({"+84912000111"})
    secret = place(1, "Hội Phụ nữ", ward=None, phones=number, is_secret=True, is_public=False, provider_id=7)
    offices = [place(one, "Hội Phụ nữ", phones=number, provider_id=7) for one in range(2, 12)]
    assert len([pair for pair in pairs([secret, *offices]) if pair.is_danger]) == 10


def test_the_name_of_a_hidden_place_on_a_public_entry_of_its_province_is_said_first():
    secret = place(1, "Ngôi nhà Bình Yên Nhỏ", ward=None, is_secret=True, is_public=False)
    assert clues(secret, place(2, "Ngôi nhà Bình yên nhỏ")) == (Clue.HIDDEN_NAME,)
    assert clues(secret, place(2, "Ngôi nhà Bình yên nhỏ", province="province:01")) == ()


def test_a_telephone_line_has_no_place_to_give_away():
    number = frozenset({"111"})
    line = place(1, "Tổng đài 111", ward=None, phones=number, is_public=False)
    assert clues(line, place(2, "Văn phòng 111", phones=number)) == (Clue.PHONE,)


def test_an_invented_place_is_never_a_twin_of_a_real_one():
    assert clues(place(1, "Nơi Một", ward="w"), place(2, "Nơi Một", ward="w", is_illustrative=True)) == ()


NAMES = st.sampled_from(["Trung tâm Y tế", "TTYT Hạ Long", "Trạm Y tế số 1", "Nhà thuốc An", "", "Ngôi nhà"])
PLACES = st.lists(
    st.tuples(NAMES, st.sampled_from(["a", "b", None]), st.sampled_from([HERE, NEAR, FAR, None]), st.booleans()),
    max_size=20,
)


@given(PLACES)
def test_pairs_are_of_two_places_each_once_and_do_not_depend_on_the_order(rows):
    found = [
        place(
            number,
            name,
            ward=None if secret else ward,
            point=None if secret else point,
            is_secret=secret,
            is_public=not secret,
        )
        for number, (name, ward, point, secret) in enumerate(rows, 1)
    ]
    made = pairs(found)
    keys = [(pair.first.id, pair.second.id) for pair in made]
    assert len(set(keys)) == len(keys)
    assert all(one < other for one, other in keys)
    assert pairs(found[::-1]) == made


NUMBERS = st.frozensets(st.sampled_from(["1", "2"]), max_size=2)
KINDS = ["Phòng khám", "Nhà thuốc Minh An", "Nhà thuốc Minh Ann", "TTYT Hạ Long", "Trung tâm Y tế Hạ Long số 2", ""]


@st.composite
def places(draw):
    """One of so few places, numbers and names that much is alike, and what is known of it changes."""
    number, visibility = draw(st.integers(1, 24)), draw(st.sampled_from(["public", "public", "partial", "hidden"]))
    is_public = visibility == "public"
    return place(
        number,
        draw(st.sampled_from(KINDS)),
        provider_id=draw(st.sampled_from([number, 500])),
        site=draw(st.sampled_from(["", "", "Cơ sở 1", "Cơ sở Lê Lợi"])),
        address=draw(st.sampled_from(["", "Số 5, Lê Lợi", "5 đường Lê Lợi"])) if is_public else "",
        ward=draw(st.sampled_from(["a", "a", "b"])) if visibility != "hidden" else None,
        province=draw(st.sampled_from(["p", "p", "q", None])),
        point=draw(st.sampled_from([HERE, NEAR, FAR, None])) if is_public else None,
        phones=draw(NUMBERS),
        is_secret=not is_public and draw(st.booleans()),
        is_public=is_public,
        is_illustrative=draw(st.sampled_from([False, False, False, True])),
    )


STEPS = st.lists(st.tuples(st.lists(places(), max_size=12), st.frozensets(st.integers(1, 24), max_size=4)), max_size=5)


@given(STEPS)
def test_comparing_only_what_changed_finds_what_comparing_all_finds(steps):
    known, now = {}, Lookalikes()
    for changed, gone in steps:
        fresh = {one.id: one for one in changed}
        now.put(fresh.values(), gone - fresh.keys())
        known = {number: one for number, one in (known | fresh).items() if number in fresh or number not in gone}
        assert now.pairs == pairs(known.values())


def test_a_place_that_is_kept_back_leaves_no_trace():
    told = {"site": "Cơ sở Yên Vui", "address": "9 Lê Lai", "phones": frozenset({"+8491"}), "ward": "w", "point": HERE}
    one, twin = place(1, "Mái ấm", **told), place(2, "Mái ấm", **(told | {"site": "", "address": ""}))
    now = of([*OTHERS, one, twin])
    assert len(now.pairs) == 1
    assert b"yen" in pickle.dumps(now)
    now.put([place(1, "Nơi kín", ward=None, is_secret=True, is_public=False), place(2, "Nơi khác")])
    left = pickle.dumps(now)
    assert not now.pairs
    for word in ("Lê Lai", "Yên Vui", "vui", "Mái ấm", "mai", "+8491"):
        assert word.encode() not in left
    assert now.pairs == pairs([*OTHERS, *now.places.values()])


def test_a_number_stops_being_a_clue_for_all_that_have_it_once_it_is_a_switchboard():
    now = of([place(number, f"Nơi {name}", phones=frozenset({"1"})) for number, name in enumerate("abcdef", 1)])
    assert len(now.pairs) == MOST_SHARING * (MOST_SHARING - 1) // 2
    now.put([place(9, "Nơi chín", phones=frozenset({"1"}))])
    assert not now.pairs
    now.put([], gone=[9])
    assert len(now.pairs) == MOST_SHARING * (MOST_SHARING - 1) // 2


def test_what_is_asked_for_while_it_changes_stays_as_it_was():
    now = of([place(1, "Nơi Một", ward="w"), place(2, "Nơi Một", ward="w")])
    before = now.pairs
    now.put([], gone=[1])
    assert len(before) == 1
    assert not now.pairs
