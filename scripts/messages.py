"""The English catalogue, without system tools: `extract`, `compile`, `check` (all of it by Babel).

Chinese is the source text. `extract` reads the gettext calls of the package's Python files and Django templates and
updates src/bihuan/locale/en/LC_MESSAGES/django.po (kept translations stay, unused ones go). `compile` writes the .mo
that runs (ignored by git, made at set-up). `check` fails on a missing, fuzzy, stale or ill-formatted translation.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "bihuan"
LOCALE = PACKAGE / "locale"
# Position of the message (and of context, plural) in each gettext call; None is "the first argument".
KEYWORDS: dict[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Texts of the shipped parameters (law/data) that are shown: translated where they are shown, by gettext(title).
# The source of a national parameter is the title of a law and stays Chinese; that of a local one says who decides.
YAML_KEYS = {"title"}
LOCAL_YAML_KEYS = {"title", "source"}
# Files of the law's own words whose titles are shown: names of limits, events, grounds, types of cases.
LAW_WORDS = {"vocabulary.yaml", "case-types.yaml", "turns.yaml"}
SKIPPED = {"tests", "migrations", "static"}

Message = tuple[str | tuple[str, str], str | None, int]  # text or (singular, plural), context, line


def sources() -> Iterator[Path]:
    """Yield the files that may hold visible text, in a steady order."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".html", ".txt", ".yaml"} and not SKIPPED & set(path.relative_to(PACKAGE).parts):
            yield path


def messages_of(path: Path) -> Iterator[Message]:
    """Yield the translatable texts of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _calls(text)
    elif path.suffix == ".yaml":
        data = yaml.safe_load(text)
        if path.is_relative_to(PACKAGE / "law" / "data") and isinstance(data, dict) and "parameters" in data:
            keys = LOCAL_YAML_KEYS if path.parent.name == "local" else YAML_KEYS
            yield from ((value, None, 1) for value in _yaml_texts(data, keys))
        elif path.name in LAW_WORDS or (path.parent.name == "limits" and not path.name.endswith(".cases.yaml")):
            yield from ((value, None, 1) for value in _yaml_texts(data, YAML_KEYS))
    elif "templates" in path.parts:
        yield from _calls(_template_calls(text, path))


def _template_calls(text: str, path: Path) -> str:
    """Return a template's translation tags as Python calls, one a line (Django's own conversion)."""
    from django.utils.translation.template import templatize

    python = templatize(text, origin=str(path))
    # The rest of the template is blanked to runs of letters; brackets make its indentation meaningless.
    return "(\n" + python.replace("\t", " ") + "\n)"


def _yaml_texts(node: object, keys: set[str]) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _yaml_texts(value, keys)
    elif isinstance(node, list):
        for value in node:
            yield from _yaml_texts(value, keys)


def _calls(python: str) -> Iterator[Message]:
    found = extract_python(BytesIO(python.encode()), KEYWORDS, [], {"encoding": "utf-8"})
    for line, function, arguments, _ in found:
        if function is None:
            continue
        values = arguments if isinstance(arguments, (list, tuple)) else (arguments,)
        places = KEYWORDS[str(function)] or (1,)
        context: str | None = None
        texts: list[str] = []
        for place in places:
            index = (place[0] if isinstance(place, tuple) else place) - 1
            value = values[index] if index < len(values) else None
            if not isinstance(value, str):
                break  # a variable: its text is marked where it is written
            if isinstance(place, tuple):
                context = value
            else:
                texts.append(value)
        else:
            if all(texts):
                yield (texts[0] if len(texts) == 1 else (texts[0], texts[1])), context, line


def template_catalogue() -> Catalog:
    """Return the catalogue of all source texts, without translations."""
    catalogue = Catalog(project="bihuan", charset="utf-8", fuzzy=False)
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for text, context, _line in messages_of(path):
            catalogue.add(text, context=context, locations=[(name, 0)])
    return catalogue


def languages() -> list[str]:
    """Return the languages that have a folder."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def catalogue_file(language: str) -> Path:
    """Return the path of a language's .po file."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """Return a language's catalogue (empty where there is no file yet)."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, project="bihuan", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract() -> None:
    """Bring the catalogues up to the source texts."""
    template = template_catalogue()
    for language in languages() or ["en"]:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        buffer = BytesIO()
        write_po(buffer, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=False)
        # Without dates a run that changes no text changes no file.
        text = re.sub(
            r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Report-Msgid'
            r"-Bugs-To|Language-Team):.*\n",
            "",
            buffer.getvalue().decode(),
            flags=re.MULTILINE,
        )
        text = re.sub(r"\A(#.*\n)+", "# The English texts of Bihuan. Made by `make messages`.\n", text)
        path = catalogue_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        open_texts = [message for message in catalogue if message.id and not _translated(message.string)]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(open_texts)} without translation")


def compile_all() -> None:
    """Write each language's .mo beside its .po."""
    for language in languages():
        with catalogue_file(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, load(language))


def _translated(value: object) -> bool:
    return all(value) if isinstance(value, (list, tuple)) else bool(value)


def faults() -> list[str]:
    """Return what is wrong with the catalogues, a sentence each; an empty list means complete."""
    template = template_catalogue()
    wanted = {(message.id, message.context) for message in template if message.id}
    found = _clashes()
    for language in languages() or ["en"]:
        catalogue = load(language)
        have = {(message.id, message.context): message for message in catalogue if message.id}
        found += [
            f"{language}: not in the catalogue (make messages): {key[0]}" for key in sorted(wanted - set(have), key=str)
        ]
        found += [
            f"{language}: no longer in the source (make messages): {key[0]}"
            for key in sorted(set(have) - wanted, key=str)
        ]
        for key, message in have.items():
            if key in wanted and (message.fuzzy or not _translated(message.string)):
                found.append(f"{language}: no translation: {message.id}")
        for message, errors in catalogue.check():
            found += [f"{language}: {message.id}: {error}" for error in errors]
        found += [f"{language}: placeholders differ: {message.id}" for message in have.values() if _differs(message)]
    return found


def _clashes() -> list[str]:
    """Texts used both with and without a plural: a catalogue holds one of the two, the other would stay Chinese."""
    plain, plural = set(), set()
    for path in sources():
        for text, context, _line in messages_of(path):
            if isinstance(text, str):
                plain.add((text, context))
            else:
                plural.add((text[0], context))
    return [f"used both with and without a plural: {text}" for text, _context in sorted(plain & plural, key=str)]


def _differs(message: object) -> bool:
    """Whether a translation names other placeholders (%(name)s, {name}) than its source."""
    pattern = re.compile(r"%\((\w+)\)|(?<!\{)\{(\w*)\}(?!\})")
    source, target = message.id, message.string  # type: ignore[attr-defined]
    if not isinstance(source, str) or not isinstance(target, str) or not target:
        return False
    return set(pattern.findall(source)) != set(pattern.findall(target))


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["extract", "compile", "check"])
    action = parser.parse_args().action
    if action == "extract":
        extract()
    if action == "check":
        found = faults()
        print("\n".join(found) or "The catalogues are complete.")
        return int(bool(found))
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
