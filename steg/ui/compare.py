"""The Compare tab: one pair through all methods, and what an attack leaves of each."""

from collections.abc import Iterator

import gradio as gr
import pandas as pd
from PIL import Image

from steg.channels import ATTACKS
from steg.errors import StegError
from steg.evaluation import Result, Transmission, evaluate, transmit
from steg.methods import METHODS
from steg.ui import loader, pair
from steg.ui.events import AT_ONCE, LATEST, NETWORK, PRIVATE
from steg.ui.gpu import on_gpu
from steg.ui.handout import COLUMNS, GAIN, as_csv, handout, row_of
from steg.ui.pair import read_cover, read_secret
from steg.ui.pictures import KEEP_FOR, errors_as_sentences, result_path, save_result
from steg.ui.survival import words_of

INTRO = (
    "One pair of pictures, hidden by every method there is here, and measured on the PNG files that come "
    "out. Then choose what happens to the pictures on their way, and see whose secret survives it."
)
LARGEST_SIDE = 512  # pixels; so that an attack on all methods is shown within seconds
SLOWEST = "prep-hide-reveal"  # to reveal: it may follow the others
DIGITS = 1, 3, 1, 3, 2, 2, 2  # after the point, of the figures as they are shown
READ_TABLE = (
    "PSNR and SSIM say how close two pictures are (from 40 dB on nobody sees a difference); bits per pixel "
    "say how much a method writes into the cover, where that can be counted."
)
READ_PLOT = (
    "Up: the cover changed less. Right: the secret came back better. Best is the upper right corner. "
    "Point at a circle, or touch it, to read which method it is."
)
READ_ATTACK = (
    "An attack is done for real, with Pillow, to every stego picture. Where a method gives noise or nothing, "
    "its secret did not survive. Only the robust network is made to outlive re-compression and resizing."
)


def build() -> None:
    """Lays out the tab."""
    gr.Markdown(INTRO)
    cover, secret = pair.build("compare-", 260)
    strength = gr.Slider(0, 1, 0.5, step=0.05, label="Strength: invisible (0) to faithful (1)")
    start = gr.Button("Compare", variant="primary", size="lg")
    message = gr.Markdown(elem_classes="notice", min_height=60, label="Message")
    figures = gr.JSON(visible=False)
    results = gr.State([], time_to_live=KEEP_FOR)
    transmissions = gr.State([], time_to_live=KEEP_FOR)

    with gr.Column(visible=False) as finished:
        table = gr.Markdown(elem_classes="figures")
        gr.Markdown(READ_TABLE)
        gallery = _pictures("Stego | residual | revealed")
        plot = gr.ScatterPlot(  # a title, as a label would push the legend out of the frame
            x="secret PSNR in dB", y="cover PSNR in dB", color="method",
            title="Cover against secret", show_label=False, tooltip="all", height=360, buttons=[],
        )  # fmt: skip
        gr.Markdown(READ_PLOT)
        gr.Markdown("## What survives")
        gr.Markdown(READ_ATTACK)
        kind = gr.Radio([(a.label, name) for name, a in ATTACKS.items()], value="jpeg", label="Attack")
        setting = _setting("jpeg")
        survived = _pictures("Revealed after the attack")
        survival_table = gr.Markdown(elem_classes="figures")
        with gr.Row():
            csv_file = gr.DownloadButton("Download the table (CSV)", min_width=240)
            sheet_file = gr.DownloadButton("Download the handout (PNG)", min_width=240)

    @on_gpu
    def compare(cover: str, secret: str, strength: float = 0.5, progress=gr.Progress()):  # noqa: B008
        """Hides one pair by every method and measures what comes out of the PNG files.

        Args:
            cover: the picture that will be seen, at least 16x16; made smaller to at most 512 pixels a side.
            secret: the picture to hide, made smaller likewise.
            strength: from 0, the cover changes least, to 1, the secret comes back best.

        Returns:
            A sentence, the figures of each method; the same as a table in Markdown; and for each method stego
            picture, residual and revealed secret.
        """
        with errors_as_sentences():
            pictures = [
                _shrunk(read(path).image) for read, path in ((read_cover, cover), (read_secret, secret))
            ]
            done, failed = [], []
            for number, name in enumerate(METHODS):
                progress(number / len(METHODS), desc=name)
                try:
                    done.append(evaluate(loader.demonstration_method(name), *pictures, strength))
                except StegError as error:
                    failed.append(f"{name}: {error}")
        size = "x".join(map(str, pictures[0].size))
        sentence = " ".join([f"Done, at {size} pixels.", *failed])
        return (
            sentence,
            [row_of(r) for r in done],
            _table(done),
            _gallery(done),
            done,
        )

    @on_gpu
    def attack_all(results: list[Result], kind: str, setting: float) -> Iterator[tuple]:
        """Quick methods first; the slowest follows."""
        with errors_as_sentences():
            channel = ATTACKS[kind].at(setting)
            order = [r for r in results if r.method != SLOWEST], [r for r in results if r.method == SLOWEST]
            done: dict[str, Transmission] = {}
            for part in filter(None, order):
                done |= {
                    r.method: transmit(loader.demonstration_method(r.method), r.stego, r.secret, channel)
                    for r in part
                }
                those = [r for r in results if r.method in done]
                after = [done[r.method] for r in those]
                yield _survival_gallery(those, after), _survival_table(those, after), after

    nothing = (gr.Column(visible=False), "")
    attacked = {"inputs": [results, kind, setting], "outputs": [survived, survival_table, transmissions]}
    (
        start.click(lambda: nothing, None, [finished, message], **AT_ONCE)
        .then(
            compare, [cover, secret, strength], [message, figures, table, gallery, results],
            show_progress_on=message, api_name="compare", **NETWORK,
        )
        .success(lambda: gr.Column(visible=True), None, finished, **AT_ONCE)
        .success(_frame, results, plot, **AT_ONCE)
        .success(attack_all, **attacked, **PRIVATE, **NETWORK)
    )  # fmt: skip
    gr.on([cover.change, secret.change], lambda: nothing, None, [finished, message], **AT_ONCE)
    setting.input(attack_all, **attacked, **LATEST, **NETWORK)
    kind.change(_setting, kind, setting, **AT_ONCE).then(attack_all, **attacked, **PRIVATE, **NETWORK)
    transmissions.change(_files, [results, transmissions, kind, setting], [csv_file, sheet_file], **PRIVATE)


def _pictures(label: str) -> gr.Gallery:
    """Three pictures a row, shown whole and without loss."""
    return gr.Gallery(label=label, columns=3, elem_classes="whole", format="png", buttons=["fullscreen"])


def _setting(kind: str) -> gr.Slider:
    """The attack's one number, from the mildest on the left to the harshest on the right."""
    a = ATTACKS[kind]
    low, high = sorted((a.mildest, a.harshest))
    harsher = "right" if a.harshest > a.mildest else "left"
    return gr.Slider(
        low, high, a.default, step=a.step, label=f"{a.label}: {a.setting}", info=f"Harsher to the {harsher}"
    )


def _shrunk(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    return small


def _frame(results: list[Result]) -> pd.DataFrame:
    return pd.DataFrame([row_of(result) for result in results], columns=list(COLUMNS))


def _table(results: list[Result]) -> str:
    """The figures, rounded for reading, as Markdown."""
    rows = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for name, *figures in (row_of(r).values() for r in results):
        cells = ["" if x is None else f"{x:.{n}f}" for x, n in zip(figures, DIGITS, strict=True)]
        rows.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join(rows)


def _survival_table(results: list[Result], transmissions: list[Transmission]) -> str:
    """What survived, in figures and words, as Markdown."""
    rows = ["| method | secret PSNR before | after | |", "|---|---|---|---|"]
    for r, t in zip(results, transmissions, strict=True):
        after = "nothing" if t.secret_psnr is None else f"{t.secret_psnr:.1f} dB"
        rows.append(f"| {r.method} | {r.secret_psnr:.1f} dB | {after} | {words_of(t)} |")
    return "\n".join(rows)


def _gallery(results: list[Result]) -> list[tuple[str, str]]:
    pictures = []
    for r in results:
        pictures += [
            (save_result(r.stego, f"{r.method}-stego.png"), f"{r.method}: stego, {r.cover_psnr:.1f} dB"),
            (save_result(r.residual(GAIN), f"{r.method}-residual.png"), f"{r.method}: residual x{GAIN}"),
            (
                save_result(r.revealed, f"{r.method}-revealed.png"),
                f"{r.method}: revealed, {r.secret_psnr:.1f} dB",
            ),
        ]
    return pictures


def _survival_gallery(results: list[Result], transmissions: list[Transmission]) -> list[tuple[str, str]]:
    """What each method still reveals; where it refuses, what was received and why nothing comes out of it."""
    pictures = []
    for r, t in zip(results, transmissions, strict=True):
        picture = t.revealed or t.received
        what = "nothing; this arrived" if t.revealed is None else f"{t.secret_psnr:.1f} dB"
        pictures.append((save_result(picture, f"{r.method}-survived.png"), f"{r.method}: {what}"))
    return pictures


def _files(
    results: list[Result], transmissions: list[Transmission], kind: str, setting: float
) -> tuple[str, str]:
    """The table and the handout as files."""
    table = result_path("comparison.csv")
    table.write_text(as_csv(results), encoding="utf-8", newline="")
    sheet = handout(results[: len(transmissions)], transmissions, ATTACKS[kind].at(setting).label)
    return str(table), save_result(sheet, "comparison.png")
