"""The page as a server of the Model Context Protocol, for which the extra `mcp` has to be installed."""

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image
from ui_helpers import run_in_a_thread

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from steg import ui
from steg.ui import processes

EXAMPLES = Path(__file__).parents[2] / "examples"


def data_url(name: str, size: tuple[int, int]) -> str:
    data = io.BytesIO()
    Image.open(EXAMPLES / name).convert("RGB").resize(size).save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"


@pytest.fixture(scope="module")
def address(upload_folder) -> str:
    with processes.running():
        page = ui.build()
        _, address, _ = ui.launch(page, mcp_server=True, prevent_thread_lock=True, quiet=True)
        yield f"{address}gradio_api/mcp/"
        page.close()


def test_hide_and_reveal_are_documented_tools(address):
    async def told(*_) -> None:
        """Without anybody who is told the progress, Gradio 6 puts all results into one text."""

    async def converse():
        async with streamable_http_client(address) as (read, write, _):
            async with ClientSession(read, write) as session:
                await session.initialize()
                tools = {tool.name: tool for tool in (await session.list_tools()).tools}
                cover, secret = data_url("tulips.png", (160, 120)), data_url("cat.png", (64, 48))
                hidden = await session.call_tool(
                    "hide", {"cover": cover, "secret": secret}, progress_callback=told
                )
                assert not hidden.isError, hidden.content
                [stego] = [part for part in hidden.content if part.type == "image"]
                found = await session.call_tool(
                    "reveal", {"stego": f"data:{stego.mimeType};base64,{stego.data}"}, progress_callback=told
                )
                return tools, hidden.content, found.content

    tools, hidden, found = run_in_a_thread(converse())
    for name, argument in (("hide", "cover"), ("reveal", "stego")):
        assert tools[name].description.strip()
        assert "picture" in json.dumps(tools[name].inputSchema["properties"][argument])
    assert any(" pixels, " in part.text for part in hidden if part.type == "text")
    assert any("Found and intact" in part.text for part in found if part.type == "text")
    [secret] = [part for part in found if part.type == "image"]
    assert Image.open(io.BytesIO(base64.b64decode(secret.data))).size == (64, 48)
