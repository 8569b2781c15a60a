"""What survives: the stego picture sent through JPEG and a chat for real, and what is revealed of it then."""

from collections.abc import Iterator

import gradio as gr

from steg.channels import CHANNELS, CHAT_SIDE
from steg.evaluation import Transmission, transmit
from steg.images.metrics import describe_psnr
from steg.images.reading import read_stego
from steg.ui import loader
from steg.ui.events import NETWORK, PRIVATE, Handler
from steg.ui.gpu import on_gpu
from steg.ui.pair import read_secret
from steg.ui.pictures import errors_as_sentences, save_preview

INTRO = (
    "## What survives\n"
    "The stego picture is saved as JPEG of three qualities, as on web pages, and sent as in a chat (at most "
    f"{CHAT_SIDE} pixels a side, JPEG 80), and each time the secret is revealed from what arrives."
)
SHOWN = {"JPEG 95": "jpeg95", "JPEG 85": "jpeg85", "JPEG 75": "jpeg75", "Chat": "chat"}  # caption: channel
LARGE = "The picture is large, so this takes a while: press the button to see it."
AT_ONCE = 2.0  # megapixels, up to which nobody has to ask
NOISE, SURVIVED = 15.0, 20.0  # dB: below, nothing can be recognised; from here on, what it shows is plain


def build(inputs: list[gr.components.Component]) -> Handler:
    """Lays out the panel.

    Args:
        inputs: stego file, secret, method and passphrase.
    """
    gr.Markdown(INTRO)
    verdict = gr.Markdown(elem_classes="notice")
    ask = gr.Button("Show what survives", visible=False)
    pictures = gr.Gallery(
        label="Revealed after the trip", columns=4, elem_classes=["whole", "trips"], format="png",
        buttons=["fullscreen"], height="auto", object_fit="contain", visible=False,
    )  # fmt: skip
    table = gr.Markdown(elem_classes=["figures", "trips"])
    outputs = [verdict, ask, pictures, table]

    @on_gpu
    def survive(stego_path, secret_path, name, passphrase) -> Iterator[tuple]:
        """One channel after the other, shown as it is done."""
        with errors_as_sentences():
            stego, secret = read_stego(stego_path), read_secret(secret_path).image
            method, done = loader.method(name, passphrase), []
            for caption, channel in SHOWN.items():
                done.append((caption, transmit(method, stego, secret, CHANNELS[channel])))
                shown = gr.Gallery(value=gallery_of(done), visible=True)
                yield sentence(done), gr.Button(visible=False), shown, table_of(done)

    def at_once(stego_path, secret_path, name, passphrase) -> Iterator[tuple]:
        """Small pictures now, large ones when asked."""
        with errors_as_sentences():
            width, height = read_stego(stego_path).size
        if width * height > AT_ONCE * 1e6:
            yield LARGE, gr.Button(visible=True), gr.Gallery(value=None, visible=False), ""
        else:
            yield from survive(stego_path, secret_path, name, passphrase)

    ask.click(survive, inputs, outputs, **PRIVATE, **NETWORK)
    return Handler(at_once, inputs, outputs)


def empty() -> tuple:
    """Values of the panel's outputs before anything was hidden."""
    return "", gr.Button(visible=False), gr.Gallery(value=None, visible=False), ""


def sentence(done: list[tuple[str, Transmission]]) -> str:
    """The verdict in a sentence, once all channels are done."""
    if len(done) < len(SHOWN):
        return ""
    levels = [transmission.secret_psnr or 0.0 for _, transmission in done]
    held = sum(level >= SURVIVED for level in levels)
    if held == len(done):
        return "**The secret survives** every one of these trips."
    if held == 0:
        return (
            "**The secret does not survive re-compression**: send the picture as a file, or hide it for a "
            "trip through a chat or a web page."
        )
    return f"**The secret survives {held} of these {len(done)} trips.**"


def gallery_of(done: list[tuple[str, Transmission]]) -> list[tuple[str, str]]:
    """What is revealed behind each channel; where nothing is, what was received."""
    return [
        (save_preview(t.revealed or t.received, "survived.png"), f"{name}: {_level(t)}") for name, t in done
    ]


def table_of(done: list[tuple[str, Transmission]]) -> str:
    """The same in figures and words, as Markdown."""
    rows = ["| on its way | secret PSNR | |", "|---|---|---|"]
    return "\n".join(rows + [f"| {name} | {_level(t)} | {words_of(t)} |" for name, t in done])


def words_of(transmission: Transmission) -> str:
    """What a visitor would say of it."""
    if transmission.secret_psnr is None:
        return transmission.message
    return describe_psnr(transmission.secret_psnr) if transmission.secret_psnr >= NOISE else "noise"


def _level(transmission: Transmission) -> str:
    return "nothing" if transmission.secret_psnr is None else f"{transmission.secret_psnr:.1f} dB"
