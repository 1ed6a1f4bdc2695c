"""What an import must see to when a place is no longer told: its former entry, its neighbours, texts it shares.

Reads only; the writing follows in ``writing`` and ``erasing``.
"""

from collections.abc import Iterator

from sqlalchemy import Select, select

from directory.catalogue.discretion import reads_like_address
from directory.catalogue.entries import Problem
from directory.catalogue.models import Offering, Provider, Service, Site
from directory.catalogue.reasons import Reason
from directory.catalogue.rules import Visibility
from directory.catalogue.wanted import OfferingKey, PartKey, Wanted, WantedOffering
from directory.extensions import db

#: What tells more stands first.
_TELLING = (Visibility.PUBLIC, Visibility.PARTIAL, Visibility.HIDDEN)


def keep_back(wanted: Wanted) -> list[Problem]:
    """Find the former entries of places that are kept back from now on, and return what speaks against the import."""
    problems = [problem for key, one in _kept_back(wanted) for problem in _follow_former(wanted, key, one)]
    problems += [problem for key, one in _kept_back(wanted) for problem in _neighbours(wanted, key, one)]
    return problems + list(_shared_descriptions(wanted))


def _kept_back(wanted: Wanted) -> list[tuple[OfferingKey, WantedOffering]]:
    return [(key, one) for key, one in wanted.offerings.items() if _visibility(wanted, one) is not Visibility.PUBLIC]


def _visibility(wanted: Wanted, one: WantedOffering) -> Visibility:
    visibility: Visibility = wanted.sites[one.site]["visibility"]
    return visibility


def _follow_former(wanted: Wanted, key: OfferingKey, one: WantedOffering) -> Iterator[Problem]:
    """Say which entry this one was while its place was told: without it that one would stay, address and all.

    Why at all: an entry without an ``external_id`` goes by a name made from its place, which is another one now.
    """
    if one.former_id is not None:
        wanted.former[key] = (key[0], one.former_id)
    if not one.has_derived_id or _is_held(key):
        return
    more_told = _TELLING[: _TELLING.index(_visibility(wanted, one))]
    statement = (
        _offerings_of(one.service)
        .join(Site, Site.id == Offering.site_id)
        .where(Site.visibility.in_(more_told))
        .order_by(Offering.id)
    )
    candidates = [name for name in db.session.scalars(statement) if (key[0], name) not in wanted.offerings]
    if len(candidates) == 1:
        wanted.former[key] = (key[0], candidates[0])
    elif candidates:
        reason = Reason(
            "Dịch vụ này của đơn vị này đang có %(number)s điểm cho biết nhiều hơn, không rõ điểm nào nay được giữ "
            "kín. Ghi cả các điểm kia vào cùng tệp; nếu đây là một điểm mới thì ghi cho nó một external_id.",
            number=len(candidates),
        )
        yield Problem(one.line, "visibility", reason)


def _is_held(key: OfferingKey) -> bool:
    named = select(Offering.id).where(Offering.source_code == key[0], Offering.external_id == key[1])
    return db.session.scalar(named) is not None


def _neighbours(wanted: Wanted, key: OfferingKey, one: WantedOffering) -> Iterator[Problem]:
    """Warn when other entries go on telling the place that this one has kept back."""
    source, name = wanted.former.get(key, key)
    statement = (
        select(Offering.site_id)
        .join(Site, Site.id == Offering.site_id)
        .where(Offering.source_code == source, Offering.external_id == name, Site.visibility == Visibility.PUBLIC)
    )
    site_id = db.session.scalar(statement)
    if site_id is None:
        return
    others = db.session.execute(
        select(Offering.source_code, Offering.external_id).where(
            Offering.site_id == site_id, Offering.external_id != name
        )
    )
    kept_back = {wanted.former.get(other, other) for other, _ in _kept_back(wanted)}
    number = sum(tuple(other) not in kept_back for other in others)
    if number:
        reason = Reason(
            "Còn %(number)s dịch vụ khác được công khai ở đúng địa chỉ cũ của nơi này: hãy giữ kín cả những mục ấy.",
            number=number,
        )
        yield Problem(one.line, "visibility", reason, is_warning=True)


def _shared_descriptions(wanted: Wanted) -> Iterator[Problem]:
    """Refuse a description that would give away a kept-back place of an earlier import, which shares the service."""
    for key, values in wanted.services.items():
        if not values["description"] or not reads_like_address(values["description"]):
            continue
        statement = (
            _offerings_of(key).join(Site, Site.id == Offering.site_id).where(Site.visibility != Visibility.PUBLIC)
        )
        left = [name for name in db.session.scalars(statement) if (key.provider[0], name) not in wanted.offerings]
        line = min((one.line for one in wanted.offerings.values() if one.service == key), default=0)
        if left:
            reason = "Mô tả dùng chung cho cả nơi được giữ kín mà viết giống một địa chỉ: hãy viết lại."
            yield Problem(line, "description", reason)


def _offerings_of(service: PartKey) -> Select[str]:
    """Select the ``external_id`` of the offerings of a service."""
    source, provider = service.provider
    return (
        select(Offering.external_id)
        .join(Service, Service.id == Offering.service_id)
        .join(Provider, Provider.id == Service.provider_id)
        .where(
            Offering.source_code == source,
            Provider.source_code == source,
            Provider.folded_name == provider,
            Service.folded_name == service.identity,
        )
    )
