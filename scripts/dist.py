"""Make dist/: the wheel with the front-end files inside, and a folder that installs without network.

dist/bihuan-VERSION/ holds wheels/ (the product and all locked dependencies for this kind of machine), requirements.txt
(with hashes), deploy/ and docs/, INSTALL.txt; the same as a .tar.gz. The result is tried at once: installed into a temporary environment
with --no-index.
"""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
NEEDED = [
    "bihuan/web/static/vendor/manifest.json",
    "bihuan/web/static/vendor/tabler.min.css",
    "bihuan/web/static/vendor/icons.svg",
]
INSTALL = """闭环 Bihuan {version} 离线安装说明

适用环境：Linux（{platform}），Python {python}，已安装 python3-venv。全程不需要网络。

本文件夹内容：
  wheels/            本软件与全部依赖
  requirements.txt   依赖清单与校验值
  deploy/            systemd 单元、nginx 与 PostgreSQL 的配置、命令与环境变量的样例
  docs/              文档；从 docs/运维.md 开始
  SHA256SUMS         各文件的校验值：sha256sum --quiet -c SHA256SUMS（没有输出就是完好）

安装（逐步的说明在 docs/运维.md，含建立法院、备份、恢复、升级、换机器）：
  1. python3 -m venv /opt/bihuan
  2. /opt/bihuan/bin/pip install --no-index --find-links wheels --require-hashes --no-deps -r requirements.txt
  3. /opt/bihuan/bin/pip install --no-index --no-deps --force-reinstall wheels/bihuan-{version}-py3-none-any.whl

升级：停止服务，重复上面的 2、3，运行 bihuan upgrade（先自动备份），再启动服务。
"""


def build_wheel() -> Path:
    """Build the wheel from the checkout and return its path; exits where the front-end files are not inside."""
    for leftover in (ROOT / "build", DIST):
        shutil.rmtree(leftover, ignore_errors=True)
    command: list[str | Path] = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", DIST, ROOT]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the wheel could not be built:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    (wheel,) = DIST.glob("bihuan-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = [
        *NEEDED,
        *(
            f"bihuan/{po.relative_to(ROOT / 'src' / 'bihuan').with_suffix('.mo').as_posix()}"
            for po in (ROOT / "src" / "bihuan" / "locale").glob("*/LC_MESSAGES/*.po")
        ),
    ]
    missing = [name for name in wanted if name not in names]
    if missing:
        sys.exit(f"{wheel.name} lacks {missing}: run `make setup`, then `make dist` again")
    if any("/tests/" in name for name in names):
        sys.exit(f"{wheel.name} holds tests")
    return wheel


def gather(wheel: Path, version: str) -> Path:
    """Fill and return the folder for the court."""
    folder = DIST / f"bihuan-{version}"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    lock = ROOT / "requirements.txt"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-qq",
        "download",
        "--only-binary=:all:",
    ]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", lock, "-d", wheels], check=True)
    shutil.copy(wheel, wheels)
    shutil.copy(lock, folder)
    for name in ("deploy", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    text = INSTALL.format(
        version=version, platform=sysconfig.get_platform(), python=".".join(map(str, sys.version_info[:2]))
    )
    (folder / "INSTALL.txt").write_text(text, encoding="utf-8")
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    sums = subprocess.run(["sha256sum", *files], cwd=folder, capture_output=True, text=True, check=True).stdout
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return folder


def prove(folder: Path, wheel: Path) -> None:
    """Install the folder as the court will, without index or settings of this machine, and start the command."""
    with tempfile.TemporaryDirectory(prefix="bihuan-dist-") as place:
        home = Path(place) / "venv"
        venv.create(home, with_pip=True)
        pip: list[str | Path] = [
            home / "bin" / "python",
            "-m",
            "pip",
            "--isolated",
            "--disable-pip-version-check",
            "-q",
            "install",
        ]
        offline: list[str | Path] = ["--no-index", "--find-links", folder / "wheels"]
        subprocess.run([*pip, *offline, "--require-hashes", "--no-deps", "-r", folder / "requirements.txt"], check=True)
        subprocess.run([*pip, "--no-index", "--no-deps", folder / "wheels" / wheel.name], check=True)
        environment = {"BIHUAN_HOME": f"{place}/home", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        for arguments in (["migrate", "-v", "0"], ["check", "--only", "program", "--only", "triggers"]):
            subprocess.run([home / "bin" / "bihuan", *arguments], check=True, cwd=place, env=environment)


def main() -> None:
    """Build, gather, prove, pack."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    print("==> wheel")
    wheel = build_wheel()
    print("==> wheels of the locked dependencies")
    folder = gather(wheel, version)
    print("==> trying it: installed without network, `bihuan migrate`, `bihuan check`")
    prove(folder, wheel)
    archive = DIST / f"{folder.name}-offline.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=3) as tar:
        tar.add(folder, arcname=folder.name)
    for path in (wheel, archive):
        print(f"    {path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    print(f"    {folder.relative_to(ROOT)}/INSTALL.txt tells how to install it")


if __name__ == "__main__":
    main()
