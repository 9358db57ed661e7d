"""Assets: only ours and the allowed ones, packed, kept by browsers as long as their content stays."""

import gzip

from flask import url_for


def test_style_is_packed_and_kept_long(app, client):
    with app.test_request_context():
        address = url_for("core_static", filename="bootstrap/css/bootstrap.min.css")
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"], answer.cache_control.max_age) == (
        200,
        "gzip",
        31_536_000,
    )
    assert len(answer.data) < 40_000 < len(gzip.decompress(answer.data))


def test_an_old_mark_is_not_kept(client):
    assert client.get("/static/vinhdanh.css?v=old").cache_control.max_age == 0


def test_nothing_else_of_the_disk_is_served(client):
    for path in ("../views.py", "%2e%2e/__init__.py", "bootstrap/js/bootstrap.min.js", "bootstrap/../../app.py", "x"):
        assert client.get(f"/static/{path}").status_code == 404
