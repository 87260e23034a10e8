"""Themes as people shape them: every act a row that can be undone."""
