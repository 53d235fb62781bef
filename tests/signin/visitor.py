"""A person with a browser that knows links and forms, but runs no scripts."""

import html
import re
from urllib.parse import parse_qs, urljoin, urlsplit

import requests


class Visitor:
    """Follows addresses over real HTTP, keeps cookies, and remembers the last page."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.page = requests.Response()

    def go(self, url: str, *, follow: bool = True) -> requests.Response:
        self.page = self.http.get(url, allow_redirects=follow, timeout=20)
        return self.page

    def press(self, url: str, fields: dict[str, str], *, follow: bool = True) -> requests.Response:
        self.page = self.http.post(url, data=fields, allow_redirects=follow, timeout=20)
        return self.page

    def sign_in(
        self, portal: str, subject: str, *, provider: str = "citizen", next_path: str = ""
    ) -> requests.Response:
        """From the sign-in page through the provider and back; `subject` is whose button is pressed."""
        self.go(f"{portal}/signin?next={next_path}" if next_path else f"{portal}/signin")
        self.go(urljoin(self.page.url, self.link_to(f"/signin/{provider}")))
        return self.press(self.page.url, {"identity": subject})

    def sign_out(self, portal: str) -> requests.Response:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text)
        assert found, "the page has no sign-out form"
        return self.press(f"{portal}/signout", {"csrf_token": found.group(1)})

    def link_to(self, path: str) -> str:
        for href in re.findall(r'href="([^"]+)"', self.page.text):
            if urlsplit(html.unescape(href)).path == path:
                return html.unescape(href)
        raise AssertionError(f"no link to {path} on {self.page.url}")

    @property
    def title(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page.text, re.DOTALL)
        return re.sub(r"<[^>]+>", "", html.unescape(found.group(1))).strip() if found else ""

    def answer_address(self) -> tuple[str, dict[str, str]]:
        """Where the last answer points, without going there: its path and its query."""
        parts = urlsplit(self.page.headers["Location"])
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
