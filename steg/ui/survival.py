"""What survives: the stego picture sent as platforms send it, for real, and what is revealed of it then."""

import math
from collections.abc import Iterator
from typing import Any

import gradio as gr
from PIL import Image

from steg.channels import CHANNELS, CHAT_SIDE, WEB_PAGE_WIDTH, Channel
from steg.errors import StegError
from steg.evaluation import Transmission, transmit
from steg.images.metrics import describe_psnr
from steg.images.reading import read_stego
from steg.methods.base import Method
from steg.payload.container import Content
from steg.ui import loader
from steg.ui.events import NETWORK, PRIVATE, Handler
from steg.ui.gpu import on_gpu
from steg.ui.markdown import table
from steg.ui.pictures import errors_as_sentences, save_preview
from steg.ui.processes import apart
from steg.ui.secret import read

INTRO = (
    "## What survives\n"
    "Every lossless file keeps the secret. Here 4% of the stego picture is painted over, and it is sent as "
    f"Telegram (at most {CHAT_SIDE} pixels a side, JPEG of quality 80), Signal (JPEG 70), WhatsApp (JPEG 62) "
    f"and web pages (at most {WEB_PAGE_WIDTH} pixels wide, WebP 75; or half the size, JPEG 90) show "
    "pictures. Each time the secret is revealed from what arrives. A picture made for Telegram on a computer "
    "or for Signal arrives there as it is, and the secret as above."
)
TRYING = "Sending: what chats and web pages leave of it"
PAINTED = "Painted over"
SHOWN = {  # caption: channel
    PAINTED: "painted", "Telegram": "chat", "Signal": "jpeg70", "WhatsApp": "jpeg62",
    "Web page": "next-image", "Half the size": "half-jpeg90",
}  # fmt: skip
LARGE = "The picture is large, so this takes a while: press the button to see it."
UNASKED = 2.0  # megapixels, up to which nobody has to press it
NOISE, SURVIVED = 15.0, 20.0  # dB: below, nothing can be recognised; from here on, what it shows is plain

Shown = tuple[str, gr.Button, gr.Gallery, str]  # verdict, button, pictures, table


def build(inputs: list[gr.components.Component]) -> Handler:
    """Lays out the panel; returns what fills it after hiding.

    Args:
        inputs: stego file, method, passphrase, and those of the secret (`steg.ui.secret.SecretInputs`).
    """
    gr.Markdown(INTRO)
    verdict = gr.Markdown(elem_classes="notice")
    ask = gr.Button("Show what survives", visible=False)
    pictures = gr.Gallery(
        label="Revealed from what arrived", show_label=False, columns=3, elem_classes=["whole", "channels"],
        format="png", buttons=["fullscreen"], height="auto", object_fit="contain", visible=False,
        interactive=False,
    )  # fmt: skip
    figures = gr.Markdown(elem_classes=["figures", "channels"])
    outputs = [verdict, ask, pictures, figures]
    ask.click(apart(show), inputs, outputs, **PRIVATE, **NETWORK)
    return Handler(apart(show_or_ask), inputs, outputs)


def empty() -> Shown:
    """Values of the panel's outputs before anything was hidden."""
    return "", gr.Button(visible=False), gr.Gallery(value=None, visible=False), ""


def show_or_ask(stego: str, method: str, passphrase: str, *secret: Any) -> Iterator[Shown]:
    """As `show` for a small picture; a large one waits for the button."""
    with errors_as_sentences():
        width, height = read_stego(stego).size
    if width * height > UNASKED * 1e6:
        yield LARGE, gr.Button(visible=True), gr.Gallery(value=None, visible=False), ""
    else:
        yield from show(stego, method, passphrase, *secret)


@on_gpu
def show(stego: str, method: str, passphrase: str, *secret: Any) -> Iterator[Shown]:
    """Sends the stego picture through one channel after the other, each shown as it is done."""
    with errors_as_sentences():
        sent, hidden = read_stego(stego), read(*secret).content
        hider, done = loader.method(method, passphrase), {}
        for caption, channel in SHOWN.items():
            done[caption] = _transmitted(hider, sent, hidden, CHANNELS[channel])
            pictures = gr.Gallery(value=gallery_of(done), visible=True)
            yield sentence(done), gr.Button(visible=False), pictures, table_of(done)


def _transmitted(hider: Method, sent: Image.Image, hidden: Content, channel: Channel) -> Transmission:
    """As `transmit`; a text or a file has an infinite PSNR where it comes back whole, and none otherwise."""
    if isinstance(hidden, Image.Image):
        return transmit(hider, sent, hidden, channel)
    received = channel.apply(sent)
    try:
        found = hider.reveal(received)
    except StegError as error:
        return Transmission(received, None, None, str(error), None)
    whole = math.inf if found.content == hidden else None
    return Transmission(received, None, found.status, found.message, whole)


def sentence(done: dict[str, Transmission]) -> str:
    """The verdict in a sentence, once all channels are done."""
    if len(done) < len(SHOWN):
        return ""
    survives = {name: (t.secret_psnr or 0.0) >= SURVIVED for name, t in done.items()}
    if all(survives.values()):
        return f"**The secret survives** in all {len(done)} cases."
    if any(survives[name] for name in done if name != PAINTED):
        return f"**The secret survives in {sum(survives.values())} of these {len(done)} cases.**"
    painted = ", only that a part is painted over" if survives[PAINTED] else ""
    return (
        f"**The secret does not survive re-compression**{painted}: send the picture as a file, or hide it to "
        "be sent through a chat or a web page."
    )


def gallery_of(done: dict[str, Transmission]) -> list[tuple[str, str]]:
    """What is revealed behind each channel; where nothing is, what was received."""
    return [
        (save_preview(t.revealed or t.received, "survived.png"), f"{name}: {level_of(t)}")
        for name, t in done.items()
    ]


def table_of(done: dict[str, Transmission]) -> str:
    """The same in figures and words, as Markdown."""
    rows = [[name, level_of(t), words_of(t)] for name, t in done.items()]
    return table(["on its way", "secret PSNR", "what it shows"], rows)


def level_of(transmission: Transmission) -> str:
    """The PSNR of the revealed secret; "whole" where nothing is wrong, "nothing" where none is revealed."""
    if transmission.secret_psnr is None:
        return "nothing"
    return "whole" if transmission.secret_psnr == math.inf else f"{transmission.secret_psnr:.1f} dB"


def words_of(transmission: Transmission) -> str:
    """What a visitor would say of it."""
    if transmission.secret_psnr is None:
        return transmission.message
    if transmission.secret_psnr == math.inf:
        return "exactly as it was"
    return describe_psnr(transmission.secret_psnr) if transmission.secret_psnr >= NOISE else "noise"
