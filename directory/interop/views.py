"""``/hsds/``: the directory as an HSDS 3.1 read API, for programs of anybody, without a session and without a cookie.

Every answer carries an ETag of the change feed, so that a program that asks again every minute costs next to nothing.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from directory.errors import Invalid, NotFound
from directory.extensions import db, settings
from directory.interop.hsds import openapi, schemas
from directory.interop.hsds.names import TAXONOMIES, VERSION, terms
from directory.interop.hsds.parameters import Asked, read_list, read_taxonomies, read_terms, read_uuid
from directory.interop.hsds.queries import (
    AT_LOCATIONS,
    ORGANIZATIONS,
    SERVICES,
    UNKNOWN,
    Kind,
    every,
    loaded,
    now_called,
    one,
    page,
    state,
    telling,
    told,
)
from directory.web.access import public
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("hsds", __name__, url_prefix="/hsds")


@blueprint.errorhandler(Invalid)
def refuse(error: Invalid) -> ResponseReturnValue:
    """Tell a program what of its question cannot be read."""
    return jsonify(error=what_happened(error), what_now=what_now(error)), 400


@blueprint.after_request
def let_pages_of_others_read(response: Response) -> Response:
    """Let a script on anybody's page read this: there is nothing here that depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    if request.method == "GET" and response.status_code == 200:
        response.set_etag(state(), weak=True)
        response.make_conditional(request)
    return response


@blueprint.get("/")
@public
def base() -> ResponseReturnValue:
    """Say which version and profile this is, and where its description lies."""
    here = settings().public_url + url_for(".base")
    return jsonify(
        version=VERSION,
        profile=f"{here}profile/profile.json",
        openapi_url=f"{here}openapi.json",
        publisher=_publisher(),
    )


def _publisher() -> dict[str, Any]:
    return {"name": "Sổ địa chỉ", "website": settings().public_url}


@blueprint.get("/services")
@public
def services() -> ResponseReturnValue:
    """List services."""
    return _list(SERVICES)


@blueprint.get("/organizations")
@public
def organizations() -> ResponseReturnValue:
    """List providers."""
    return _list(ORGANIZATIONS)


@blueprint.get("/service_at_locations")
@public
def service_at_locations() -> ResponseReturnValue:
    """List services at their places."""
    return _list(AT_LOCATIONS)


@blueprint.get("/services/<part>")
@public
def service(part: str) -> ResponseReturnValue:
    """Show one service in full."""
    return _one(SERVICES, ".service", read_uuid(part))


@blueprint.get("/organizations/<part>")
@public
def organization(part: str) -> ResponseReturnValue:
    """Show one provider in full."""
    return _one(ORGANIZATIONS, ".organization", read_uuid(part))


@blueprint.get("/service_at_locations/<part>")
@public
def service_at_location(part: str) -> ResponseReturnValue:
    """Show one service at one place in full."""
    return _one(AT_LOCATIONS, ".service_at_location", read_uuid(part))


@blueprint.get("/taxonomies")
@public
def taxonomies() -> ResponseReturnValue:
    """List our taxonomies."""
    return _short_list([each.as_json() for each in read_taxonomies(request.args)])


@blueprint.get("/taxonomies/<part>")
@public
def taxonomy(part: str) -> ResponseReturnValue:
    """Show one taxonomy."""
    return _known({each.id: each.as_json() for each in TAXONOMIES}, part)


@blueprint.get("/taxonomy_terms")
@public
def taxonomy_terms() -> ResponseReturnValue:
    """List our terms."""
    return _short_list([each.as_json() for each in read_terms(request.args)])


@blueprint.get("/taxonomy_terms/<part>")
@public
def taxonomy_term(part: str) -> ResponseReturnValue:
    """Show one term with its taxonomy."""
    known = {key: each.as_json() | {"taxonomy_detail": each.taxonomy.as_json()} for key, each in terms().items()}
    return _known(known, part)


@blueprint.get("/openapi.json")
@public
def openapi_document() -> ResponseReturnValue:
    """Describe this interface in OpenAPI 3.1."""
    return jsonify(openapi.document(settings().public_url + url_for(".base")))


@blueprint.get("/profile/<name>.json")
@public
def profile(name: str) -> ResponseReturnValue:
    """Show the profile, or one of its merge patches of the official schemas."""
    return jsonify(_or_not_found(schemas.profile(settings().public_url + url_for(".base")), name))


@blueprint.get("/schema/<name>.json")
@public
def schema(name: str) -> ResponseReturnValue:
    """Show the schema of one of our objects, which is stricter than the official one."""
    return jsonify(_or_not_found(schemas.all_schemas(settings().public_url + url_for(".base")), name))


def _or_not_found(known: dict[str, Any], name: str) -> Any:
    if name not in known:
        raise NotFound(UNKNOWN)
    return known[name]


def _known(known: dict[str, Any], part: str) -> ResponseReturnValue:
    return jsonify(_or_not_found(known, str(read_uuid(part))))


def _one(kind: Kind, endpoint: str, part: UUID) -> ResponseReturnValue:
    try:
        row = one(kind, part)
    except NotFound:
        if (now := now_called(part)) is None:
            raise
        return redirect(url_for(endpoint, part=now), code=301)
    return jsonify(told(kind, row, telling([row], with_history=True), is_full=True))


def _list(kind: Kind) -> ResponseReturnValue:
    asked = read_list(request.args)
    if asked.is_stream:
        return _streamed(_every_object(kind, asked))
    found = page(kind, asked.wanted, asked.page, asked.per_page)
    return jsonify(_page(list(_objects(kind, asked, found.ids)), found.total, asked))


def _objects(kind: Kind, asked: Asked, ids: list[int]) -> Iterator[dict[str, Any]]:
    rows = loaded(kind, ids)
    tell = telling(rows, with_history=asked.is_full)
    for row in rows:
        minimal = asked.is_minimal and kind is SERVICES
        yield tell.minimal(row) if minimal else told(kind, row, tell, is_full=asked.is_full)


def _every_object(kind: Kind, asked: Asked) -> Iterator[dict[str, Any]]:
    for ids in every(kind, asked.wanted):
        yield from _objects(kind, asked, ids)
        # What was written out need not stay in memory.
        db.session.expunge_all()


def _short_list(objects: list[dict[str, Any]]) -> ResponseReturnValue:
    asked = read_list({name: request.args[name] for name in ("page", "per_page", "format") if name in request.args})
    if asked.is_stream:
        return _streamed(objects)
    shown = objects[(asked.page - 1) * asked.per_page : asked.page * asked.per_page]
    return jsonify(_page(shown, len(objects), asked))


def _page(contents: list[dict[str, Any]], total: int, asked: Asked) -> dict[str, Any]:
    pages = -(-total // asked.per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(contents),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _streamed(objects: Iterable[dict[str, Any]]) -> Response:
    lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in objects)
    return Response(stream_with_context(lines), mimetype="application/x-ndjson")
