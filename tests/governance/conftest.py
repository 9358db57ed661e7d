"""The app with two small plugins besides, on the database of the other tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from core.app import create_app
from core.domain.permissions import Role
from core.models import db
from tests.conftest import NOW, Browser
from tests.databases import Databases

FOLDER = str(Path(__file__).parent.parent / "governed")


@pytest.fixture(scope="session")
def lit_app(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app on which a lamp and its shade are installed."""
    instance = tmp_path_factory.mktemp("lit")
    made = create_app(
        {
            "VINHDANH_ENV": "test",
            "TESTING": True,
            "INSTANCE_DIR": str(instance),
            "SECRET_KEY": "a test secret of more than thirty-two bytes",
            "SQLALCHEMY_DATABASE_URI": databases.url,
            "WTF_CSRF_ENABLED": False,
            "PROPAGATE_EXCEPTIONS": False,
            "PLUGINS": ("lamp", "shade"),
            "PLUGINS_STRICT": True,
            "EXTRA_PLUGINS": (FOLDER,),
        }
    )
    made.test_client_class = Browser
    return made


@pytest.fixture
def app(lit_app: Flask, databases: Databases) -> Iterator[Flask]:
    """The app on a fresh database; plugins are well again whatever the test before did to them."""
    databases.fresh()
    lit_app.config["FROZEN_CLOCK"] = NOW
    registry = lit_app.extensions["plugins"]
    kept = {name: (one.stage, one.reason, one.impls) for name, one in registry.installed.items()}
    with lit_app.app_context():
        yield lit_app
        db.session.remove()
        db.engine.dispose()
    for name, (stage, reason, impls) in kept.items():
        one = registry.installed[name]
        one.stage, one.reason, one.impls = stage, reason, impls
    registry.take_failures()


@pytest.fixture
def tree(make):
    """Tỉnh > xã > thôn, an administrator in each, and a system administrator at the top."""
    tinh = make.unit("Tỉnh Thử", kind="tinh")
    xa = make.unit("Xã Sáng", parent=tinh)
    thon = make.unit("Thôn Đông", parent=xa, kind="thon")
    return SimpleNamespace(
        tinh=tinh,
        xa=xa,
        thon=thon,
        tinh_admin=make.user("Quản Trị Tỉnh", (Role.UNIT_ADMIN, tinh)),
        xa_admin=make.user("Quản Trị Xã", (Role.UNIT_ADMIN, xa)),
        thon_admin=make.user("Quản Trị Thôn", (Role.UNIT_ADMIN, thon)),
        system=make.user("Quản Trị Hệ Thống", (Role.SYSTEM_ADMIN, tinh)),
        secretary=make.user("Thư Ký Xã", (Role.SECRETARY, xa)),
        nominator=make.user("Người Lập Hồ Sơ", (Role.NOMINATOR, xa)),
        volunteer=make.user("Tình Nguyện Viên", (Role.VOLUNTEER, xa)),
    )
