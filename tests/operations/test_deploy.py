"""The files of deploy/: they fit together, and what can judge them here does."""

import configparser
import re
import shutil
import subprocess

import pytest

from tests.architecture.tree import ROOT

pytestmark = pytest.mark.tree
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]


def read(path):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


def variables():
    text = (DEPLOY / "bihuan.env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#? ?([A-Z_]+)=(.*)$", text, re.M))


def test_the_variables_are_documented_ones():
    guide = (ROOT / "docs" / "运维.md").read_text(encoding="utf-8")
    assert len(variables()) >= 5
    assert not [name for name in variables() if f"`{name}`" not in guide]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_shut_in_and_may_write_where_the_data_are(path):
    service = read(path)["Service"]
    assert service["User"] == "bihuan" and service["EnvironmentFile"] == "/etc/bihuan/bihuan.env"
    assert service["ProtectSystem"] == "strict" and service["NoNewPrivileges"] == "yes" and service["UMask"] == "0077"
    assert service["CapabilityBoundingSet"] == "" and service["IPAddressDeny"] == "any"
    writable = {folder.lstrip("-") for folder in service["ReadWritePaths"].split()}
    assert {variables()["BIHUAN_HOME"], variables()["BIHUAN_BACKUPS"]} <= writable
    assert service["ExecStart"].startswith("/opt/bihuan/bin/bihuan ")


def test_timers_have_their_services_and_the_commands_exist():
    names = {path.name for path in UNITS}
    timers = [path for path in UNITS if path.suffix == ".timer"]
    assert len(timers) == 2 and all(path.with_suffix(".service").name in names for path in timers)
    for path in SERVICES:
        command = read(path)["Service"]["ExecStart"].split()[1]
        assert (ROOT / "src/bihuan/kernel/management/commands" / f"{command}.py").exists() or command == "serve"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_reads_the_units(tmp_path):
    for path in UNITS:
        text = re.sub(r"^ExecStart=/opt/bihuan/bin/bihuan", "ExecStart=/bin/true", path.read_text("utf-8"), flags=re.M)
        (tmp_path / path.name).write_text(text)
    made = [tmp_path / path.name for path in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *made], capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "bihuan" in line]
    assert not said and done.returncode == 0, done.stderr


def test_the_proxy_passes_what_the_program_needs_and_writes_no_query_string():
    text = (DEPLOY / "nginx" / "bihuan.conf").read_text(encoding="utf-8")
    for needed in (
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-Proto https;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "client_max_body_size 55m;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
    ):
        assert needed in text
    (form,) = re.findall(r"log_format \w+ '([^']*)'", text)
    assert "$uri" in form and not re.search(r"\$(request|args|query_string|request_uri|http_referer)\b", form)
    assert text.count("{") == text.count("}")
    assert "proxy_add_x_forwarded_for" not in text, "what a visitor says of the own address is not passed on"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx here")
def test_nginx_reads_the_example(tmp_path):
    text = (DEPLOY / "nginx" / "bihuan.conf").read_text(encoding="utf-8")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "bihuan.key", "-out",
         tmp_path / "bihuan.pem", "-days", "2", "-subj", "/CN=court.example"], check=True, capture_output=True,
    )  # fmt: skip
    for place in ("/etc/nginx/tls", "/var/log/nginx"):
        text = text.replace(place, str(tmp_path))
    (tmp_path / "site.conf").write_text(text)
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/error; events {{}} http {{ include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole)
    done = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert "syntax is ok" in done.stderr, done.stderr
