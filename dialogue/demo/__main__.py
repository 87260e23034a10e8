"""``python -m dialogue.demo``: the whole loop on this machine, from one command.

``python -m dialogue.demo code`` prints the one-time code that signs in right now.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HOST = "127.0.0.1"
FOLDER = Path(os.environ.get("DEMO_FOLDER", ".demo")).absolute()
COORDINATOR = "samordnare@norrmark.example"


def main() -> None:
    port = int(os.environ.get("PORT", "8000"))
    keys = demo_environment(port)
    if sys.argv[1:] == ["code"]:
        print(current_code())
        return
    if sys.argv[1:] == ["claims"]:
        write_claims()
        return
    if port_is_taken(port):
        sys.exit(
            f"Something else already listens on {HOST}:{port}. Stop it, or choose another port: "
            f"PORT={port + 1} make demo"
        )
    rooms = prepare(keys["DEMO_PASSWORD"])
    run(port, keys["DEMO_PASSWORD"], rooms)


def demo_environment(port: int) -> dict[str, str]:
    """Keys that only this folder knows, made on the first run; put into the environment."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "keys.env"
    if not file.exists():
        names = ("SECRET_KEY", "RECEIPT_KEY", "TOTP_KEY")
        lines = [f"{name}={secrets.token_urlsafe(48)}" for name in names]
        lines.append(f"DEMO_PASSWORD={secrets.token_urlsafe(12)}")
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    keys = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())
    os.environ.update(keys)
    os.environ.setdefault("ENVIRONMENT", "demo")
    os.environ.setdefault("DATA_FOLDER", str(FOLDER))
    os.environ.setdefault("PUBLIC_URL", f"http://{HOST}:{port}")
    return keys


def port_is_taken(port: int) -> bool:
    """Whether somebody answers on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def prepare(password: str) -> tuple[str, str]:
    """Migrate the database and load the demo dialogues, unless they are there already.

    Gives the code of the live room and the address of its meeting.
    """
    from sqlalchemy import select

    from analysis.reading.runs import READ_JOB
    from dialogue.app import create_app
    from dialogue.demo.loading import is_loaded, load_demo
    from dialogue.ground import schema
    from dialogue.ground.db import db, session
    from dialogue.ground.jobs import ask_for, hand_over
    from dialogue.hosts.sign_in import new_totp_secret
    from dialogue.meetings.live.models import LiveRoom
    from dialogue.voices.receipts import receipts

    app = create_app()
    with app.app_context():
        schema.upgrade(db.engine)
        if not is_loaded(session()):
            dialogue = load_demo(
                session(), receipts(), password=password, totp_secret=new_totp_secret()
            )
            ask_for(READ_JOB, dialogue.id)
            session().commit()
            hand_over(session())
        room = session().scalars(select(LiveRoom)).first()
        return (room.code, room.meeting.slug) if room else ("", "")


def write_claims() -> None:
    """Wait for the machine's first reading, then write the demo's claims."""
    from dialogue.app import create_app
    from dialogue.demo.summing import write_when_read
    from dialogue.ground.db import session

    with create_app().app_context():
        if write_when_read():
            session().commit()


def current_code() -> str:
    """The coordinator's one-time code at this moment."""
    from sqlalchemy import select

    from dialogue.app import create_app
    from dialogue.ground.db import session
    from dialogue.hosts.models import User
    from dialogue.hosts.sign_in import one_time_code

    app = create_app()
    with app.app_context():
        user = session().scalars(select(User).where(User.email == COORDINATOR)).one()
        return one_time_code(user)


def run(port: int, password: str, rooms: tuple[str, str]) -> None:
    """Start the web server and the worker; end both together."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    parts = [
        subprocess.Popen([*flask, "serve", "--host", HOST, "--port", str(port)]),
        subprocess.Popen([*flask, "work"]),
    ]
    claims = subprocess.Popen([sys.executable, "-m", "dialogue.demo", "claims"])

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        wait_until_it_answers(port, parts[0])
        print(welcome(port, password, *rooms), flush=True)
        while all(part.poll() is None for part in parts):
            time.sleep(0.5)
    finally:
        parts.append(claims)
        for part in parts:
            if part.poll() is None:
                part.terminate()
        for part in parts:
            try:
                part.wait(timeout=10)
            except subprocess.TimeoutExpired:
                part.kill()


def wait_until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the port answers, or the server has ended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)


def welcome(port: int, password: str, room: str, meeting: str) -> str:
    base = f"http://{HOST}:{port}"
    return f"""
  Viktigt för dig / What matters to you

  Answer the demo dialogue    {base}/sv/dialog/vad-ar-viktigt
  In English                  {base}/en/dialog/vad-ar-viktigt
  Sign in as coordinator      {base}/sv/arbetsrum/
      e-mail                  {COORDINATOR}
      password                {password}
      one-time code           make code

  Joint leadership in Hällsjö {base}/sv/dialog/gemensam-ledning
  Its live room on a phone    {base}/sv/rum/{room}
  Its live room, big screen   {base}/sv/rum/{room}/skarm
  Lead it, signed in          {base}/sv/arbetsrum/gemensam-ledning/moten/{meeting}/rummet

  The machine reads the stories in the first minute. Ctrl-C stops everything; the data stays.
"""


if __name__ == "__main__":
    main()
