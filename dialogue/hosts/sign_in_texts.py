"""Flask-Security's own sentences, marked here so that our catalogue has them in Swedish.

Its pages wear our templates, which say their own words; these come out where a program asks for
JSON and wherever a form's own error is shown. Flask-Security brings no Swedish and finds ours
through ``SECURITY_I18N_DIRNAME``. Only the sentences that this installation can reach stand here.
"""

from __future__ import annotations


def marked(text: str) -> str:
    """``text`` itself; the name makes the extraction take it along."""
    return text


SENTENCES = (
    marked("Authentication failed - identity or password/passcode invalid"),
    marked("You do not have permission to view this resource."),
    marked("You must sign in to view this resource."),
    marked("You must reauthenticate to access this endpoint"),
    marked("Please log in to access this page."),
    marked("Please reauthenticate to access this page."),
    marked("You can only access this endpoint when not logged in."),
    marked("Redirections outside the domain are forbidden"),
    marked("Input not appropriate for requested API"),
    marked("Email not provided"),
    marked("Invalid email address"),
    marked("Password not provided"),
    marked("Invalid password"),
    marked("Specified user does not exist"),
    marked("Account is disabled."),
    marked("Invalid code"),
    marked("Recovery code invalid"),
    marked("No recovery codes generated yet"),
    marked("Marked method is not valid"),
    marked("Setup must be completed within %(within)s. Please start over."),
    marked("You currently do not have permissions to access this page"),
    marked("Your code has been confirmed"),
    marked("You successfully changed your two-factor method."),
)
