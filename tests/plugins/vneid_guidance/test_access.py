"""Off is off, strangers stay out, each role sees its own pages."""

from __future__ import annotations

import pytest

PLUGIN = "vneid_guidance"
PAGES = ("/", "/total", "/days", "/slips", "/sheets", "/period", "/points")


@pytest.mark.parametrize("page", PAGES)
def test_off_there_is_no_page(unit_with, page):
    unit = unit_with(PLUGIN)
    client = unit.staff()
    assert client.get(unit.url(PLUGIN, page)).status_code == 200
    unit.switch_off(PLUGIN)
    assert client.get(unit.url(PLUGIN, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_may_not(unit_with, page):
    unit = unit_with(PLUGIN)
    assert unit.stranger().get(unit.url(PLUGIN, page)).status_code == 403


@pytest.mark.parametrize(
    ("role", "open_pages"),
    [
        ("volunteer", {"/", "/total", "/days", "/slips"}),
        ("head", {"/sheets", "/points"}),
        ("secretary", {"/sheets", "/points", "/period"}),
        ("unit_admin", {"/period"}),
        ("inspector", set()),
    ],
)
def test_each_role_sees_its_own_pages(unit_with, role, open_pages):
    unit = unit_with(PLUGIN)
    client = unit.sign_in(role=role)
    statuses = {page: client.get(unit.url(PLUGIN, page)).status_code for page in PAGES}
    assert statuses == {page: 200 if page in open_pages else 403 for page in PAGES}


def test_another_unit_is_not_there(village):
    other = village.commune.house.commune("Xã Khác")
    other.switch_on(PLUGIN)
    assert village.phone.get(other.url(PLUGIN)).status_code == 404
    assert village.phone.post(other.url(PLUGIN, "/tap"), data={"tap": "VN03 x"}).status_code == 404
