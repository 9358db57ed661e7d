"""A third party can do it: packages written by the skeleton and by the tutorial, installed beside the product.

Their environment is a clean one that only sees the product's: nothing is downloaded, the product's own is untouched.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.permissions import Role

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "writing-a-plugin.md"
#: A file of the tutorial: its path in bold, then the whole of it.
FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```[a-z]+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLI = ("-c", "from core.cli import main; main()")


@dataclass
class Guest:
    """An environment beside the product's, and the packages installed there."""

    python: Path
    packages: dict[str, Path]
    env: dict[str, str]

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [self.python, *words], env=self.env, cwd=cwd, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    def vinhdanh(self, *words: str) -> dict:
        return json.loads(self.run(*CLI, *words, "--json").stdout)


def _environment(folder: Path) -> Path:
    """A new virtual environment that finds the product and what it is made of, and holds nothing itself."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    home = f"python{sys.version_info.major}.{sys.version_info.minor}"
    seen = "\n".join((sysconfig.get_paths()["purelib"], str(ROOT)))
    (folder / "lib" / home / "site-packages" / "product.pth").write_text(seen + "\n", encoding="utf-8")
    return python


def _follow_tutorial(package: Path) -> list[str]:
    files = FILE.findall(TUTORIAL.read_text(encoding="utf-8"))
    for path, text in files:
        assert (package / path).is_file(), f"the tutorial changes {path}, which the skeleton does not write"
        (package / path).write_text(text, encoding="utf-8")
    return [path for path, _text in files]


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Guest:
    """Both packages, installed as anybody would."""
    folder = tmp_path_factory.mktemp("guest")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("VINHDANH_", "PYTEST_"))}
    made = Guest(_environment(folder / "env"), {}, env)
    for name, title in (("guest_notes", "Sổ ghi của khách"), ("book_gifts", "Sách tặng thư viện")):
        answer = made.vinhdanh("plugins", "new", name, "--into", str(folder), "--title", title)
        made.packages[name] = Path(answer["folder"])
    _follow_tutorial(made.packages["book_gifts"])
    pip = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation")
    made.run(*pip, *map(str, made.packages.values()), cwd=folder)
    return made


def test_the_tutorial_shows_every_file_of_the_plugin(guest: Guest):
    package = guest.packages["book_gifts"]
    own = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.suffix in (".py", ".html")}
    own = {path for path in own if not path.startswith("build/")}
    assert set(_follow_tutorial(package)) == own


@pytest.mark.parametrize(("name", "count"), [("guest_notes", 7), ("book_gifts", 10)])
def test_a_guest_s_own_tests_pass(guest: Guest, name: str, count: int):
    done = guest.run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=guest.packages[name])
    assert f"{count} passed" in done.stdout


def test_the_product_s_own_environment_knows_nothing_of_it(guest: Guest):
    listed = "import importlib.metadata as m; print([e.name for e in m.entry_points(group='vinhdanh.plugins')])"
    done = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    assert set(guest.packages) & set(eval(done.stdout)) == set()
    there = eval(guest.run("-c", listed).stdout)
    assert set(guest.packages) <= set(there)


@contextlib.contextmanager
def _served(guest: Guest, env: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(guest.python), *CLI, "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        for _try in range(150):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert server.poll() is None, server.communicate()
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.communicate(timeout=20)


def test_switched_on_for_one_commune_and_off_again_without_a_restart(
    guest: Guest, app, make, sign_in, databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """One server runs all the time; the switch is turned by another process and bites at the next request."""
    mine, other = make.unit("Xã Có Sách"), make.unit("Xã Không Sách")
    head = make.user("Người đọc hai xã", (Role.HEAD, mine), (Role.HEAD, other))
    cookie = sign_in(head).get_cookie("vinhdanh").value
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    (instance / "secret_key").write_text("s" * 64, encoding="ascii")
    (instance / "secret_key").chmod(0o600)
    guest.env |= {
        "VINHDANH_ENV": "test",
        "VINHDANH_INSTANCE": str(instance),
        "VINHDANH_DATABASE_URL": databases.url,
        "VINHDANH_FROZEN_CLOCK": "2026-05-13T03:00:00Z",
    }
    guest.vinhdanh("db", "upgrade")
    states = {one["name"]: one["state"] for one in guest.vinhdanh("plugins", "list")["plugins"]}
    assert {name: states[name] for name in guest.packages} == {"book_gifts": "well", "guest_notes": "well"}

    with _served(guest, guest.env) as port:

        def asked() -> list[int]:
            found = []
            for commune, plugin in ((mine, "book_gifts"), (other, "book_gifts"), (mine, "guest_notes")):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request(
                    "GET", f"/u/{commune.key}/x/{plugin}/", headers={"Cookie": f"vinhdanh=s.{cookie[2:]}"}
                )
                found.append(connection.getresponse().status)
                connection.close()
            return found

        assert asked() == [404, 404, 404]
        guest.vinhdanh("plugins", "enable", "book_gifts", "--unit", mine.key)
        assert asked() == [200, 404, 404]
        guest.vinhdanh("plugins", "disable", "book_gifts", "--unit", mine.key)
        assert asked() == [404, 404, 404]
