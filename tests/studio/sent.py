"""What a browser sends of a page when its save button is pressed and nothing was touched."""

from html.parser import HTMLParser


class Form(HTMLParser):
    """The inputs of the page's form of that class, as they stand: nothing that has no input is sent."""

    def __init__(self, source: str, form: str = "studio-form") -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._class, self._inside = form, False
        self._area: str | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self._class in found.get("class", "").split()
        if not self._inside:
            return
        name = found.get("name", "")
        if tag == "input" and name and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            self._send(name, found.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.sent.setdefault(name, [])
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((found.get("value", ""), "selected" in found))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._send(self._area, data.removeprefix("\n").replace("\n", "\r\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected] or [self._options[0][0]]
            self._send(self._select, chosen[-1])
            self._select = None

    def _send(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)
