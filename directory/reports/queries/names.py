"""What the keys of a breakdown are called in the reader's language: subjects, models, topics, materials, places."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from directory.accounts.models import PeerGroup
from directory.catalogue.models import Provider, Site
from directory.catalogue.queries import categories
from directory.catalogue.wording import language_names
from directory.extensions import db
from directory.outreach.models import Material, ProgrammeModel, Topic
from directory.outreach.rules import ActivityKind
from directory.referrals.rules import Reason
from directory.referrals.wording import reason_name

Names = Mapping[str, str]


def names_of(breakdown: str, keys: Collection[str]) -> Names:
    """Return what these keys are called; a key that has no name any more stays as it is."""
    found = _READERS.get(breakdown, _as_they_are)(keys)
    return {key: found.get(key, key) for key in keys}


def _as_they_are(_keys: Collection[str]) -> Names:
    return {}


def _categories(_keys: Collection[str]) -> Names:
    return {subject.slug: subject.name for subject in categories().by_slug.values()}


def _reasons(_keys: Collection[str]) -> Names:
    return {reason.value: reason_name(reason) for reason in Reason}


def _kinds(_keys: Collection[str]) -> Names:
    return {
        ActivityKind.TRAINING: _("Tập huấn"),
        ActivityKind.WORKSHOP: _("Hội thảo"),
        ActivityKind.CAMPAIGN: _("Tuyên truyền"),
        ActivityKind.MEETING: _("Họp"),
    }


def _languages(keys: Collection[str]) -> Names:
    return dict(zip(keys, language_names(keys), strict=True))


def _models(_keys: Collection[str]) -> Names:
    names = _in_two_languages(ProgrammeModel, ProgrammeModel.code)
    return {code: f"{code}. {name}" for code, name in names.items()} | {"": _("Không thuộc mô hình nào")}


def _topics(_keys: Collection[str]) -> Names:
    return _in_two_languages(Topic, Topic.slug)


def _materials(_keys: Collection[str]) -> Names:
    return _in_two_languages(Material, Material.code)


def _groups(keys: Collection[str]) -> Names:
    rows = db.session.execute(select(PeerGroup.code, PeerGroup.name).where(PeerGroup.code.in_(keys)))
    return {row.code: row.name for row in rows}


def _sites(keys: Collection[str]) -> Names:
    """Return the places by their ids; a hidden place is a provider's name here, too, and never where it is."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit()]
    wanted = select(Site.id, Provider.name, Site.name).join(Provider, Provider.id == Site.provider_id)
    rows = db.session.execute(wanted.where(Site.id.in_(ids)))
    return {str(key): f"{provider}, {site}" if site else provider for key, provider, site in rows}


def _in_two_languages(model: Any, key: Any) -> Names:
    name = model.name_en if str(get_locale() or "vi").startswith("en") else model.name_vi
    return {one: str(said) for one, said in db.session.execute(select(key, name))}


_READERS: Mapping[str, Callable[[Collection[str]], Names]] = {
    "category": _categories,
    "reason": _reasons,
    "kind": _kinds,
    "language": _languages,
    "model": _models,
    "topic": _topics,
    "material": _materials,
    "group": _groups,
    "site": _sites,
}
