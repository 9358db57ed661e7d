"""Settings: defaults, ``instance/config.py``, then ``VINHDANH_*`` variables; unsafe ones stop a production start."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

#: Honoured in test only; in production each makes the start fail by name.
TEST_SWITCHES = (
    "VINHDANH_FROZEN_CLOCK",
    "VINHDANH_RANDOM_SEED",
    "VINHDANH_FAILPOINTS",
    "VINHDANH_SPOOL",
    "VINHDANH_EXTRA_PLUGINS",
)
ENVIRONMENTS = ("production", "demo", "development", "test")


class UnsafeConfiguration(Exception):  # noqa: N818
    """Production refuses to start with this; the message names the setting."""


def environment() -> str:
    """``production`` unless ``VINHDANH_ENV`` says otherwise; raises ``UnsafeConfiguration`` for an unknown name."""
    name = os.environ.get("VINHDANH_ENV", "production")
    if name not in ENVIRONMENTS:
        raise UnsafeConfiguration(f"VINHDANH_ENV={name}")
    return name


def instance_dir() -> Path:
    """The directory of this installation's data: ``VINHDANH_INSTANCE``, or ``instance/`` where the command runs."""
    return Path(os.environ.get("VINHDANH_INSTANCE", "instance")).absolute()


def defaults(instance: Path, env: str) -> dict[str, Any]:
    """Every setting of ours with its default."""
    is_plain = env != "production"
    return {
        "VINHDANH_ENV": env,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance / 'vinhdanh.sqlite'}",
        "FILES_DIR": str(instance / "files"),
        "SPOOL_DIR": str(instance / "spool"),
        "ANCHORS_DIR": str(instance / "anchors"),
        "DEFAULT_LOCALE": "vi",
        "TRUSTED_PROXY_COUNT": 0,
        "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "UPLOAD_LIMIT": 20 * 1024 * 1024,
        "DOSSIER_LIMIT": 200 * 1024 * 1024,
        # mail leaves only where a server is configured
        "SMTP_HOST": "",
        "SMTP_PORT": 587,
        "SMTP_USER": "",
        "SMTP_PASSWORD": "",
        "SMTP_STARTTLS": True,
        "MAIL_FROM": "",
        "BASE_URL": "",
        # search engines stay away from the public roll unless the installation invites them
        "HONOURS_NOINDEX": True,
        "IS_DEMO": env == "demo",
        # a strict cookie needs HTTPS; the demo speaks plain HTTP on a local network
        "SESSION_COOKIE_NAME": "vinhdanh" if is_plain else "__Host-vinhdanh",
        "SESSION_COOKIE_SECURE": not is_plain,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # names of plugins that this server takes; None: all that are installed
        "PLUGINS": None,
        # emergency: these are not even imported
        "PLUGINS_OFF": (),
        # a plugin that is unwell stops the start: development and tests
        "PLUGINS_STRICT": False,
        # folders with plugins besides the installed ones: tests only
        "EXTRA_PLUGINS": (),
        "LOGIN_IDLE_MINUTES": 30,
        "LOGIN_HOURS": 12,
    }


def from_environment() -> dict[str, Any]:
    """Settings given as ``VINHDANH_DATABASE_URL``, ``VINHDANH_SMTP_HOST`` and so on."""
    names = {"VINHDANH_DATABASE_URL": "SQLALCHEMY_DATABASE_URI", "VINHDANH_SPOOL": "SPOOL_DIR"}
    plain = (
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "SMTP_STARTTLS",
        "MAIL_FROM",
        "BASE_URL",
        "TRUSTED_PROXY_COUNT",
        "SECRET_KEY",
        "FILES_DIR",
        "ANCHORS_DIR",
        "LOGIN_IDLE_MINUTES",
        "HONOURS_NOINDEX",
        "PLUGINS",
        "PLUGINS_OFF",
        "PLUGINS_STRICT",
        "EXTRA_PLUGINS",
    )
    names |= {f"VINHDANH_{name}": name for name in plain}
    found: dict[str, Any] = {}
    for variable, name in names.items():
        if (value := os.environ.get(variable)) is None:
            continue
        if name in ("SMTP_PORT", "TRUSTED_PROXY_COUNT", "LOGIN_IDLE_MINUTES"):
            found[name] = int(value)
        elif name in ("PLUGINS", "PLUGINS_OFF", "EXTRA_PLUGINS"):
            found[name] = tuple(one.strip() for one in value.split(",") if one.strip())
        elif name in ("SMTP_STARTTLS", "HONOURS_NOINDEX", "PLUGINS_STRICT"):
            found[name] = value.lower() in ("1", "true", "yes")
        else:
            found[name] = value
    return found


def read_secret(instance: Path) -> str | None:
    """The installation's secret from ``secret_key``, a file that only its owner may read."""
    path = instance / "secret_key"
    return path.read_text(encoding="ascii").strip() if path.exists() else None


def unsafe(config: dict[str, Any], instance: Path) -> list[str]:
    """What production must not start with, by name."""
    found = [name for name in TEST_SWITCHES if os.environ.get(name)]
    found += [name for name in ("DEBUG", "TESTING", "IS_DEMO") if config.get(name)]
    secret = str(config.get("SECRET_KEY") or "")
    if len(secret) < 32 or secret.lower() in ("dev", "changeme"):
        found.append("SECRET_KEY")
    path = instance / "secret_key"
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        found.append("secret_key: readable by others")
    return found
