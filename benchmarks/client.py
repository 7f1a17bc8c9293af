"""A person at a browser, as the server sees them: cookies, forms with their tokens, pages one after the other."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMEOUT = 120


@dataclass
class Answer:
    """What came back, and after how many seconds."""

    status: int
    body: bytes
    seconds: float
    location: str = ""

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode("utf-8", "replace")

    @property
    def gist(self) -> str:
        """Status and the beginning of what the page says, without its tags."""
        said = re.sub(r"<(style|script|head).*?</\1>|<[^>]+>|\s+", " ", self.text, flags=re.S)
        return f"{self.status} {' '.join(said.split())[:120]}"


@dataclass
class Browser:
    """One window. Not to be shared among threads; `another()` is a second window of the same person."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def another(self) -> Browser:
        """A window of its own with the same session."""
        return Browser(self.port, dict(self.cookies))

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page; redirects are not followed."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, values: dict[str, Any], *, form: str = "") -> Answer:
        """Send a form. Its token is read from the page `form` (default: the address itself), which is opened first."""
        page = self.get(form or path)
        found = TOKEN.search(page.text)
        if found is None:
            raise RuntimeError(f"{form or path} ({page.status}) holds no form")
        body = urlencode({**values, "csrfmiddlewaretoken": found[1]}, doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}{path}"}
        return self._ask("POST", path, body, headers)

    def sign_in(self, username: str, password: str) -> Answer:
        """Sign in. RuntimeError when the account is refused."""
        answer = self.post("/account/login/", {"login": username, "password": password})
        if answer.status != 302:
            raise RuntimeError(f"{username} could not sign in: {answer.status}")
        return answer

    def look_at(self, day: str) -> None:
        """Work on another business day (demo)."""
        answer = self.post("/simulate/", {"day": day, "next": "/inbox/"}, form="/inbox/")
        if answer.status != 302:
            raise RuntimeError(f"the day could not be set: {answer.status}")

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = {"Host": f"127.0.0.1:{self.port}", "Accept-Language": "zh-CN", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            began = time.perf_counter()
            try:
                self._connection.request(method, quote(path, safe="/?&=%"), body, sent)
                response = self._connection.getresponse()
                content = response.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()  # an idle connection that the server ended: once more on a new one
                if attempt == 2 or method == "POST":
                    raise
        seconds = time.perf_counter() - began
        for value in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        location = urlsplit(response.headers.get("Location", "")).path
        return Answer(response.status, content, seconds, location)
