"""The limits: what Flask alone, or the server alone, does on this machine in the same minute; nothing else behind them.

`/static`: 10 KB from memory before Flask, where other reports have a web server with a file: it is what this server can
do at best, whatever stands behind it.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><table>{% for row in rows %}<tr><th><a href="/x/{{ row.reference }}">{{ row.reference }}</a></th>
<td>{{ row.name }}</td><td>{{ row.unit }}</td><td>{{ row.filed }}</td><td>{{ row.due }}</td></tr>{% endfor %}
</table></body></html>"""

app = Flask(__name__)
TEMPLATE = app.jinja_env.from_string(PAGE)


@app.get("/hello")
def hello() -> str:
    return "Xin chào"


@app.get("/page")
def page() -> str:
    """A Jinja page of 25 rows."""
    rows = [
        {
            "reference": f"H06.31.01-200615-{number:04}",
            "name": "Đăng ký khai sinh",
            "unit": "Phường 1",
            "filed": "15/06/2020, 08:00",
            "due": "15/06/2020, 17:00",
        }
        for number in range(25)
    ]
    return TEMPLATE.render(title="Sổ công khai", rows=rows)


STATIC = b"<!doctype html><title>10 KB</title>" + b"x" * (10 * 1024 - 35)
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(STATIC)))]
behind = app.wsgi_app


def static_first(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/static":
        return behind(environ, start_response)
    start_response("200 OK", list(HEADERS))
    return [STATIC]


app.wsgi_app = static_first  # type: ignore[method-assign]
