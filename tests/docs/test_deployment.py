"""The files of deployment say what operations promise, as far as that shows without an engine."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from api.cli import app as commands

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text("utf-8")
UNIT = (REPOSITORY / "deploy/yiwang@.service").read_text("utf-8")
PROXY = (REPOSITORY / "deploy/Caddyfile").read_text("utf-8")
ONCE = {"demo", "proxy-folder"}  # they do one thing and end


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_read_only_limited_and_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(service[limit] for limit in ("mem_limit", "cpus", "pids_limit"))
    if name not in ONCE and "build" not in service:  # the image of the app brings a healthcheck of its own
        assert service["healthcheck"]["test"]


def test_what_is_mounted_and_awaited_exists() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            assert (REPOSITORY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_only_the_proxy_is_reachable_and_only_from_this_machine() -> None:
    open_to = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert open_to == {"proxy": ["127.0.0.1:8443:8443"]}


def test_the_proxy_asks_two_replicas_of_the_file_whether_they_are_ready() -> None:
    line = re.search(r"reverse_proxy (.+) \{", PROXY)
    assert line is not None
    replicas = [upstream.partition(":")[0] for upstream in line[1].split()]
    assert len(replicas) == 2 and set(replicas) <= set(SERVICES)
    assert "health_uri /readyz" in PROXY and "tls internal" in PROXY


def test_who_asks_is_told_by_the_proxy_alone() -> None:
    (subnet,) = [part["subnet"] for part in COMPOSE["networks"]["inside"]["ipam"]["config"]]
    for name in ("app-a", "app-b"):
        assert SERVICES[name]["environment"]["FORWARDED_ALLOW_IPS"] == subnet


def test_the_image_runs_as_nobody_in_particular_and_builds_in_stages() -> None:
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.M)) == 2
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M)[-1] == "10001"
    assert "--require-hashes" in DOCKERFILE and "HEALTHCHECK" in DOCKERFILE


def test_every_file_that_the_image_copies_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M):
        for pattern in line.split():
            assert list(REPOSITORY.glob(pattern)), pattern


def test_the_image_has_every_module_and_file_that_the_program_asks_for(tmp_path: Path) -> None:
    """A tree of what the image copies, and nothing else, prints its help, its tables and its page."""
    for line in re.findall(r"^COPY (?!--from)(.+ \S+)$", DOCKERFILE.split("\nFROM ")[-1], re.M):
        *patterns, target = line.split()
        for source in (path for pattern in patterns for path in REPOSITORY.glob(pattern)):
            _copied(source, tmp_path / target)
    asked = (
        "import pkgutil, importlib, sys, api, boundaries, gis, web_map\n"
        "for package in (api, boundaries, gis, web_map):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if 'migrations' not in found.name and not found.name.endswith('__main__'):\n"
        "            importlib.import_module(found.name)\n"
        "ours = {name: each.__file__ for name, each in sys.modules.items()\n"
        "        if name.split('.')[0] in ('api', 'boundaries', 'gis', 'web_map')}\n"
        "print(len(ours), *(name for name, file in ours.items() if not file.startswith(sys.argv[1])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    count, *strangers = done.stdout.split()
    assert strangers == [] and int(count) > 400


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def test_compose_reads_its_file() -> None:
    """The reader of compose files needs no engine for that, and resolves every anchor and default."""
    reader = shutil.which("docker-compose")
    assert reader is not None, "./run test installs docker-compose"
    done = subprocess.run([reader, "config"], cwd=REPOSITORY, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    resolved = yaml.safe_load(done.stdout)["services"]
    assert set(resolved) == set(SERVICES)
    for name in ("app-a", "app-b"):
        assert resolved[name]["environment"]["YIWANG_DATABASE_URL"].startswith("postgresql://yiwang:")


@pytest.mark.parametrize("name", [*(name for name in SERVICES if "build" in SERVICES[name]), "unit"])
def test_every_command_is_one_that_the_program_takes(name: str) -> None:
    if name == "unit":
        (line,) = re.findall(r"^ExecStart=(.+)$", UNIT, re.M)
        words = shlex.split(line.replace("%i", "8001"))[1:]
    else:
        words = list(SERVICES[name]["command"])[1:]
    assert words[:2] == ["-m", "api"]
    done = CliRunner().invoke(commands, [*words[2:], "--help"])
    assert done.exit_code == 0, done.output
    told = {word for word in words[2:] if word.startswith("--")}
    assert told <= set(re.findall(r"--[a-z-]+", done.output))


def test_hadolint_has_nothing_to_say_of_the_image() -> None:
    checker = REPOSITORY / ".venv-peers" / "bin" / "hadolint"
    if not checker.exists():
        pytest.skip("the peers' environment is not installed (requirements-peers.lock)")
    done = subprocess.run([checker, "Dockerfile"], cwd=REPOSITORY, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """As it stands, but for the interpreter, which lies elsewhere here."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd on this machine")
    unit = tmp_path / "yiwang@.service"
    unit.write_text(UNIT.replace("/srv/yiwang/.venv/bin/python", sys.executable), "utf-8")
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    wrong = tmp_path / "wrong@.service"
    wrong.write_text(unit.read_text("utf-8").replace("KillSignal=SIGTERM", "KillSignal=SIGNONE"), "utf-8")
    assert subprocess.run([analyze, "verify", str(wrong)], capture_output=True, text=True).stderr
