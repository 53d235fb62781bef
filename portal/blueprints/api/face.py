"""The blueprint, how it refuses, and what pages of other sites may do with it."""

from typing import NoReturn

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal import bearer, error_pages
from portal.people.api_tokens import Scope

blueprint = Blueprint("api", __name__, url_prefix="/api")

VERSION_PREFIX = "/api/v1/"
OWN = "/api/v1/me"
MINUTE = 60
PREFLIGHT_SECONDS = 86_400


def refuse(detail: str, *, code: str = "bad_parameter") -> NoReturn:
    """400 with what is wrong and what to write instead."""
    abort(error_pages.problem(400, _("Chúng tôi không đọc được yêu cầu này"), detail, code=code))


def missing(detail: str) -> NoReturn:
    abort(error_pages.problem(404, _("Không có mục này"), detail, code="not_found"))


def demand(scope: Scope) -> None:
    """403 where the token that opened this address was not given that right by its owner."""
    if bearer.current().may(scope):
        return
    detail = _(
        "Mã truy cập này không có quyền %(scope)s. Chủ tài khoản có thể tạo mã khác với quyền đó.", scope=scope.value
    )
    answer = error_pages.problem(403, _("Mã truy cập không có quyền này"), detail, code="missing_scope")
    answer.headers["WWW-Authenticate"] = (
        f'Bearer realm="{bearer.REALM}", error="insufficient_scope", scope="{scope.value}"'
    )
    abort(answer)


@blueprint.after_app_request
def _open_to_other_sites(response: Response) -> Response:
    """What is public, pages of any site may read, refusals included; asking first (preflight) is answered.

    What is a person's own is for programs, never for a page of another site.
    """
    if not request.path.startswith(VERSION_PREFIX) or request.path == OWN or request.path.startswith(f"{OWN}/"):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
