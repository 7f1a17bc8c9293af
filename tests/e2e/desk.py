"""A person at a desk: signs in on a day, reads, fills in what a label names, presses what a button says."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Desk:
    """One browser window; `sit` puts another person in front of it."""

    def __init__(self, page: Page, sign_in: Callable[..., None], folder: Path) -> None:
        self.page, self.sign_in, self.folder = page, sign_in, folder

    def sit(self, person: Any, day: dt.date, address: str = "") -> None:
        """Let `person` work on `day` from now on, at `address` if one is named."""
        self.sign_in(self.page.context, person, day=day)
        if address:
            self.open(address)

    def open(self, address: str) -> None:
        """Go to an address; a page that is refused fails the test."""
        answer = self.page.goto(address)
        assert answer is not None and answer.ok, f"{address} answered {answer and answer.status}"

    def field(self, label: str) -> Locator:
        """The field with the label (what follows it in brackets is not looked at)."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(（.*）)?\s*$")).first

    def fill(self, **fields: Any) -> None:
        """Fill in: text, days, choices by their label, files by their path, True ticks. Labels are the names."""
        for label, value in fields.items():
            field = self.field(label)
            tag = field.evaluate("e => e.tagName + ':' + (e.type || '')")
            if isinstance(value, Path):
                field.set_input_files(value)
            elif tag.startswith("SELECT"):
                field.select_option(label=str(value))
            elif value is True:
                field.check()
            else:
                field.fill(str(value))

    def choose(self, label: str) -> None:
        """Choose the radio button or tick the box with the label."""
        self.page.get_by_label(label, exact=True).check()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str, *, exact: bool = True) -> None:
        """Follow a link of the page itself."""
        self.page.locator("main").get_by_role("link", name=name, exact=exact).first.click()

    def see(self, *texts: str) -> None:
        """Wait until each text is on screen."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).filter(visible=True).first).to_be_visible()

    def miss(self, text: str) -> None:
        """Be sure that the text is nowhere on screen (call it after `see`)."""
        expect(self.page.locator("main").get_by_text(text).filter(visible=True)).to_have_count(0)

    def file(self, name: str, content: bytes) -> Path:
        """A file of one's own, ready to be uploaded."""
        path = self.folder / name
        path.write_bytes(content)
        return path
