"""``python -m analysis STORIES.jsonl --out THEMES.json``."""

import sys

from analysis.command_line import main

sys.exit(main())
