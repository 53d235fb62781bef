"""The OpenAPI 3.1 document, made from the declarations beside the views: what is not declared is not served."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from portal.access import Audience, audience
from portal.blueprints.api import answers, sheets
from portal.blueprints.api.face import MINUTE, VERSION_PREFIX, blueprint
from portal.blueprints.api.operations import Asked, Operation, Parameter, operation
from portal.procedures.text import Text
from portal.settings import Settings
from portal.statistics import figures

REFERENCE = "#/components/schemas/{model}"
FIGURES = REFERENCE.format(model="Figures")
PROBLEM = "application/problem+json"
SCHEME = "token"
ABOUT_TOKENS = (
    "Mã truy cập (hdp_...) do chủ tài khoản tạo ở /account/tokens. / A token made by its owner at /account/tokens."
)


@blueprint.get("/v1/openapi.json")
@audience(Audience.PUBLIC)
@operation(answers.Document, Text("Tài liệu này", "This document"), seconds=MINUTE)
def openapi(asked: Asked) -> answers.Document:
    """The API, for machines."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _made(app)


@lru_cache(maxsize=2)
def _made(app: Flask) -> answers.Document:
    """Once a process: addresses do not change while it runs."""
    return answers.Document.model_validate(document(app, app.config["SETTINGS"]))


def operations(app: Flask) -> Iterator[tuple[Rule, Operation]]:
    """Every address of the API with its declaration, in their order."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if str(rule).startswith(VERSION_PREFIX):
            found: Operation = app.view_functions[rule.endpoint].__dict__["operation"]
            yield rule, found


def document(app: Flask, settings: Settings) -> dict[str, Any]:
    declared = list(operations(app))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hải Đăng",
            "version": "1",
            "description": "Sổ công khai, hồ sơ, thủ tục, đơn vị. / The public ledger, dossiers, procedures, units.",
            "license": {"name": settings.open_data_licence, "url": settings.open_data_licence},
        },
        "servers": [{"url": settings.base_url}],
        "paths": {_path(rule): {"get": _operation(rule, found)} for rule, found in declared},
        "components": {
            "schemas": _schemas([found for _rule, found in declared]),
            "securitySchemes": {SCHEME: {"type": "http", "scheme": "bearer", "description": ABOUT_TOKENS}},
        },
    }


def _path(rule: Rule) -> str:
    return str(rule).replace("<", "{").replace(">", "}")


def _operation(rule: Rule, found: Operation) -> dict[str, Any]:
    name = found.answer.__name__
    described: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api."),
        "summary": f"{found.summary.vi} / {found.summary.en}",
        "parameters": [_parameter(parameter) for parameter in found.parameters],
        "responses": {
            "200": {"description": found.summary.en, "content": _content("application/json", name)},
            **(
                _refusals_of_tokens()
                if found.scope
                else {"304": {"description": "What If-None-Match names is still so."}}
            ),
            "default": {"description": "A refusal in words (RFC 9457).", "content": _content(PROBLEM, "Problem")},
        },
    }
    return described | ({"security": [{SCHEME: [found.scope.value]}]} if found.scope else {})


def _refusals_of_tokens() -> dict[str, Any]:
    meanings = {
        "401": "No token, or none that works.",
        "403": "The token lacks the scope.",
        "429": "Too many wrong tokens in this hour; Retry-After says when to come back.",
    }
    return {
        status: {"description": words, "content": _content(PROBLEM, "Problem")} for status, words in meanings.items()
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": f"{parameter.about.vi} / {parameter.about.en}",
        "schema": _schema(parameter),
    }
    return described | ({"example": parameter.example} if parameter.example else {})


def _schema(parameter: Parameter) -> dict[str, Any]:
    """With what the door holds a text to, so that no value that fits the document is refused for its looks."""
    if parameter.schema.get("type") != "string" or "format" in parameter.schema:
        return dict(parameter.schema)
    return {**parameter.schema, "pattern": f"^(?:{parameter.pattern})$"}


def _content(media_type: str, model: str) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": REFERENCE.format(model=model)}}}


def _schemas(found: list[Operation]) -> dict[str, Any]:
    models: list[type[BaseModel]] = list(dict.fromkeys([*(item.answer for item in found), answers.Problem]))
    _references, made = models_json_schema([(model, "serialization") for model in models], ref_template=REFERENCE)
    schemas: dict[str, Any] = made["$defs"]
    schemas[answers.Procedure.__name__]["properties"]["sheet"] = {"$ref": sheets.SHEET}
    schemas[answers.StatisticsLine.__name__]["properties"]["figures"] = {"$ref": FIGURES}
    schemas[answers.Statistics.__name__]["properties"]["total"] = {"$ref": FIGURES}
    return {**schemas, sheets.NAME: sheets.component(), "Figures": _figures()}


def _figures() -> dict[str, Any]:
    """Every figure is there, and none that is not declared."""
    members = {name: {"type": "integer"} for name in figures.NAMES}
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}
