"""A person with a plain HTTP client: signs in at the demo provider, fills forms, sends what a browser would send."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

import requests

from tests.filing import pdf

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
REFERENCE = re.compile(r"\bH06\.31\.01-\d{6}-\d{4}\b")
TIMEOUT = 20
Answers = dict[str, str]
BIRTH_ANSWERS: dict[str, Answers] = {
    "child": {
        "child_name": "Nguyễn Mẫu Hải Đăng",
        "child_sex": "male",
        "child_born_on-day": "2",
        "child_born_on-month": "3",
        "child_born_on-year": "2020",
        "child_born_at": "Bệnh viện Mẫu, Phường 1",
        "child_ethnicity": "Kinh",
        "child_home": "Phường 1, Thành phố Vũng Tàu",
        "birth_proof": "hospital",
    },
    "parents": {
        "mother_name": "Nguyễn Thị Mẫu Mai",
        "mother_born_on-day": "17",
        "mother_born_on-month": "5",
        "mother_born_on-year": "1990",
        "mother_address": "12 đường Mẫu, Phường 1",
        "has_father": "no",
    },
    "applicant": {
        "applicant_name": "Nguyễn Thị Mẫu An",
        "applicant_relation": "mother",
        "applicant_id": "099190000001",
        "applicant_address": "12 đường Mẫu, Phường 1",
        "applicant_phone": "0900000001",
        "copies": "0",
    },
    "declaration": {"declared": "yes"},
}


@dataclass
class Visitor:
    """One person's session over HTTP."""

    url: str

    def __post_init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.token = ""

    def sign_in(self, identity: str) -> None:
        """As the demo identity with this subject; the token that forms carry is kept."""
        chooser = self.http.get(f"{self.url}/signin/citizen", timeout=TIMEOUT)
        back = self.http.post(chooser.url, data={"identity": identity}, timeout=TIMEOUT)
        assert back.status_code == 200, back.text
        self.token = csrf_token(self.http.get(f"{self.url}/account", timeout=TIMEOUT).text)

    def post(self, address: str, data: Answers | None = None, **options: object) -> requests.Response:
        """Send a form; redirects are left to the caller."""
        return self.http.post(
            urljoin(self.url, address),
            data={"csrf_token": self.token, **(data or {})},
            allow_redirects=False,
            timeout=TIMEOUT,
            **options,  # type: ignore[arg-type]
        )

    def begin(self, code: str = "1.001193") -> str:
        """A new draft of the procedure; its address."""
        begun = self.post(f"/procedures/{code}/apply")
        assert begun.status_code == 303, begun.text
        return begun.headers["Location"]

    def ready_draft(self, unit: str = "Phường 1") -> str:
        """A birth registration that only waits to be submitted; its address."""
        address = self.begin()
        page = self.http.get(urljoin(self.url, f"{address}/unit"), timeout=TIMEOUT).text
        option = re.search(rf'<option value="(\d+)"[^>]*>{unit}</option>', unescape(page))
        assert option, page
        assert self.post(f"{address}/unit", {"unit": option[1]}).status_code == 303
        for section, answers in BIRTH_ANSWERS.items():
            saved = self.post(f"{address}/sections/{section}", {"then": "next", **answers})
            assert saved.status_code == 303, saved.text
        files = {"birth_paper": ("giay.pdf", pdf(), "application/pdf")}
        saved = self.post(f"{address}/sections/papers", {"then": "next"}, files=files)
        assert saved.status_code == 303, saved.text
        return address

    def submit(self, address: str) -> str:
        """Submit a draft that is ready; its reference."""
        answer = self.post(f"{address}/review")
        assert answer.status_code == 303, answer.text
        found = REFERENCE.search(answer.headers["Location"])
        assert found, answer.headers["Location"]
        return found[0]

    def cookies(self) -> str:
        """The Cookie header that this session sends to the portal."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies if cookie.path == "/")


def csrf_token(page: str) -> str:
    found = CSRF.search(page)
    assert found, page
    return unescape(found[1])
