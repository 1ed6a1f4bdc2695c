"""The habits of this code, held by a machine: sizes, one place to commit, no word left undone."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "directory").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_VIEW = 20


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, without the docstring: explaining more must never be what makes a function too long."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(mark, ast.Call) and "blueprint" in ast.unparse(mark) for mark in node.decorator_list)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_is_short_enough_to_be_read_at_once(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_function_is_short_enough_to_be_understood_at_once(path):
    long = [
        (n.name, body_lines(n))
        for n in functions(path)
        if body_lines(n) > (LONGEST_VIEW if is_view(n) else LONGEST_FUNCTION)
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text())) or not path.read_text()


def test_only_one_place_commits():
    committing = [named(path) for path in SOURCES if re.search(r"(session|connection)\.commit\(", path.read_text())]
    # The engine makes the schema before there is anything to be in one transaction with.
    assert committing == ["directory/engine.py", "directory/web/transaction.py"]


def test_there_is_no_home_for_things_without_a_name():
    vague = re.compile(r"(^|_)(utils?|helpers?|common|misc|core|manager|services)(\.py|$)")
    assert [named(path) for path in SOURCES if any(vague.search(part) for part in path.relative_to(ROOT).parts)] == []


def test_nothing_is_left_undone():
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    assert [named(path) for path in SOURCES + TEMPLATES if unfinished.search(path.read_text())] == []


def test_no_template_names_a_foreign_host_in_what_a_browser_loads():
    loading = re.compile(r"""<(script|img|iframe|source|link|use)[^>]+(src|href)=["'](https?:)?//""", re.IGNORECASE)
    assert [named(path) for path in TEMPLATES if loading.search(path.read_text())] == []


def test_every_template_is_used():
    everything = "\n".join(path.read_text() for path in SOURCES + TEMPLATES)
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    assert [name for name in names if f'"{name}"' not in everything and f"'{name}'" not in everything] == []


def test_interface_strings_stay_out_of_models_operations_and_queries():
    importing = re.compile(r"flask_babel")
    layers = [p for p in SOURCES if p.stem in {"models", "queries", "operations"} or "operations" in p.parts]
    assert [named(path) for path in layers if importing.search(path.read_text())] == []
