"""A mail host that takes mail over SMTP and remembers what it took, for tests that need a real one."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message


class Host(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1. seconds: how long it takes over each message."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.seconds = seconds
        self.hang_up_after_data = False
        self.taken: list[tuple[list[str], Message]] = []

    @property
    def url(self) -> str:
        """Return the address as EMAIL_URL wants it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def ids(self) -> list[str]:
        """Return the Message-IDs of what was taken, in order."""
        return [str(message["Message-ID"]) for _to, message in list(self.taken)]


class _Session(socketserver.StreamRequestHandler):
    server: Host

    def handle(self) -> None:
        with suppress(ConnectionError):  # a sender that was killed
            self._talk()

    def _talk(self) -> None:
        self._say("220 mail.test ready")
        to: list[str] = []
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                to.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                self._say("354 go on")
                self._take(to)
                to = []
                if self.server.hang_up_after_data:
                    return
            self._say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def _take(self, to: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        time.sleep(self.server.seconds)
        if line:  # whole: a sender that died before the last dot sent nothing
            self.server.taken.append((to, message_from_bytes(b"".join(lines))))

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def host(**options: float) -> Iterator[Host]:
    """A mail host for the length of a block."""
    with Host(**options) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
