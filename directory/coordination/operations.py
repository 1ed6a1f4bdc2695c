"""What a coordinator does for her own areas: whom she invites, which desks she opens.

The scope is looked up here; the writing is below, in ``accounts``, which checks who may do what to whom.
"""

from directory import clock
from directory.accounts import desks
from directory.accounts import operations as accounts
from directory.accounts.models import Invitation
from directory.accounts.operations import Invited
from directory.accounts.rules import Actor, Role
from directory.coordination import queries, shown_once
from directory.errors import Invalid


def give_pin(actor: Actor, site_uuid: str) -> None:
    """Give the desk of a place a new PIN, make the desk if there is none, and keep the PIN to be shown to her.

    Raises: NotFound, when the place is not hers.
    """
    site = queries.site(actor, site_uuid)
    pin = desks.set_pin(actor, site.id)
    shown_once.keep(actor, "desk", {"pin": desks.grouped(pin), "site": site.name}, clock.now())


def invite_peer(actor: Actor, group_code: str) -> Invitation:
    """Invite somebody to be a peer educator of a group.

    Raises: NotFound, when the group is not hers.
    """
    group = queries.group(actor, group_code)
    return accounts.invite(actor, Invited(Role.PEER_EDUCATOR, group_id=group.id))[0]


def invite_staff(actor: Actor, site_uuid: str) -> Invitation:
    """Invite somebody to receive slips at a place.

    Raises: NotFound, when the place is not hers.
    """
    site = queries.site(actor, site_uuid)
    return accounts.invite(actor, Invited(Role.PROVIDER_STAFF, site_id=site.id))[0]


def invite_coordinator(actor: Actor, area_codes: list[str], *, all_areas: bool) -> Invitation:
    """Invite somebody to be a coordinator of these areas, or of all.

    Raises: Invalid, when an area is unknown; NotFound, when she may not.
    """
    wanted = frozenset() if all_areas else frozenset(area_codes)
    chosen = [area for area in queries.areas_of(actor) if area.code in wanted]
    if len(chosen) != len(wanted):
        raise Invalid("Không có địa bàn này.", field="areas")
    invited = Invited(Role.COORDINATOR, area_ids=frozenset(area.id for area in chosen), all_areas=all_areas)
    return accounts.invite(actor, invited)[0]


def invite_administrator(actor: Actor) -> Invitation:
    """Invite somebody to be an administrator.

    Raises: NotFound, when she may not.
    """
    return accounts.invite(actor, Invited(Role.ADMINISTRATOR))[0]
