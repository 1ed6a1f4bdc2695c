"""The official HSDS schemas with our profile applied, and what they find wrong. They are read beside the repository."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import referencing
import referencing.jsonschema

from directory.interop.hsds import schemas

SHARED_HSDS = Path(os.environ.get("DIRECTORY_SHARED_HSDS", Path(__file__).parents[2].parent / "shared" / "hsds"))
BASE = "http://127.0.0.1:8000/hsds/"


def patched(document: Any, patch: Any) -> Any:
    """Apply a JSON Merge Patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


@cache
def official() -> dict[str, Any]:
    """The official schemas by object, with the patches of the profile."""
    found = {path.stem: json.loads(path.read_text()) for path in (SHARED_HSDS / "schema").glob("*.json")}
    assert found, f"The HSDS files are not at {SHARED_HSDS}: put them there or set DIRECTORY_SHARED_HSDS."
    return found | {name: patched(found[name], patch) for name, patch in schemas.patches().items()}


@cache
def _validator(name: str, is_ours: bool) -> jsonschema.Draft202012Validator:
    documents = schemas.all_schemas(BASE) if is_ours else official()

    def retrieve(uri: str):
        return referencing.Resource.from_contents(
            documents[uri.rsplit("/", 1)[-1].removesuffix(".json")],
            default_specification=referencing.jsonschema.DRAFT202012,
        )

    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    registry = referencing.Registry(retrieve=retrieve)
    return jsonschema.Draft202012Validator(documents[name], registry=registry, format_checker=checker)


def faults(name: str, value: Any) -> list[str]:
    """What the official schema with the profile, or our own stricter one, finds wrong with an object."""
    return [
        f"{'ours' if is_ours else 'official'}: {'/'.join(map(str, error.path))} {error.message[:200]}"
        for is_ours in (False, True)
        for error in _validator(name, is_ours).iter_errors(value)
    ]


def official_faults(name: str, value: Any) -> list[str]:
    """What the official schema with the profile finds wrong with an object of anybody's."""
    return [
        f"{'/'.join(map(str, error.path))} {error.message[:200]}"
        for error in _validator(name, False).iter_errors(value)
    ]
