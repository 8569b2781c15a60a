"""The server of the page: whom it answers, which headers it sends, what it keeps and for how long."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import fastapi
import gradio as gr
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from steg.ui import examples, uploads
from steg.ui.pictures import KEEP_FOR
from steg.ui.theme import theme

CLEAN_EVERY = 300  # seconds; with KEEP_FOR the hour that the page promises
SESSIONS = 200  # whose states are kept, of some 0.6 MiB each; the oldest give way
LOOPBACK = ["127.0.0.1", "localhost", "::1"]
STATIC = Path(__file__).parent / "static"
SCRIPTS = "runs.js", "reload.js", "paste.js"
# Gradio 6.31 has a screen reader say it after each event, and translates it nowhere (gradio-app/gradio#13861)
MISSING_IN_GRADIO = {"common.complete": "Done"}
DISK_FULL = "The server's disk is full at the moment: try again in an hour, when older files are deleted."
# Gradio's page has scripts of its own inside, and compiles those of event listeners and of plots
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "media-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors "
)
SPACE_FRAMES = "https://huggingface.co https://*.hf.space"


def launch(
    page: gr.Blocks, *, clean_every: float = CLEAN_EVERY, keep_for: float = KEEP_FOR, **options: Any
) -> tuple:
    """Starts the server: nothing shared, nothing kept in the browser, nothing from other hosts.

    Args:
        page: what `steg.ui.build` returns.
        clean_every: how often old files are looked for, in seconds.
        keep_for: seconds after which they are deleted.
        options: of `gr.Blocks.launch`, in place of ours.
    """
    host = options.get("server_name") or os.environ.get("GRADIO_SERVER_NAME") or LOOPBACK[0]
    bypass_proxies(host)
    uploads.keep_apart()
    settings: dict[str, Any] = {
        "theme": theme(),
        "i18n": gr.I18n(en=MISSING_IN_GRADIO),
        "css_paths": STATIC / "style.css",
        "head": "".join(f"<script>{(STATIC / name).read_text('utf-8')}</script>" for name in SCRIPTS),
        "run_history": False,
        "footer_links": ["api", "settings"],
        "max_file_size": "100mb",  # a stego picture of 24 megapixels is some 30 to 60 MB
        "allowed_paths": [str(examples.FOLDER)],
        "ssr_mode": False,
        "_frontend": False,  # a last look at the page, which ends the server of a machine too busy for 3 s
        "enable_monitoring": False,
        "state_session_capacity": SESSIONS,
        "app_kwargs": {
            "middleware": [
                Middleware(TrustedHostMiddleware, allowed_hosts=hosts_for(host), www_redirect=False),
                Middleware(SecurityHeaders, frames=SPACE_FRAMES if os.environ.get("SPACE_ID") else "'none'"),
            ],
            "exception_handlers": {OSError: disk_full},
            "lifespan": _cleaning(page, clean_every, keep_for),
        },
    }
    return page.launch(**(settings | options))


def bypass_proxies(host: str) -> None:
    """Has requests to this machine, such as Gradio's own at its start, never go through a proxy."""
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [name.strip(" []") for name in listed.split(",") if name.strip()]  # httpx refuses [::1]
    if "*" not in names:
        names = list(dict.fromkeys([*names, *LOOPBACK, host]))
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(names)


def hosts_for(host: str) -> list[str]:
    """Names that a request may call this server by; any, where others than this machine can reach it.

    On loopback a page of another site could otherwise give its own name this address, and read all (DNS
    rebinding). `STEG_HOSTS` names those of a web server in front, separated by commas.
    """
    if host not in LOOPBACK:
        return ["*"]
    others = os.environ.get("STEG_HOSTS", "").split(",")
    return [*LOOPBACK, "[::1]", *(name.strip() for name in others if name.strip())]


async def disk_full(request: Request, error: Exception) -> Response:
    """Answers 507 where there was no room for an upload."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return PlainTextResponse(DISK_FULL, status_code=507)
    raise error


class SecurityHeaders:
    """ASGI middleware: what a browser may do with the pages and files of this server."""

    def __init__(self, app: ASGIApp, frames: str) -> None:
        """`frames`: the sources that may show the page in a frame, as in a content security policy."""
        self.app = app
        self.headers = {
            "Content-Security-Policy": POLICY + frames,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to each answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _cleaning(page: gr.Blocks, every: float, age: float) -> Any:
    """A lifespan of the server in which old files are deleted regularly."""

    async def clean() -> None:
        while True:
            await asyncio.sleep(every)
            await asyncio.to_thread(uploads.remove_old, page, age)

    @asynccontextmanager
    async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(clean())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return lifespan
