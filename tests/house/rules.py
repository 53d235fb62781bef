"""The rules of the house, each a function from a tree of sources to what breaks it there: one line a finding.

`test_rules.py` holds this project to each of them, and plants a breach of each in a small tree to see it found.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import Source, python, templates

DOMAIN_ROOT = "portal"
FILE_LINES_MAX = 350
FUNCTION_LINES_MAX = 40
CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.current_date",
}
SQL_CLOCK = re.compile(r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\bclock_timestamp\(\)", re.IGNORECASE)
FORBIDDEN_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "service", "services", "misc"}
FORBIDDEN_BEGINNINGS = ("process_", "handle_")
A_WORD_OF_THE_LAW = "service_level"  # mức độ dịch vụ công
# SQLAlchemy's column types, html.parser's elements, aiosmtpd's commands
NAMED_BY_LIBRARIES = re.compile(r"process_(bind_param|result_value)|handle_(starttag|startendtag|endtag|data|[A-Z]+)")


def one_commit(root: Path) -> Iterator[str]:
    """Only `portal/transaction.py` commits, and it does so in one place."""
    found = [
        (source, call)
        for source in python(root, DOMAIN_ROOT, "wsgi.py")
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and _ends_a_transaction(call)
    ]
    here = [source for source, _ in found if source.name == "portal/transaction.py"]
    if len(here) != 1:
        yield f"portal/transaction.py: commits in {len(here)} places"
    for source, call in found:
        if source.name != "portal/transaction.py":
            yield source.at(call, "commits; open a unit_of_work() around the command instead")


def one_clock(root: Path) -> Iterator[str]:
    """Only `portal/clock.py` asks what time it is; in SQL neither."""
    for source in python(root, DOMAIN_ROOT):
        if source.name == "portal/clock.py":
            continue
        for node, name in source.uses():
            if name in CLOCKS:
                yield source.at(node, f"{name}: receive the instant as `at=`, from portal.clock at the edge")
        if not source.name.startswith("portal/migrations/"):
            yield from _sql_clocks(source)


def one_reader_of_the_environment(root: Path) -> Iterator[str]:
    """Only `portal/settings.py` reads the environment; the pilot, which makes environments, excepted."""
    for source in python(root, DOMAIN_ROOT, "wsgi.py"):
        if source.name == "portal/settings.py" or source.name.startswith("portal/pilot/"):
            continue
        for node, name in source.uses():
            if name in ("os.environ", "os.getenv", "os.environb"):
                yield source.at(node, f"{name}: add a setting to portal/settings.py")


def no_import_in_a_function(root: Path) -> Iterator[str]:
    """A cycle of imports is a fault of the design, not a reason to hide one."""
    for source in python(root, DOMAIN_ROOT, "tests", "script", "bench"):
        for function in source.functions():
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield source.at(node, f"import inside {function.name}()")


def own_models_only(root: Path) -> Iterator[str]:
    """A package's models are its own; the web uses none. `portal/tables.py` lists them all for the migrations."""
    for source in python(root, DOMAIN_ROOT):
        if source.name == "portal/tables.py":
            continue
        for node in ast.walk(source.tree):
            for module in _imported_modules(node):
                parts = module.split(".")
                if parts[0] == "portal" and "models" in parts[2:3] and parts[1] != source.path.parts[1]:
                    yield source.at(node, f"imports {module}; call its commands or queries")


def no_need_of_the_pilot(root: Path) -> Iterator[str]:
    """The pilot starts the portal; the portal runs without it, as in production."""
    for source in python(root, DOMAIN_ROOT, "wsgi.py"):
        if source.name.startswith("portal/pilot/"):
            continue
        for node in ast.walk(source.tree):
            if any(module.startswith("portal.pilot") for module in _imported_modules(node)):
                yield source.at(node, "imports the pilot")


def short_files(root: Path) -> Iterator[str]:
    """A file that has grown past the limit wants to be split by noun."""
    endings = ("*.py", "*.html", "*.js", "*.ts", "*.mjs", "*.scss")
    for folder in ("portal", "tests", "script", "bench"):
        for ending in endings:
            for file in sorted((root / folder).rglob(ending)):
                name = file.relative_to(root)
                if "dist" in name.parts or "artifacts" in name.parts:
                    continue
                lines = len(file.read_text(encoding="utf-8").splitlines())
                if lines > FILE_LINES_MAX:
                    yield f"{name.as_posix()}: {lines} lines, the limit is {FILE_LINES_MAX}"


def short_functions(root: Path) -> Iterator[str]:
    """About 25 lines are a function; past the limit it is certainly two. Migrations, lists of columns, excepted."""
    for source in python(root, DOMAIN_ROOT, "script", "bench"):
        if source.name.startswith("portal/migrations/"):
            continue
        for function in source.functions():
            lines = _own_lines(function)
            if lines > FUNCTION_LINES_MAX:
                yield source.at(function, f"{function.name}() has {lines} lines, the limit is {FUNCTION_LINES_MAX}")


def telling_names(root: Path) -> Iterator[str]:
    """No name that would fit anything: utils, helpers, common, manager, service, process_, handle_."""
    for source in python(root, DOMAIN_ROOT, "tests", "script", "bench"):
        for part in (*source.path.parts[:-1], source.path.stem):
            if FORBIDDEN_WORDS & set(part.lower().split("_")):
                yield f"{source.name}: the name {part} says nothing"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and _says_nothing(node):
                yield source.at(node, f"the name {node.name} says nothing")


def no_offset_paging(root: Path) -> Iterator[str]:
    """Lists page by key: page 4,000 costs what page 1 costs."""
    for source in python(root, DOMAIN_ROOT):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "offset":
                yield source.at(node, "pages by offset; page by key (`after=`)")
        for node, text in source.texts():
            if re.search(r"\boffset\s+(\d+|:\w+|%)", text, re.IGNORECASE):
                yield source.at(node, "pages by OFFSET; page by key (`after=`)")


def escaped_templates(root: Path) -> Iterator[str]:
    """Whatever a template shows is escaped; scripts carry the nonce; nothing is styled or scripted in line.

    `Markup` of what is not fixed is ruff's rule S704.
    """
    wrongs = {
        r"\|\s*safe\b": "|safe",
        r"\{%-?\s*autoescape\s+false": "autoescape false",
        r"\sstyle\s*=\s*[\"']": "style in line",
        r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']": "script in line",
        r"<script(?![^>]*\bnonce=)": "script without nonce",
        r"\bjavascript:": "javascript: address",
    }
    for name, text in templates(root):
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, words in wrongs.items():
                if re.search(pattern, line, re.IGNORECASE):
                    yield f"{name}:{number}: {words}"


def linear_migrations(root: Path) -> Iterator[str]:
    """One migration after another, each named by its place; none goes back."""
    before: str | None = None
    for number, source in enumerate(python(root, "portal/migrations/versions"), 1):
        values = {
            target.id: statement.value.value
            for statement in source.tree.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Constant)
            for target in [statement.target]
            if isinstance(target, ast.Name)
        }
        if not source.path.stem.startswith(f"{number:04}_") or values.get("revision") != source.path.stem:
            yield f"{source.name}: is not revision {number:04} under its own name"
        if values.get("down_revision", "") != before:
            yield f"{source.name}: does not follow {before}"
        if any(function.name == "downgrade" for function in source.functions()):
            yield f"{source.name}: goes back; a mistake is corrected by the next migration"
        before = source.path.stem


def _ends_a_transaction(call: ast.Call) -> bool:
    """`x.commit()`; also the contexts that commit when they are left: `session.begin()`, `connection.transaction()`."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr == "commit":
        return not call.args and not call.keywords
    owner = ast.unparse(function.value).lower()
    return function.attr in ("begin", "transaction") and owner.endswith(
        ("session", "connection", "engine", "session()")
    )


def _sql_clocks(source: Source) -> Iterator[str]:
    for node, text in source.texts():
        if SQL_CLOCK.search(text):
            yield source.at(node, "the database's clock: hand the instant over as a parameter")


def _imported_modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The function's lines without those of the functions inside it."""
    inner = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function]
    outermost = [node for node in inner if not any(node is not other and _inside(node, other) for other in inner)]
    return _lines(function) - sum(map(_lines, outermost))


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _inside(node: ast.FunctionDef, other: ast.FunctionDef) -> bool:
    return other.lineno < node.lineno and (node.end_lineno or 0) <= (other.end_lineno or 0)


def _says_nothing(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if isinstance(node, ast.ClassDef):
        words = {word.lower() for word in re.findall(r"[A-Z][a-z]*", node.name)}
        return bool(FORBIDDEN_WORDS & words)
    name = node.name.lstrip("_").replace(A_WORD_OF_THE_LAW, "")
    if NAMED_BY_LIBRARIES.fullmatch(name) or name.startswith("test_"):
        return False
    return name.startswith(FORBIDDEN_BEGINNINGS) or bool(FORBIDDEN_WORDS & set(name.split("_")))
