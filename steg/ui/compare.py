"""The Compare tab: one pair through all methods, and what an attack leaves of each."""

import json
from operator import attrgetter
from typing import Any

import gradio as gr

from steg.channels import ATTACKS
from steg.errors import StegError
from steg.evaluation import Result, evaluate
from steg.methods import OFFERED
from steg.ui import earlier, examples, kept, loader, pair, reload, runs
from steg.ui.attacks import attack_all, setting_of, table_of, write_files
from steg.ui.events import AGAIN, AT_ONCE, LATEST, NETWORK, PRIVATE, Handler
from steg.ui.gpu import on_gpu
from steg.ui.handout import GAIN, row_of
from steg.ui.markdown import heading
from steg.ui.pictures import KEEP_FOR, errors_as_sentences, fitted, save_result
from steg.ui.processes import apart
from steg.ui.quality_plane import plane

INTRO = (
    "One pair of pictures, hidden by every method there is here, and measured on the PNG files that come "
    "out. Then choose what happens to the pictures on their way, and see whose secret survives it."
)
HIDING, ATTACKING = "Hiding by every method", "Attacking"
TRADEOFF = examples.FOLDER / "tradeoff.json"
LARGEST_SIDE = 512  # pixels; so that an attack on all methods is shown within seconds
READ_TABLE = (
    "PSNR and SSIM say how close two pictures are (from 40 dB on nobody sees a difference); bits per pixel "
    "say how much a method writes into the cover, where that can be counted."
)
READ_PLOTS = (
    "Up: the cover changed less. Right: the secret came back better. See who is nearest to the upper right "
    "corner, first with your pair, then on average over {pairs} pairs of Kodak's photographs, at strengths "
    "from 0 (upper left) to 1 (lower right)."
)


def build(page: gr.Blocks) -> None:
    """Lays out this tab of the page."""
    heading("Cover and secret", seen=False)
    gr.Markdown(INTRO)
    with runs.pictures("compare"):
        cover, secret = pair.build("compare-", 260)
    strength = gr.Slider(0, 1, 0.5, step=0.05, label="Strength: invisible (0) to faithful (1)")
    choice = [cover, secret, strength]
    start = gr.Button("Compare", variant="primary", size="lg", elem_id="compare-start")
    runs.line("compare")
    figures = gr.JSON(visible=False)
    results = gr.State([], time_to_live=KEEP_FOR)
    with gr.Column(visible=False, elem_id="compare-answer") as finished:
        heading("All methods on this pair", seen=False)
        note = gr.Markdown(elem_classes="notice")
        message = gr.Markdown(elem_classes="see", label="Message")
        chosen = earlier.chosen(choice)
        gallery = _gallery()
        heading("What survives", seen=False)
        with gr.Row():
            kinds = [(a.label, name) for name, a in ATTACKS.items()]
            kind = gr.Radio(kinds, value="jpeg", label="Attack", scale=3, min_width=320)
            setting = setting_of("jpeg")
        attacked = _gallery()
        survival = gr.Markdown(elem_classes="see")
        heading("Figures", seen=False)
        figures_table = gr.Markdown(elem_classes=["figures", "channels"])
        gr.Markdown(READ_TABLE)
        heading("Cover against secret", seen=False)
        tradeoff = json.loads(TRADEOFF.read_text())
        gr.Markdown(READ_PLOTS.format(pairs=tradeoff["pairs"]), elem_classes="see")
        with gr.Row():
            with gr.Column(min_width=320):
                plot = gr.HTML()
            with gr.Column(min_width=320):
                gr.HTML(plane(curves(tradeoff), "Kodak, by strength", OFFERED))
        with gr.Row():
            csv_file = gr.DownloadButton("Download the table (CSV)", min_width=240)
            sheet_file = gr.DownloadButton("Download the handout (PNG)", min_width=240)
    transmissions = gr.State([], time_to_live=KEEP_FOR)
    token = gr.Textbox(visible=False)  # of the results and the attack

    attack = Handler(
        apart(attack_all), [results, kind, setting], [attacked, survival, figures_table, transmissions]
    )
    gr.on([setting.input], *attack, **LATEST, **NETWORK)
    another = kind.input(setting_of, kind, setting, **LATEST, queue=False)
    another.then(*attack, **LATEST, **NETWORK)
    written = transmissions.change(
        write_files, [results, transmissions, kind, setting], [csv_file, sheet_file], **PRIVATE
    )
    cleared = [finished, note, message, attacked, survival]
    started = start.click(inputs=choice, outputs=chosen, **earlier.REMEMBER)
    hiding = started.then(clear, None, cleared, **AT_ONCE).then(
        apart(compare, quiet=True), choice,
        [message, figures, figures_table, gallery, results],
        show_progress="hidden", api_name="compare", **NETWORK, **AGAIN,
    )  # fmt: skip
    shown = hiding.success(show_results, results, [finished, plot, gallery, attacked], **AT_ONCE)
    attacking = shown.success(*attack, **PRIVATE, **NETWORK)
    runs.build("compare", [start.click], {HIDING: hiding, ATTACKING: attacking}, shown)
    changes = [cover.change, secret.change, strength.change]
    runs.forget_on(changes, "compare")
    mark = earlier.mark(choice, chosen, note, "Compare")
    gr.on(changes, **mark)
    reload.keep(page, "compare-choice", choice, changes)
    noted = written.success(remember, [results, kind, setting, token], token, **AT_ONCE)
    answer = [message, gallery, attacked, survival, figures_table, plot, csv_file, sheet_file]
    restored = reload.keep(page, "compared", [token, *chosen, *answer], [noted.then], [finished])
    restored.then(**mark)
    restored.then(recall, token, [results, kind, setting], **AT_ONCE)


def _gallery() -> gr.Gallery:
    """A column for each method, the pictures shown whole and without loss."""
    return gr.Gallery(
        show_label=False, columns=len(OFFERED), elem_classes=["whole", "channels", "rows"],
        object_fit="contain", format="png", buttons=["fullscreen"], interactive=False,
    )  # fmt: skip


def remember(results: list[Result], kind: str, setting: float, token: str) -> str:
    """Keeps beyond a reload what can be attacked anew, and by what it was; returns the token."""
    return kept.remember((results, kind, setting), token)


def recall(token: str) -> tuple[Any, ...]:
    """Results, attack and setting as they were before a reload."""
    found = kept.recall(token)
    if found is None:
        return gr.skip(), gr.skip(), gr.skip()
    results, kind, setting = found
    return results, kind, setting_of(kind, setting)


def clear() -> tuple[gr.Column, str, str, None, str]:
    """Hides and empties the results."""
    return gr.Column(visible=False), "", "", None, ""


def show_results(results: list[Result]) -> tuple[gr.Column, str, gr.Gallery, gr.Gallery]:
    """Shows the results, and where they are among each other."""
    points = {r.method: [(r.secret_psnr, r.cover_psnr)] for r in results}
    columns = gr.Gallery(columns=len(results))
    return gr.Column(visible=True), plane(points, "Your pair", OFFERED), columns, columns


@on_gpu
def compare(
    cover: str,
    secret: str,
    strength: float = 0.5,
    progress: gr.Progress = gr.Progress(),
) -> tuple[str, list[dict], str, list[tuple[str, str]], list[Result]]:
    """Hides one pair by every method and measures what comes out of the PNG files.

    Args:
        cover: the picture that will be seen, at least 16x16; made smaller to at most 512 pixels a side.
        secret: the picture to hide, made smaller likewise.
        strength: from 0, the cover changes least, to 1, the secret comes back best.
        progress: the bar on the page.

    Returns:
        A sentence, the figures of each method; the same as a table in Markdown; and the stego pictures of all
        methods, their residuals, and the revealed secrets.
    """
    with errors_as_sentences():
        before = fitted(pair.read_cover(cover).image, LARGEST_SIDE)
        hidden = fitted(pair.read_secret(secret).image, LARGEST_SIDE)
        results, failed = [], []
        for number, name in enumerate(OFFERED):
            progress(number / len(OFFERED), desc=name)
            try:
                results.append(evaluate(loader.method(name), before, hidden, strength))
            except StegError as error:
                failed.append(f"{name}: {error}")
    sentence = " ".join([f"Compared at {before.width}x{before.height} pixels.", best_of(results), *failed])
    return sentence, [row_of(r) for r in results], table_of(results), gallery_of(results), results


def best_of(results: list[Result]) -> str:
    """Who changed the cover least, and whose secret came back best, as Markdown."""
    if not results:
        return ""
    cover, secret = (max(results, key=attrgetter(name)) for name in ("cover_psnr", "secret_psnr"))
    least = f"**{cover.method}** changed the cover least ({cover.cover_psnr:.1f} dB)"
    if cover is secret:
        return f"{least} and gave the secret back best ({secret.secret_psnr:.1f} dB)."
    return f"{least}; **{secret.method}** gave the secret back best ({secret.secret_psnr:.1f} dB)."


def curves(tradeoff: dict) -> dict[str, list[tuple[float, float]]]:
    """Secret and cover PSNR of each method by strength, as `python -m train.evaluate --curve` measured."""
    return {
        name: [(point["secret_psnr"], point["cover_psnr"]) for point in points]
        for name, points in tradeoff["methods"].items()
    }


def gallery_of(results: list[Result]) -> list[tuple[str, str]]:
    """The stego pictures of all methods, their residuals, and the revealed secrets, with captions."""
    kinds = (
        [(r, r.stego, "stego", f"stego, {r.cover_psnr:.1f} dB") for r in results],
        [(r, r.residual(GAIN), "residual", f"residual x{GAIN}") for r in results],
        [(r, r.revealed, "revealed", f"revealed, {r.secret_psnr:.1f} dB") for r in results],
    )
    return [
        (save_result(image, f"{r.method}-{kind}.png"), f"{r.method}: {caption}")
        for row in kinds
        for r, image, kind, caption in row
    ]
