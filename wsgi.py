"""The web application: ``gunicorn wsgi:app``, or any flask command."""

from dialogue.app import create_app

app = create_app()
