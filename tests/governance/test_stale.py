"""A switch bites at the next request of every other process: no restart, no stale answer after the commit.

A second process serves pages by HTTP while this one commits switches to the same database. After each commit the next
answers of the server must be of the new state. Meanwhile two more browsers of the server keep it busy.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.domain.activation import Policy
from core.http.logins import hash_id
from core.models import Login, db
from core.services import plugin_policies, plugin_switches, plugins
from tests.conftest import NOW
from tests.governance.conftest import FOLDER

#: Commits, and requests after each of them.
ROUNDS, AFTER = 40, 5
_SERVER = """
import sys
from core.app import create_app
from waitress.server import create_server
url, instance, folder = sys.argv[1:]
app = create_app({
    "VINHDANH_ENV": "test", "INSTANCE_DIR": instance, "SECRET_KEY": "a test secret of more than thirty-two bytes",
    "SQLALCHEMY_DATABASE_URI": url, "PLUGINS": ("lamp", "shade"), "EXTRA_PLUGINS": (folder,),
    "FROZEN_CLOCK": "2026-05-13T03:00:00Z",
})
server = create_server(app, host="127.0.0.1", port=0, threads=4)
print(server.effective_port, flush=True)
server.run()
"""


@pytest.fixture
def server(app, databases, tmp_path):
    """Another process on the same database; gives its port."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("VINHDANH_")}
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, databases.url, str(tmp_path), FOLDER],
        stdout=subprocess.PIPE,
        env=environ | {"VINHDANH_ENV": "test"},
        cwd=Path(__file__).parents[2],
        text=True,
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def cookie_of(app, user):
    opaque = secrets.token_urlsafe(24)
    data = json.dumps({"_user_id": user.fs_uniquifier, "_fresh": True})
    times = {"created_at": NOW, "seen_at": NOW, "expires_at": NOW.replace(hour=15)}
    db.session.add(Login(id_hash=hash_id(opaque), user_id=user.id, data=data, device="test", **times))
    db.session.commit()
    return f"{app.config['SESSION_COOKIE_NAME']}=s.{opaque}"


def test_no_answer_is_stale_after_the_commit(app, server, tree, context_of):
    """200 requests after 40 commits (switch, policy, the server's word): 0 answers of the state before."""
    path, cookie = f"/u/{tree.xa.key}/x/lamp/", cookie_of(app, tree.secretary)
    stop, busy = threading.Event(), [0]

    def ask(connection):
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def keep_busy():
        connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
        while not stop.is_set():
            assert ask(connection) in (200, 404)
            busy[0] += 1
            time.sleep(0.01)
        connection.close()

    acts = [
        (lambda: plugin_switches.switch(context_of(tree.xa_admin, tree.xa), "lamp", is_on=True), 200),
        (lambda: plugins.allow_on_server(context_of(tree.system, tree.tinh), "lamp", is_allowed=False), 404),
        (lambda: plugins.allow_on_server(context_of(tree.system, tree.tinh), "lamp", is_allowed=True), 200),
        (lambda: plugin_policies.set_policy(context_of(tree.tinh_admin, tree.tinh), "lamp", Policy.FORBIDDEN), 404),
        (lambda: plugin_policies.set_policy(context_of(tree.tinh_admin, tree.tinh), "lamp", None), 200),
        (lambda: plugin_switches.switch(context_of(tree.xa_admin, tree.xa), "lamp", is_on=False), 404),
        (lambda: plugin_policies.set_policy(context_of(tree.tinh_admin, tree.tinh), "lamp", Policy.REQUIRED), 200),
        (lambda: plugin_policies.set_policy(context_of(tree.tinh_admin, tree.tinh), "lamp", None), 404),
    ]
    others = [threading.Thread(target=keep_busy) for _n in range(2)]
    for one in others:
        one.start()
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
    asked, stale = 0, []
    try:
        for number in range(ROUNDS):
            act, expected = acts[number % len(acts)]
            db.session.rollback()
            db.session.connection(execution_options={"writes": True})
            act()
            db.session.commit()
            answers = [ask(connection) for _n in range(AFTER)]
            asked += len(answers)
            stale += [(number, one) for one in answers if one != expected]
    finally:
        stop.set()
        for one in others:
            one.join()
        connection.close()
    print(
        f"\nswitching under load: {ROUNDS} commits, {asked} requests after them ({busy[0]} beside), stale: {len(stale)}"
    )
    assert (asked, stale, busy[0] > 0) == (ROUNDS * AFTER, [], True)
