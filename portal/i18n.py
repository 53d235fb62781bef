"""The language of a page, and the text that comes in at the door.

Language: the address (`?lang=en`) wins and is remembered in a cookie; then the cookie; then the browser;
then Vietnamese. Text: every query and form value is brought to Unicode NFC before anything looks at it, so
that a name typed on a Mac (NFD) is the same name. A NUL, which PostgreSQL cannot keep, and bytes that are
not UTF-8 are refused with 400. A form without files is as small as the text of one with files may be: more is
refused with 413 before it is taken apart (werkzeug bounds the parts of the other kind only). JSON is no form: Flask-WTF
would read fields from it past all of this, so nothing that is sent to a view is.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Request, Response, current_app, g, has_request_context, request
from flask.globals import _cv_app
from flask_babel import Domain, get_locale, refresh
from werkzeug.datastructures import ImmutableMultiDict, LanguageAccept, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.utils import cached_property

from portal.extensions import babel

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"
COOKIE = "lang"
ASKING = ("GET", "HEAD", "OPTIONS")
URL_ENCODED = "application/x-www-form-urlencoded"
COOKIE_SECONDS = 365 * 24 * 3600
CHOSEN = "portal.language"
VARIES = ("Accept-Language", "Cookie")
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

Values = MultiDict[str, str]


def N_(text: str) -> str:  # noqa: N802  the name that extractors of messages know
    """Marks a sentence for translation where it stands in a table; `gettext` translates it where it is said."""
    return text


class PortalRequest(Request):
    """A request whose query, form and file names are NFC. What cannot be text is refused, never guessed at."""

    malformed = False

    @cached_property
    def args(self) -> Values:
        """The query. Never raises, because error pages read it too: `refuse_malformed` answers for it."""
        try:
            found = _normalised(super().args)
        except UnicodeDecodeError:
            found = ImmutableMultiDict()
            self.malformed = True
        self.malformed = self.malformed or _has_nul(found)
        return found

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        if self.mimetype == URL_ENCODED:
            self._refuse_beyond_bounds()
        try:
            super()._load_form_data()
        except ValueError as error:
            raise BadRequest("the form cannot be read") from error
        form = self.__dict__["form"] = _normalised(self.__dict__["form"])
        for _field, files in self.__dict__["files"].lists():
            for file in files:
                file.filename = unicodedata.normalize("NFC", file.filename or "").replace("\0", "")
        if _has_nul(form):
            raise BadRequest("a form value holds a NUL")

    def _refuse_beyond_bounds(self) -> None:
        """Raises RequestEntityTooLarge; the body is kept for the parser."""
        longest, most = current_app.config["MAX_FORM_MEMORY_SIZE"], current_app.config["MAX_FORM_PARTS"]
        self.max_content_length = longest
        body = self.get_data(cache=True)  # of a body of unknown length no more than the bound, without a word
        if len(body) >= longest or body.count(b"&") >= most:
            raise RequestEntityTooLarge


class FoundOnce(Domain):  # type: ignore[misc]  # flask_babel has no types
    """Finds a request's translations once, not anew for each of the hundred sentences of a page.

    They are kept where `flask_babel.force_locale` and `refresh` put them away.
    """

    def get_translations(self) -> NullTranslations:
        return _translations()


def spoken() -> str:
    """The language in which `gettext` says something now: the request's, or the one that is forced on this piece."""
    locale = getattr(_kept(), "babel_locale", None) or get_locale()
    return DEFAULT_LANGUAGE if locale is None else str(locale.language)


def gettext(text: str, **values: Any) -> str:
    """The sentence in the language of the moment; what `flask_babel.gettext` says, in a third of its time."""
    said = _translations().gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    return _translations().ngettext(one, many, num) % {"num": num, **values}


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations into one language, read once a process."""
    return Translations.load(TRANSLATIONS, [language])


def _kept() -> Any:
    """What flask_babel keeps for this request, where it keeps anything yet: asked for a hundred times a page."""
    context = _cv_app.get(None)
    return None if context is None else context.g.get("_flask_babel")


def _translations() -> NullTranslations:
    found: NullTranslations | None = getattr(_kept(), "babel_translations", None)
    if found is None and not g:
        return catalogue(DEFAULT_LANGUAGE)
    if found is None:
        found = catalogue(spoken())
        g._flask_babel.babel_translations = found
    return found


def install(app: Flask) -> None:
    app.request_class = PortalRequest
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    babel.init_app(app, default_locale=DEFAULT_LANGUAGE, locale_selector=lambda: _locale(language()))
    domain = babel.domain_instance = FoundOnce()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: domain.get_translations().ugettext(text),
        ngettext=lambda one, many, count: domain.get_translations().ungettext(one, many, count),
        newstyle=True,
    )
    app.before_request(_refuse_malformed)
    app.after_request(_say_language)


def language() -> str:
    """The two-letter language of this request; Vietnamese outside one."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    found: str | None = request.environ.get(CHOSEN)
    if found is None:
        found = _chosen() or _best(request.headers.get("Accept-Language", ""))
        request.environ[CHOSEN] = found
    return found


def speak(code: str) -> None:
    """This answer alone is in that language, whatever the reader's is."""
    request.environ[CHOSEN] = code
    refresh()


def language_of(cookies: str, accepted: str, *, cookie: str) -> str:
    """The language of a request whose address asks for none, by its headers alone."""
    if f"{cookie}=" in cookies:
        wanted = parse_cookie(cookies).get(cookie)
        if wanted in LANGUAGES:
            return str(wanted)
    return _best(accepted)


def cookie_name(*, secure: bool) -> str:
    """Its name; where the portal is at an https address the name itself binds it to this host."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def in_language(code: str) -> str:
    """This page's own address in another language: path and query kept, `lang` replaced."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    path = quote(request.script_root + request.path, safe="/:@!$&'()*+,;=")
    return f"{path}?{urlencode([*query, ('lang', code)])}"


def _chosen() -> str | None:
    for wanted in (request.args.get("lang"), request.cookies.get(_cookie())):
        if wanted in LANGUAGES:
            return wanted
    return None


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@lru_cache(maxsize=512)
def _best(accepted: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or DEFAULT_LANGUAGE


def _cookie() -> str:
    return cookie_name(secure=current_app.config["SESSION_COOKIE_SECURE"])


def _refuse_malformed() -> None:
    _ = request.args
    if getattr(request, "malformed", False) or "\0" in request.path:
        raise BadRequest("the address cannot be read")
    if request.endpoint is not None and request.method not in ASKING and request.is_json:
        raise BadRequest("no view reads JSON")


def _say_language(response: Response) -> Response:
    """Pages differ by language, so caches must keep them apart; a language asked for by address is remembered."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = language()
        if "Vary" in response.headers:
            response.vary.update(VARIES)
        else:
            response.headers["Vary"] = ", ".join(VARIES)
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and wanted != request.cookies.get(_cookie()):
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(_cookie(), wanted, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response


def _normalised(values: Values) -> Values:
    normal = unicodedata.normalize
    return ImmutableMultiDict((normal("NFC", name), normal("NFC", value)) for name, value in values.items(multi=True))


def _has_nul(values: Values) -> bool:
    return any("\0" in name or "\0" in value for name, value in values.items(multi=True))
