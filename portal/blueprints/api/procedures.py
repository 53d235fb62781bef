"""The catalogue: procedures in force, and one with its whole sheet."""

from flask import url_for
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.api import answers, face
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import PAGED, Asked, Parameter, operation
from portal.procedures import queries, schema
from portal.procedures.matching import Filters
from portal.procedures.procedure import AUDIENCES, LEVELS
from portal.procedures.queries import ProcedureRow, Text
from portal.transaction import current_session

CODE = Parameter(
    "code",
    "path",
    Text("mã thủ tục", "code of a procedure"),
    {"type": "string", "maxLength": 64},
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "1.001193",
)
Q = Parameter(
    "q",
    "query",
    Text("lời tìm, có dấu hay không", "words to find, with or without marks"),
    {"type": "string", "maxLength": 200},
    r"[\s\S]{0,200}",
    "khai sinh",
)
FIELD = Parameter(
    "field",
    "query",
    Text("lĩnh vực", "field"),
    {"type": "string"},
    r"[a-z][a-z0-9-]{1,59}",
    "ho-tich",
)
LEVEL = Parameter("level", "query", Text("cấp thực hiện", "level"), {"enum": list(LEVELS)}, "|".join(LEVELS), LEVELS[0])
AUDIENCE = Parameter(
    "audience", "query", Text("ai nộp", "who files"), {"enum": list(AUDIENCES)}, "|".join(AUDIENCES), AUDIENCES[0]
)


@blueprint.get("/v1/procedures")
@audience(Audience.PUBLIC)
@operation(
    answers.Procedures,
    Text("Các thủ tục đang áp dụng", "Procedures in force"),
    *(Q, FIELD, LEVEL, AUDIENCE, *PAGED),
)
def procedures(asked: Asked) -> answers.Procedures:
    """Best first where something is searched for, else by name."""
    filters = Filters(field=asked.get("field"), level=asked.get("level"), audience=asked.get("audience"))
    q, at = asked.get("q") or "", clock.now()
    page = queries.find(current_session(), q=q, filters=filters, after=asked.key, limit=asked.limit, at=at)
    cursor, following = asked.next_page(page.after)
    return answers.Procedures(items=[_line(row) for row in page.rows], cursor=cursor, next=following)


@blueprint.get("/v1/procedures/<code>")
@audience(Audience.PUBLIC)
@operation(
    answers.Procedure,
    Text("Một thủ tục với cả tờ thông tin", "One procedure with its whole sheet"),
    CODE,
)
def procedure(asked: Asked) -> answers.Procedure:
    """The revision in force, or the last one."""
    found = queries.latest(current_session(), asked["code"], at=clock.now())
    if found is None:
        face.missing(_("Không có thủ tục nào có mã này. Danh sách ở /api/v1/procedures."))
    return answers.Procedure(
        code=found.code,
        revision=found.number,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        url=url_for("catalogue.procedure", code=found.code, _external=True),
        answers_schema=url_for("catalogue.answers", code=found.code, number=found.number, _external=True),
        sheet=schema.in_order(found.sheet),
    )


def _line(row: ProcedureRow) -> answers.ProcedureLine:
    return answers.ProcedureLine(
        code=row.code,
        name=answers.Text(vi=row.name.vi, en=row.name.en),
        summary=answers.Text(vi=row.summary.vi, en=row.summary.en),
        field=row.field,
        level=row.level,
        service_level=row.service_level,
        audience=list(row.audience),
        url=url_for("catalogue.procedure", code=row.code, _external=True),
    )
