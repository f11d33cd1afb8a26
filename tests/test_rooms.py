"""Imports go down only; rooms on one floor do not import each other."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "home": 5,
    "reach": 4,
    "resources": 3,
    "events": 3,
    "circle": 3,
    "partners": 2,
    "translations": 1,
    "hub": 0,
}
# The wiring names rooms as strings; nobody imports it.
WIRING = {"hub.settings", "hub.urls", "hub.wsgi"}


def imports(path: Path) -> list[str]:
    """The modules a file imports, also inside functions; relative ones made absolute."""
    package = path.relative_to(ROOT).parent.parts
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            found.append(".".join([*above, *([node.module] if node.module else [])]))
    return found


def test_imports_go_down_only():
    wrong = []
    for room, floor in FLOORS.items():
        for path in sorted((ROOT / room).rglob("*.py")):
            for module in imports(path):
                other = module.split(".")[0]
                if module in WIRING:
                    wrong.append(f"{path.relative_to(ROOT)} imports {module}")
                if other in FLOORS and other != room and FLOORS[other] >= floor:
                    wrong.append(f"{path.relative_to(ROOT)} imports {module}")

    assert wrong == []
