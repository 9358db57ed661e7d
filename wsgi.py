"""What a WSGI server loads: ``gunicorn wsgi:app``."""

from core.app import create_app, ready

app = ready(create_app())
