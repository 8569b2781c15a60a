"""What the server answers, and to whom; the script that starts it, behind a proxy and until a signal."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import gradio as gr
import httpx
import pytest
from filelock import FileLock
from gradio import networking
from ui_helpers import SLOW, eventually

from steg.ui import server, uploads

ROOT = Path(__file__).parents[2]
CAT = ROOT / "examples" / "cat.png"


@pytest.fixture
def broken_proxy():
    """Address of a proxy that answers 502 to all."""

    class Broken(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(502)

        do_HEAD = do_POST = do_CONNECT = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    proxy = HTTPServer(("127.0.0.1", 0), Broken)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_port}"
    proxy.shutdown()
    proxy.server_close()


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def test_the_script_starts_behind_a_broken_proxy_and_leaves_nothing_behind(tmp_path, broken_proxy):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    abandoned, running = (tmp_path / f"{uploads.PREFIX}{name}" for name in ("abandoned", "running"))
    for folder in (abandoned, running):
        folder.mkdir()
        for name in (uploads.LOCK, "private.png"):
            (folder / name).touch()
    environment = {k: v for k, v in os.environ.items() if k.lower() != "no_proxy"} | {
        "GRADIO_SERVER_PORT": str(port),
        "BROWSER": "true",
        "TMPDIR": str(tmp_path),
        "http_proxy": broken_proxy,
        "all_proxy": broken_proxy,
    }
    environment.pop("GRADIO_TEMP_DIR")
    with FileLock(running / uploads.LOCK):
        app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=SLOW) as client:
                assert eventually(lambda: app.poll() is not None or answers(port)) and app.poll() is None
                page = client.get("/")
                assert page.status_code == 200 and "Steg" in page.text
                [path] = client.post("/gradio_api/upload", files={"files": CAT.open("rb")}).json()
            assert Path(path).is_relative_to(tmp_path) and Path(path).is_file()
            assert not abandoned.exists() and (running / "private.png").exists()
            assert app.poll() is None
        finally:
            app.send_signal(signal.SIGHUP)
            app.wait(SLOW)
    assert [path.name for path in tmp_path.rglob("*.png")] == ["private.png"]


def test_the_server_of_a_busy_machine_starts_all_the_same(upload_folder, monkeypatch):
    monkeypatch.setattr(networking, "url_ok", lambda url: False)  # as after 3 seconds without an answer
    with gr.Blocks(analytics_enabled=False) as page:
        _, address, _ = server.launch(page, prevent_thread_lock=True, quiet=True)
        assert httpx.get(address, timeout=SLOW).is_success
        page.close()


def test_only_folders_that_are_ours_and_abandoned_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / uploads.LOCK).touch()
    (tmp_path / f"{uploads.PREFIX}link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / f"{uploads.PREFIX}starting").mkdir()
    with uploads.folder() as first, uploads.folder() as second:
        assert first.is_dir() and second.is_dir() and first != second
    left = {"elsewhere", f"{uploads.PREFIX}link", f"{uploads.PREFIX}starting"}
    assert {path.name for path in tmp_path.iterdir()} == left


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "127.0.0.1,localhost,::1"),
        ("example.org, localhost, [::1]", "example.org,localhost,::1,127.0.0.1"),
        ("*", "*"),
    ],
)
def test_loopback_never_goes_through_a_proxy(monkeypatch, given, expected):
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", given or "")
    server.bypass_proxies("127.0.0.1")
    assert os.environ["NO_PROXY"] == expected and os.environ["no_proxy"] in (expected, "")


def test_only_names_of_this_machine_are_answered_to(url, monkeypatch):
    for host, status in (
        ("localhost:1", 200),
        ("127.0.0.1", 200),
        ("evil.example", 400),
        ("a.localhost", 400),
    ):
        assert httpx.get(f"{url}config", headers={"host": host}, timeout=SLOW).status_code == status, host
    monkeypatch.setenv("STEG_HOSTS", "steg.example.org")
    assert "steg.example.org" in server.hosts_for("127.0.0.1") and "*" not in server.hosts_for("127.0.0.1")
    assert server.hosts_for("0.0.0.0") == ["*"]


@pytest.mark.parametrize("path", ["", "config", "gradio_api/nothing"])
def test_every_answer_has_the_security_headers(url, path):
    headers = httpx.get(url + path, timeout=SLOW).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["content-security-policy"].endswith("frame-ancestors 'none'")


def upload(url: str) -> Path:
    return Path(
        httpx.post(f"{url}gradio_api/upload", files={"files": CAT.open("rb")}, timeout=SLOW).json()[0]
    )


def test_where_an_upload_lies_cannot_be_guessed_from_its_content(url):
    first, second = upload(url), upload(url)
    assert first.name == second.name == "cat.png" and first.parent != second.parent
    assert httpx.get(f"{url}gradio_api/file={first}", timeout=SLOW).content == CAT.read_bytes()


def test_an_upload_that_breaks_off_leaves_nothing(url, upload_folder):
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    before = set(upload_folder.rglob("*"))
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="half.png"\r\n\r\n'
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n" + head + bytes(100_000)
        )
        assert eventually(lambda: set(upload_folder.rglob("*")) - before)
    assert eventually(lambda: not set(upload_folder.rglob("*")) - before)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_and_leaves_nothing(url, upload_folder, monkeypatch):
    before, make = set(upload_folder.rglob("*")), tempfile.NamedTemporaryFile

    def on_full_device(**options):
        file = make(**options)
        device = os.open("/dev/full", os.O_RDWR)
        os.dup2(device, file.fileno())
        os.close(device)
        return file

    monkeypatch.setattr("gradio.route_utils.NamedTemporaryFile", on_full_device)
    answer = httpx.post(f"{url}gradio_api/upload", files={"files": CAT.open("rb")}, timeout=SLOW)
    assert (answer.status_code, answer.text) == (507, server.DISK_FULL)
    assert set(upload_folder.rglob("*")) == before
