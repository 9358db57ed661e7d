"""Sign-in, second factor, own account, one-time links."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from core.http.guards import open_to_all
from core.web.i18n import LANGUAGES
from core.web.roles import role_words

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(role_words)
bp.add_app_template_global(LANGUAGES, "languages")

# the views register themselves on the blueprint
from core.web.accounts import kept, views, views_link, views_mine, views_resume  # noqa: E402, F401

bp.add_app_template_global(kept.seal, "sealed_form")
bp.add_app_template_global(kept.NEVER + kept.QUIET, "not_typed")


@bp.record
def add_demo(state: BlueprintSetupState) -> None:
    """The demo's one-press sign-in exists in the demo only: elsewhere there is no such route to find."""
    if state.app.config["IS_DEMO"]:
        view = open_to_all(reason="the demo's invented accounts")(views.sign_in_demo)
        state.add_url_rule("/sign-in/demo", "demo", view, methods=["POST"])
