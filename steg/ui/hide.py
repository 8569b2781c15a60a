"""The Hide tab: cover and secret in, one file out, a look at what it does to both, and at what survives."""

import math
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from steg import delivery
from steg.evaluation import psnr_of
from steg.images.reading import read_stego
from steg.images.writing import encoded, save_bytes
from steg.methods import DEFAULT, Robust
from steg.payload.files import PICTURE
from steg.ui import earlier, loader, pair, reload, runs, sending, survival, times
from steg.ui.events import AGAIN, AT_ONCE, LATEST, NETWORK, PRIVATE, Handler
from steg.ui.gpu import on_gpu
from steg.ui.markdown import heading
from steg.ui.pictures import errors_as_sentences, picture_display, result_path, save_preview, save_result
from steg.ui.processes import apart
from steg.ui.secret import read

INTRO = (
    "Choose a **cover**, the picture everybody will see, and a **secret** to hide in it: another picture, a "
    "text, or any file."
)
START_GAIN = 20
LOOKING = "Revealing: what the receiver will see"


def build(page: gr.Blocks) -> tuple[gr.DownloadButton, gr.Button]:
    """Lays out the tab; returns the stego picture's file, and the button that opens it in Reveal."""
    heading("Cover and secret", seen=False)
    gr.Markdown(INTRO)
    with runs.pictures("hide"):
        cover, inputs, about_cover, holds_secret, about_secret = pair.build_with_kinds(320)
    heading("Sending", seen=False)
    method, app, passphrase, strength = sending.build()
    # room from the start: what is said must not push the button away from under the pointer
    about_both = gr.Markdown(elem_classes="notice", min_height=60)
    takes = gr.Markdown(elem_classes="notice", min_height=30)
    megapixels = gr.Number(visible=False)
    with gr.Row():
        start = gr.Button("Hide", variant="primary", size="lg", elem_id="hide-start")
        runs.stop_button("hide")
    runs.line("hide")
    details = gr.JSON(visible=False)  # for programs
    with gr.Column(visible=False, elem_id="hide-answer") as finished:
        heading("Stego picture", seen=False)
        note = gr.Markdown(elem_classes="notice")
        message = gr.Markdown(elem_classes="notice", label="Message")
        with gr.Row():
            button: dict[str, Any] = {"size": "md", "min_width": 280}
            stego_file = gr.DownloadButton("Download the stego picture", variant="primary", **button)
            jpeg_file = gr.DownloadButton("Download it as JPEG", visible=False, **button)
            to_reveal = gr.Button("Open it in Reveal", **button)
        send = gr.Markdown()
        with gr.Row():
            with gr.Column(min_width=300):
                slider = gr.ImageSlider(
                    label="Cover | stego",
                    type="filepath",
                    buttons=["fullscreen"],
                    max_height=420,
                    interactive=False,
                )
            with gr.Column(min_width=300):
                revealed = picture_display(
                    "What the receiver sees", 420, "The secret, revealed from the file that was just written"
                )
        figures = gr.Markdown(elem_classes="figures")
        choice = [cover, *inputs, method, strength, app, passphrase]
        chosen = earlier.chosen(choice)
        hidden_in, *hidden, by, _, through, under = chosen
        show_survival = survival.build([stego_file, by, under, *hidden])
        heading("What was changed")
        residual = picture_display("Residual", 420, "Stego picture minus cover; grey is no change")
        gain = gr.Slider(1, 50, START_GAIN, step=1, label="Amplify the residual")

    kind, picture, text, file = inputs
    described = [about_cover, about_secret, about_both, megapixels]
    describe = Handler(apart(pair.describe), [cover, method, strength, *inputs, app], described)
    aside: dict[str, Any] = {"concurrency_id": "describe", "show_progress": "hidden"}
    # not `LATEST`, for which Gradio runs all listeners of an event again
    one_by_one = aside | {"trigger_mode": "multiple"} | PRIVATE
    described_on = [cover.change, method.change, app.change, kind.change, picture.change, file.change]
    changed = [*described_on, text.input, strength.change, passphrase.input]
    mark = earlier.mark(choice, chosen, note, "Hide")
    # Gradio runs an event's listeners one after the other: those that take no time first
    runs.forget_on(changed, "hide")
    gr.on(changed, **mark)
    reload.keep(page, "choice", choice[:-1], [*changed, start.click])
    gr.on(described_on, *describe, **one_by_one).then(estimate, [method, megapixels], takes, **AT_ONCE)
    gr.on([text.blur, strength.release], *describe, **aside, **LATEST)
    cover.change(apart(pair.warn_of_secret), cover, holds_secret, **one_by_one)

    looks = [slider, revealed, figures, residual]
    started = start.click(inputs=choice, outputs=chosen, **earlier.REMEMBER).then(
        clear, None, [finished, message, note, *looks, *show_survival.outputs], **AT_ONCE
    )
    hiding = started.then(
        apart(hide, quiet=True), [cover, picture, strength, method, passphrase, kind, text, file, app],
        [stego_file, message, details],
        show_progress="hidden", api_name="hide", **NETWORK, **AGAIN,
    )  # fmt: skip
    offered = hiding.success(offer, [stego_file, by, through], [finished, jpeg_file, send], **AT_ONCE)
    looking = offered.success(
        apart(look, quiet=True), [hidden_in, by, under, *hidden, stego_file, gain], looks,
        show_progress_on=revealed, **PRIVATE, **NETWORK,
    )  # fmt: skip
    surviving = looking.success(*show_survival, show_progress="minimal", **PRIVATE, **NETWORK)
    steps = {"Hiding": hiding, LOOKING: looking, survival.TRYING: surviving}
    runs.build("hide", [start.click], steps, offered)
    gain.input(apart(pair.amplify_residual), [hidden_in, stego_file, gain], residual, **LATEST)

    verdict, ask, *survived = show_survival.outputs
    results = [stego_file, jpeg_file, message, send, *looks, verdict, *survived, *chosen[:-1]]
    done = [step.then for step in (offered, looking, surviving)]
    restored = reload.keep(page, "hidden", results, done, [jpeg_file, revealed, survived[0], finished])
    restored.then(**mark)
    restored.then(lambda said: gr.Button(visible=said == survival.LARGE), verdict, ask, **AT_ONCE)
    return stego_file, to_reveal


def clear() -> tuple:
    """Hides and empties all that is shown after hiding."""
    return gr.Column(visible=False), "", "", None, None, "", None, *survival.empty()


def estimate(method: str, megapixels: float | None) -> str:
    """How long hiding will take, if it is worth mentioning."""
    took = times.seconds(method, megapixels) if megapixels else None
    return f"- Hiding takes {times.words(took)} for pictures of this size here." if took and took > 2 else ""


@on_gpu
def hide(
    cover: str,
    secret: str | None = None,
    strength: float = 0.5,
    method: str = DEFAULT,
    passphrase: str = "",
    kind: str = PICTURE,
    text: str = "",
    file: str | None = None,
    app: str = delivery.ANY,
    progress: gr.Progress = gr.Progress(),
) -> tuple[str, str, dict]:
    """Hides a picture, a text or a file in the cover.

    Args:
        cover: the picture that will be seen, at least 16x16; above 24 megapixels it is made smaller.
        secret: the picture to hide, likewise.
        strength: from 0, the cover changes least, to 1, the secret comes back best.
        method: file, robust (outlives JPEG), predictive, invertible, prep-hide-reveal or lsb.
        passphrase: locks the secret, with the methods file and robust.
        kind: which secret is hidden: picture, text or file.
        text: the text to hide, if kind is text.
        file: the file to hide, if kind is file.
        app: in whose form the file is made, with robust; any makes one for all apps.
        progress: the bar on the page.

    Returns:
        The stego picture, a PNG of the cover's size (with robust smaller, and in the app's form); a sentence
        about it; and, for programs, its method, width, height, bytes and cover_psnr (dB, null if infinite).
    """
    with errors_as_sentences():
        before, hidden = pair.read_cover(cover).image, read(kind, secret, text, file).content
        sizes = [each.size for each in (before, hidden) if isinstance(each, Image.Image)]
        hider, profile = loader.method(method, passphrase), delivery.profile_of(app, method)
        settings: dict[str, Any] = {
            "strength": strength, "progress": lambda share: progress(share, desc="Hiding"),
        }  # fmt: skip
        with times.measured(method, times.megapixels_of(*sizes)):
            if isinstance(hider, Robust):
                data = delivery.hide(profile, hider, before, hidden, **settings)
            else:
                data = encoded(hider.hide(before, hidden, **settings))
        path = result_path(f"{Path(cover).stem}{profile.suffix}")  # another name could give it away
        save_bytes(data, path)
        stego = read_stego(data)
    level = psnr_of(before, stego)
    details = {
        "method": method,
        "width": stego.width,
        "height": stego.height,
        "bytes": len(data),
        "cover_psnr": round(level, 2) if math.isfinite(level) else None,
    }
    sentence = f"{path.name}: {stego.width}x{stego.height} pixels, {len(data) / 1e6:.1f} MB."
    return str(path), sentence, details


def offer(stego: str, method: str, app: str) -> tuple[gr.Column, gr.DownloadButton, str]:
    """Opens what is shown after hiding.

    Only a robust picture that outlives JPEG, and is not made for one app, is also offered as such.
    """
    as_jpeg, advice = None, sending.SEND[DEFAULT]
    if app != delivery.ANY:
        advice = sending.SEND_AS_IT_IS.format(arrival=delivery.PROFILES[app].arrival)
    elif method == Robust.name:
        with errors_as_sentences():
            picture = read_stego(stego)
        if Robust.outlives_jpeg(picture.size):
            as_jpeg, advice = save_result(picture, f"{Path(stego).stem}.jpg"), sending.SEND[method]
    return gr.Column(visible=True), gr.DownloadButton(value=as_jpeg, visible=as_jpeg is not None), advice


@on_gpu
def look(
    cover: str,
    method: str,
    passphrase: str,
    kind: str,
    picture: str | None,
    text: str | None,
    file: str | None,
    stego: str,
    gain: float,
    progress: gr.Progress = gr.Progress(),
) -> tuple[tuple[str, str], gr.Image, str, str]:
    """Reveals from the file that was written, and measures what hiding did to cover and secret.

    Returns:
        Previews of cover and stego picture, of the revealed secret if it is a picture, the figures as
        Markdown, and the residual, `gain` times as large.
    """
    with errors_as_sentences():
        before, hidden = pair.read_cover(cover).image, read(kind, picture, text, file).content
        hider = loader.method(method, passphrase)
        received = hider.reveal(stego, progress=lambda share: progress(share, desc="Revealing")).content
        after = read_stego(stego)
    shown = save_preview(received, "revealed.png") if isinstance(received, Image.Image) else None
    return (
        (save_preview(before, "cover.png"), save_preview(after, "stego-preview.png")),
        gr.Image(value=shown, visible=shown is not None),
        pair.figures_table(hider, before, after, hidden, received),
        pair.amplify_residual(cover, stego, gain),
    )
