"""Health, the language, the audit page and how far each reader's reaches."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from core.app import create_app
from core.domain.permissions import Role
from core.models import AuditPayload, JobRun, db
from core.services import audit
from tests.web.test_units_pages import counted, queries


def test_healthz_touches_no_database(app, make, sign_in):
    browser = sign_in(make.user("Ai Đó", (Role.HEAD, make.unit())))
    with counted() as seen:
        answer = browser.get("/healthz")
    assert (answer.status_code, answer.json, seen) == (200, {"ok": True}, [])


def test_style_and_scripts_touch_no_database(app, make, sign_in):
    browser = sign_in(make.user("Ai Đó", (Role.HEAD, make.unit())))
    with counted() as seen:
        answer = browser.get("/static/vinhdanh.css")
    assert (answer.status_code, seen) == (200, [])


def test_readyz_tells_its_parts_to_this_machine_only(client):
    near = client.get("/readyz")
    parts = {"db_writable": True, "disk_headroom": True, "migrations": True, "triggers": True}
    assert (near.status_code, near.json) == (200, {"ok": True, **parts, "removed_plugins": []})
    far = client.get("/readyz", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    passed_on = client.get("/readyz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert [far.json, passed_on.json] == [{"ok": True}, {"ok": True}]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(JobRun)) == 0


def test_readyz_says_what_is_missing(client):
    on_table = "" if db.engine.dialect.name == "sqlite" else " ON audit"
    db.session.execute(sa.text(f"DROP TRIGGER audit_no_update{on_table}"))
    db.session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ok"], answer.json["triggers"]) == (503, False, False)
    assert answer.headers["Retry-After"] == "30"


def test_readyz_sees_a_database_that_is_gone(app, tmp_path):
    broken = create_app(
        {
            "VINHDANH_ENV": "test",
            "INSTANCE_DIR": str(tmp_path),
            "SECRET_KEY": app.config["SECRET_KEY"],
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'no' / 'such.sqlite'}",
        }
    )
    answer = broken.test_client().get("/readyz")
    assert (answer.status_code, answer.json["db_writable"], answer.json["migrations"]) == (503, False, False)


def test_security_txt_names_a_contact_and_an_end(client):
    answer = client.get("/.well-known/security.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert sorted(lines) == ["Canonical", "Contact", "Expires", "Preferred-Languages"]
    assert lines["Expires"] == "2026-11-09T03:00:00Z"


def test_the_language_is_kept_and_leads_back(client):
    answer = client.post("/language", data={"lang": "en", "next": "/sign-in?next=/home"})
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/home")
    assert '<html lang="en">' in client.get("/sign-in").text
    assert client.post("/language", data={"lang": "vi", "next": "//evil.example"}).location == "/"
    assert client.post("/language", data={"lang": "xx"}).status_code == 400


# ---------------------------------------------------------------- the audit page


class House:
    """A province over two communes; one act noted in each."""

    def __init__(self, make, context_of):
        self.province = make.unit("Tỉnh Thanh Hóa", key="tinh")
        self.commune = make.unit("Xã Hà Long", parent=self.province, key="ha-long")
        self.village = make.unit("Thôn Đông", parent=self.commune, key="dong")
        self.other = make.unit("Xã Bên", parent=self.province, key="ben")
        self.clerk = make.user("Lê Thị Bình", *((Role.HEAD, one) for one in self.all()), login="binh")
        for unit in self.all():
            ctx = context_of(self.clerk, unit)
            audit.note(ctx, "nomination.submit", f"nomination:cua-{unit.key}", note=f"ghi chú {unit.key}")
            db.session.commit()

    def all(self):
        return (self.province, self.commune, self.village, self.other)


@pytest.fixture
def house(make, context_of):
    return House(make, context_of)


def seen_by(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200
    return sorted(set(re.findall(r"cua-([a-z-]+)<", answer.text)))


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.INSPECTOR])
def test_each_reads_as_far_as_the_units_reach(house, make, sign_in, role):
    browser = sign_in(make.user("Người Đọc", (role, house.commune)))
    assert seen_by(browser, "/u/ha-long/audit") == ["dong", "ha-long"]
    assert seen_by(browser, "/u/ha-long/audit?of=dong") == ["dong"]
    assert [browser.get(f"/u/ha-long/audit?of={key}").status_code for key in ("ben", "tinh", "khong-co")] == [404] * 3


def test_a_system_administrator_reads_all_of_it(house, make, sign_in):
    browser = sign_in(make.user("Hệ Thống", (Role.SYSTEM_ADMIN, house.commune)))
    assert seen_by(browser, "/u/ha-long/audit") == ["ben", "dong", "ha-long", "tinh"]


def test_others_do_not_read_it(house, make, sign_in):
    roles = [role for role in Role if role not in (Role.UNIT_ADMIN, Role.INSPECTOR, Role.SYSTEM_ADMIN)]
    browser = sign_in(make.user("Người Khác", *((role, house.commune) for role in roles)))
    assert browser.get("/u/ha-long/audit").status_code == 403


def test_lines_are_found_by_person_and_act(house, make, sign_in):
    browser = sign_in(make.user("Hệ Thống", (Role.SYSTEM_ADMIN, house.province), login="hethong"))
    assert seen_by(browser, "/u/tinh/audit?q=bi&action=nomination") == ["ben", "dong", "ha-long", "tinh"]
    assert seen_by(browser, "/u/tinh/audit?q=hethong") == []
    assert seen_by(browser, "/u/tinh/audit?action=unit") == []


def test_a_line_shows_words_its_payload_and_the_anchor(house, make, sign_in):
    browser = sign_in(make.user("Quản Trị", (Role.UNIT_ADMIN, house.village)))
    page = browser.get("/u/dong/audit").text
    seq, hex20 = audit.head(db.session)
    said = ["Gửi hồ sơ", "Lê Thị Bình", "ghi chú dong", "Thôn Đông", f"{seq}:{hex20}", "10:00 13/05/2026"]
    assert [one in page for one in said] == [True] * 6


def test_an_erased_payload_says_so(house, make, sign_in):
    browser = sign_in(make.user("Quản Trị", (Role.UNIT_ADMIN, house.village)))
    db.session.execute(sa.update(AuditPayload).values(json=None))
    db.session.commit()
    page = browser.get("/u/dong/audit").text
    assert ["đã xóa theo yêu cầu" in page, "ghi chú dong" in page] == [True, False]


@pytest.mark.parametrize("query", ["action=x", "after=rubbish", "action=nomination.submit"])
def test_wrong_parameters_are_a_page_and_no_crash(house, make, sign_in, query):
    browser = sign_in(make.user("Quản Trị", (Role.UNIT_ADMIN, house.commune)))
    assert browser.get(f"/u/ha-long/audit?{query}").status_code == 400


def test_fifty_lines_cost_what_one_costs(house, make, sign_in, context_of):
    browser = sign_in(make.user("Quản Trị", (Role.UNIT_ADMIN, house.village)))
    one = queries(browser, "/u/dong/audit")
    ctx = context_of(house.clerk, house.village)
    for n in range(60):
        audit.note(ctx, "unit.edited", "unit:dong", short_name=f"Đ{n}")
    db.session.commit()
    assert queries(browser, "/u/dong/audit") == one


def test_every_act_has_words():
    """Read from the sources: a new act without words would stand in English on the audit page."""
    import ast
    from pathlib import Path

    import core
    from core.domain.event import ROADS
    from core.domain.nomination import Step
    from core.web.system.words import ACTIONS

    noted = {f"nomination.{step.value}" for step in Step} | {f"event.{step}" for _state, step in ROADS}
    for path in Path(core.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note" and len(node.args) > 1:
                constants = [one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)]
                noted |= {one for one in constants if isinstance(one, str) and not one.endswith(".")}
    assert sorted(noted - set(ACTIONS)) == []
