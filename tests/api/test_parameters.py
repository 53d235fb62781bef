"""The parameters of the API, held to what its own document says of them."""

import json
from urllib.parse import quote

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from tests.api.test_api import OWN, document


def test_the_document_says_what_a_parameter_must_look_like(client: FlaskClient) -> None:
    """Whoever sends what fits the document is never told that it cannot be read; a cursor is nobody's to make."""
    shapes = ("0", "00", "x", "+", "A" * 60, "0" * 59, "9" * 18, "9" * 19, "a.b", "a..b", "H06.", "h06", "2020-06", "é")
    for path, item in document(client)["paths"].items():
        for parameter in item["get"]["parameters"]:
            name, schema = parameter["name"], parameter["schema"]
            if path in OWN or name in ("cursor", "on"):
                continue
            for shape in shapes:
                value = int(shape) if schema.get("type") == "integer" and shape in ("0", "9" * 18, "9" * 19) else shape
                values = {"path": path.replace(f"{{{name}}}", shape), "query": f"{path}?{name}={quote(shape)}"}
                answer = client.get(values[parameter["in"]])
                refused = answer.status_code == 400 and "không đọc được" in json.loads(answer.text)["detail"]
                assert refused is not Draft202012Validator(schema).is_valid(value), (path, name, shape)
