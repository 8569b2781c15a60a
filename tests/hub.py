"""A stand-in for the Hugging Face Hub on loopback: creates repositories, takes commits, serves files.

It stays on HTTP/1.0, whose connections end with each answer, so that a stopped Hub is really gone.
"""

import base64
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hub(ThreadingHTTPServer):
    """A Hub that can fail.

    Attributes:
        files: maps (repository, commit, name) to bytes.
        requests: lists "METHOD /path".
        failures: maps a method to the status that it is answered with, or None, where it is never answered.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.requests: list[str] = []
        self.failures: dict[str, int | None] = {}
        self.stopped = threading.Event()
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        if self.command in self.server.failures:
            status = self.server.failures[self.command]
            return self.answer(status, b"", {}) if status else self.server.stopped.wait()
        asked = re.fullmatch("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self.path)
        data = self.server.files.get(asked.groups()) if asked else None
        if data is None:
            self.answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        else:
            etag = hashlib.sha1(data).hexdigest()
            self.answer(200, data, {"ETag": f'"{etag}"', "X-Repo-Commit": asked[2]})

    do_HEAD = do_GET  # noqa: N815  the name is http.server's

    def do_POST(self) -> None:
        self.server.requests.append(f"POST {self.path}")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Authorization") == "Bearer wrong":
            self.answer(401, b"", {"X-Error-Message": "Invalid credentials"})
        elif self.path == "/api/repos/create":
            repo = json.loads(body)
            name = f"{repo['organization']}/{repo['name']}" if repo.get("organization") else repo["name"]
            self.answer_json({"url": f"{self.server.endpoint}/{name}"})
        elif self.path == "/api/validate-yaml":
            self.answer_json({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = [f["path"] for f in json.loads(body)["files"]]
            verdict = {"uploadMode": "regular", "shouldIgnore": False}
            self.answer_json({"files": [{"path": path, **verdict} for path in files]})
        elif asked := re.fullmatch("/api/(model|space)s/([^/]+/[^/]+)/commit/main", self.path):
            commit = hashlib.sha1(body).hexdigest()
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    data = base64.b64decode(line["value"]["content"])
                    self.server.files[asked[2], commit, line["value"]["path"]] = data
            self.answer_json(
                {"commitOid": commit, "commitUrl": f"{self.server.endpoint}/{asked[2]}/commit/{commit}"}
            )
        else:
            self.answer(404, b"", {})

    def answer_json(self, content: dict) -> None:
        self.answer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass
