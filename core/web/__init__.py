"""The HTML door: blueprints, menus, words, errors."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from core.http.guards import Policy, declare_foreign
from core.web import (
    accounts,
    appraisal,
    assets,
    catalog,
    committee,
    decisions,
    errors,
    events,
    formats,
    home,
    honours,
    i18n,
    nominations,
    plugins,
    reports,
    security,
    shell,
    system,
    units,
)
from core.web.accounts import again

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Register every page."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # the login's own end is the limit; a long edit must not fail
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.init_app(app)
    security.init_app(app)
    csrf.init_app(app)
    # changes nothing, and opens only what was sealed for this very browser: core/web/accounts/kept.py
    csrf.exempt("core.web.accounts.views_resume.resume")
    again.init_app(app)  # after the token's check
    formats.register(app)
    errors.init_app(app)
    shell.init_app(app)
    assets.init_app(app)
    declare_foreign("core_static", Policy(None, is_public=True, reason="style and scripts"))
    app.add_url_rule("/static/<path:filename>", "core_static", assets.own)
    areas = (
        home,
        accounts,
        units,
        events,
        nominations,
        appraisal,
        committee,
        decisions,
        honours,
        reports,
        catalog,
        plugins,
        system,
    )
    for area in areas:
        app.register_blueprint(area.bp)
