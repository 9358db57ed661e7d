"""The web door: shut by default, the same 404 for what is unknown and what is somebody else's."""

from core.domain.permissions import Role


def test_anonymous_is_sent_to_sign_in(client):
    answer = client.get("/home")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/home")


def test_unknown_and_foreign_unit_are_the_same_404(make, sign_in):
    mine, other = make.unit("Xã Một"), make.unit("Xã Hai")
    browser = sign_in(make.user("Lê Văn Một", (Role.NOMINATOR, mine)))
    assert browser.get(f"/u/{mine.key}/").status_code == 200
    foreign, unknown = browser.get(f"/u/{other.key}/"), browser.get("/u/khong-co/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert "Xã Hai" not in foreign.text
