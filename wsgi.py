"""The web application: ``gunicorn wsgi:app``, or any flask command."""

import sys

from dialogue.app import create_app
from dialogue.settings import HalfConfigured

try:
    app = create_app()
except HalfConfigured as half:
    sys.exit(f"The application cannot start. {half}")
