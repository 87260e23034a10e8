"""The application, and the conversation it holds."""
