"""How a unit is called on a page: short kinds, today's province, and the former name where it differs."""

from directory.places.units import Atlas, Rank, Unit

_SHORT_KINDS = {"Thành phố": "TP"}


def short_kind(unit: Unit) -> str:
    """Return the kind as it is written inside a line: "TP", "thị xã", "phường"."""
    return _SHORT_KINDS.get(unit.kind, unit.kind.lower())


def inside_line(unit: Unit) -> str:
    """Return the unit as it stands inside a line: "phường Hòn Gai", "TP Hạ Long"."""
    return f"{short_kind(unit)} {unit.name}"


def opening(unit: Unit) -> str:
    """Return the unit as it stands at the beginning of a line: "Phường Bãi Cháy", "TP Hạ Long"."""
    return f"{_SHORT_KINDS.get(unit.kind, unit.kind)} {unit.name}"


def province_name(province: Unit) -> str:
    """Return a province's name for the end of an address; the city named after a man keeps its kind."""
    return f"TP {province.name}" if province.name == "Hồ Chí Minh" else province.name


def name_of(atlas: Atlas, unit: Unit) -> str:
    """Return what a resolution is called: "Phường Bãi Cháy, Quảng Ninh", "TP Hạ Long (cũ), Quảng Ninh"."""
    if unit.rank is Rank.PROVINCE:
        return opening(unit) + (" (cũ)" if unit.is_former else "")
    provinces = (atlas.units[f"province:{code}"] for code in sorted(atlas.provinces_of(unit.key)))
    where = " / ".join(province_name(province) for province in provinces)
    if unit.level == "old-ward":
        district = atlas.units[unit.parent_key or ""]
        return f"{opening(unit)}, {inside_line(district)} (cũ), {where}"
    return f"{opening(unit)}{' (cũ)' if unit.is_former else ''}, {where}"


def ward_line(atlas: Atlas, ward: Unit, former: Unit | None) -> str:
    """Return a ward with its province, and with the former names where they differ.

    "Phường Hồng Gai (trước: phường Hồng Gai, TP Hạ Long), Quảng Ninh" would say the ward twice, so of an unchanged
    ward only its former district is said.
    """
    province = atlas.province_of(ward.code)
    where = province_name(province)
    if former is None:
        return f"{ward.full_name}, {where}"
    names = [former, *atlas.lineage(former)]
    if former.full_name == ward.full_name:
        names = names[1:]
    if names and names[-1].name == province.name:
        names = names[:-1]
    before = ", ".join(province_name(unit) if unit.rank is Rank.PROVINCE else inside_line(unit) for unit in names)
    return f"{ward.full_name} (trước: {before}), {where}" if before else f"{ward.full_name}, {where}"
