"""What the tests of upkeep say again and again: who edits, what an entry says now, two people at once."""

from collections.abc import Callable, Mapping
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select

from directory.accounts import sessions
from directory.accounts.models import Account, account_area
from directory.accounts.rules import Actor, Role
from directory.catalogue import operations
from directory.catalogue.cells import Versions, cells_of, versions_of
from directory.catalogue.models import Offering, Provider, Service
from directory.catalogue.operations import Outcome
from directory.extensions import db
from directory.places.models import Area
from directory.vietnamese import fold
from directory.web.transaction import transaction


def entry(provider: str, service: str = "") -> Offering:
    """Return an entry as the database has it now."""
    db.session.expire_all()
    wanted = select(Offering).join(Service).join(Provider).where(Provider.name == provider)
    if service:
        wanted = wanted.where(Service.name == service)
    return db.session.scalars(wanted.order_by(Offering.id)).first()


def cells(provider: str, service: str = "") -> dict[str, str]:
    """Return the cells of an entry as they are now."""
    return cells_of(entry(provider, service))


def seen(provider: str, service: str = "") -> Versions:
    """Return what somebody has seen who opens the entry now."""
    return versions_of(entry(provider, service))


def edit(actor: Actor, provider: str, changes: Mapping[str, str], **more: Any) -> Outcome:
    """Edit an entry as it is now, committed."""
    service = more.pop("service", "")
    one = entry(provider, service)
    versions = more.pop("seen", versions_of(one))
    with transaction():
        return operations.edit(actor, one.code, changes, versions, **more)


def coordinator(name: str, *areas: Area) -> Actor:
    """Add one more coordinator: of these areas, or a national one."""
    with transaction():
        account = Account(
            name=name, folded_name=fold(name), role=Role.COORDINATOR, passphrase_hash="x", all_areas=not areas
        )
        db.session.add(account)
        db.session.flush()
        for area in areas:
            db.session.execute(account_area.insert().values(account_id=account.id, area_id=area.id))
        actor = sessions.account_actor(account)
    return Actor(**{**vars(actor), "abilities": frozenset({"catalogue.edit"})})


def at_once(app: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Let each act begin at the same moment in a transaction of its own; return what came of each, errors too."""
    db.session.remove()
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    results[number] = act()
            except Exception as error:
                results[number] = error
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
