"""What a server of the tests has that stands in for one of AWS's: a free port of loopback."""

import http.server
import threading


class Loopback:
    """Answers from `start` to `stop`; `handler` makes the class that answers."""

    def handler(self):
        """A `BaseHTTPRequestHandler`."""
        raise NotImplementedError

    def start(self):
        """Listens on a free port of loopback."""
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        """Closes the port."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"
