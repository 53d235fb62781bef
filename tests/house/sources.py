"""Reads a tree of sources for the rules: parsed Python files, and what they use under its full name."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file of the tree; `path` is relative to the tree's root."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.as_posix()

    def at(self, node: ast.AST, words: str) -> str:
        """How a finding is shown: where, and what is wrong there."""
        return f"{self.name}:{getattr(node, 'lineno', 0)}: {words}"

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def texts(self) -> Iterator[tuple[ast.AST, str]]:
        """Every text of the code; what stands alone as documentation is none."""
        alone = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
                yield node, node.value

    def uses(self) -> Iterator[tuple[ast.AST, str]]:
        """Every name and attribute in use, by its full name: after `from time import time as t`, `t` is `time.time`."""
        names = _imported(self.tree)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                yield node, full_name(node, names)


def python(root: Path, *folders: str) -> Iterator[Source]:
    """The Python files of these folders of the tree; a file may be named too."""
    for folder in folders:
        top = root / folder
        for file in sorted(top.rglob("*.py")) if top.is_dir() else [top] if top.exists() else []:
            yield Source(file.relative_to(root), _parsed(file, file.stat().st_mtime_ns))


@lru_cache(maxsize=2000)
def _parsed(file: Path, _: int) -> ast.Module:
    """Parsed once for all rules; again where the file has changed."""
    return ast.parse(file.read_text(encoding="utf-8"))


def templates(root: Path) -> Iterator[tuple[str, str]]:
    """The templates of the portal: name and text."""
    for file in sorted((root / "portal").rglob("*.html")):
        yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")


def full_name(node: ast.expr, names: dict[str, str]) -> str:
    """The dotted name of an expression, its first part replaced by what was imported under it; "" for others."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = full_name(node.value, names)
        return f"{before}.{node.attr}" if before else f"?.{node.attr}"
    return ""


def _imported(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names
