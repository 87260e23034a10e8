"""Surveys and answers on their way in and out; ``docs/exchange.md`` describes the forms."""
