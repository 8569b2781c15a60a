"""The Compare tab: one pair through all methods, and what an attack leaves of each."""

import json
from collections.abc import Iterator

import gradio as gr
import pandas as pd

from steg.channels import ATTACKS
from steg.errors import StegError
from steg.evaluation import Result, Transmission, evaluate, transmit
from steg.methods import OFFERED
from steg.ui import examples, loader, pair
from steg.ui.events import AT_ONCE, LATEST, NETWORK, PRIVATE, Handler
from steg.ui.gpu import on_gpu
from steg.ui.handout import COLUMNS, GAIN, as_csv, handout, row_of
from steg.ui.inspect import trained_detectors
from steg.ui.markdown import heading, table
from steg.ui.pictures import KEEP_FOR, errors_as_sentences, fitted, result_path, save_result
from steg.ui.processes import apart
from steg.ui.survival import level_of, words_of

INTRO = (
    "One pair of pictures, hidden by every method there is here, and measured on the PNG files that come "
    "out. Then choose what happens to the pictures on their way, and see whose secret survives it."
)
TRADEOFF = examples.FOLDER / "tradeoff.json"
COLOURS = dict(zip(OFFERED, trained_detectors.COLOURS, strict=False))  # the same in both plots
Y_LIMITS: list[float | None] = [30, 56]  # dB, that hold what was measured
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
READ_CURVES = (
    "The same for {pairs} pairs of Kodak's photographs: the mean of each method at strengths from 0 (upper "
    "left) to 1 (lower right), or at the only one it has. The further up and to the right a row of circles, "
    "the better."
)
READ_ATTACK = (
    "An attack is done for real, with Pillow, to every stego picture. Where a method gives noise or nothing, "
    "its secret did not survive. Only the robust network is made to outlive re-compression and resizing; "
    "file outlives local damage: a scribble of some percent leaves a coarser secret."
)


def build() -> None:
    """Lays out the tab."""
    heading("Cover and secret", seen=False)
    gr.Markdown(INTRO)
    cover, secret = pair.build("compare-", 260)
    strength = gr.Slider(0, 1, 0.5, step=0.05, label="Strength: invisible (0) to faithful (1)")
    start = gr.Button("Compare", variant="primary", size="lg")
    message = gr.Markdown(elem_classes="notice", min_height=60, label="Message")
    figures = gr.JSON(visible=False)
    results = gr.State([], time_to_live=KEEP_FOR)
    with gr.Column(visible=False) as finished:
        heading("All methods on this pair")
        figures_table = gr.Markdown(elem_classes="figures")
        gr.Markdown(READ_TABLE)
        heading("Stego pictures, residuals and secrets", seen=False)
        gallery = _gallery("Stego | residual | revealed")
        heading("Cover against secret", seen=False)
        plot = gr.ScatterPlot(  # a title, as a label would push the legend out of the frame
            x="secret PSNR in dB", y="cover PSNR in dB", color="method",
            title="Cover against secret", show_label=False, tooltip="all", height=360, buttons=[],
            color_map=COLOURS,
        )  # fmt: skip
        gr.Markdown(READ_PLOT)
        tradeoff = json.loads(TRADEOFF.read_text())
        gr.ScatterPlot(
            curves(tradeoff), x="secret PSNR in dB", y="cover PSNR in dB", color="method",
            title="Cover against secret, by strength", show_label=False, tooltip="all", height=360,
            buttons=[], color_map=COLOURS, y_lim=Y_LIMITS,
        )  # fmt: skip
        gr.Markdown(READ_CURVES.format(pairs=tradeoff["pairs"]))
        show_attack = _build_attack(results)

    gr.on([cover.change, secret.change], clear, None, [finished, message], **AT_ONCE)
    (
        start.click(clear, None, [finished, message], **AT_ONCE)
        .then(
            apart(compare), [cover, secret, strength], [message, figures, figures_table, gallery, results],
            show_progress_on=message, api_name="compare", **NETWORK,
        )
        .success(show_results, None, finished, **AT_ONCE)
        .success(plot_of, results, plot, **AT_ONCE)
        .success(*show_attack, **PRIVATE, **NETWORK)
    )  # fmt: skip


def _build_attack(results: gr.State) -> Handler:
    """Lays out the attack on the results; returns what shows it."""
    heading("What survives")
    gr.Markdown(READ_ATTACK)
    kind = gr.Radio([(a.label, name) for name, a in ATTACKS.items()], value="jpeg", label="Attack")
    setting = setting_of("jpeg")
    gallery = _gallery("Revealed after the attack")
    figures = gr.Markdown(elem_classes="figures")
    with gr.Row():
        csv_file = gr.DownloadButton("Download the table (CSV)", min_width=240)
        sheet_file = gr.DownloadButton("Download the handout (PNG)", min_width=240)
    transmissions = gr.State([], time_to_live=KEEP_FOR)

    show = Handler(apart(attack_all), [results, kind, setting], [gallery, figures, transmissions])
    gr.on([setting.input], *show, **LATEST, **NETWORK)
    kind.change(setting_of, kind, setting, **AT_ONCE).then(*show, **PRIVATE, **NETWORK)
    transmissions.change(
        write_files, [results, transmissions, kind, setting], [csv_file, sheet_file], **PRIVATE
    )
    return show


def _gallery(label: str) -> gr.Gallery:
    """Three pictures a row, shown whole and without loss."""
    return gr.Gallery(label=label, columns=3, elem_classes="whole", format="png", buttons=["fullscreen"])


def clear() -> tuple[gr.Column, str]:
    """Hides the results, which are those of other pictures."""
    return gr.Column(visible=False), ""


def show_results() -> gr.Column:
    """Shows the results."""
    return gr.Column(visible=True)


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
        A sentence, the figures of each method; the same as a table in Markdown; and for each method stego
        picture, residual and revealed secret.
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
    sentence = " ".join([f"Done, at {before.width}x{before.height} pixels.", *failed])
    return sentence, [row_of(r) for r in results], table_of(results), gallery_of(results), results


def plot_of(results: list[Result]) -> pd.DataFrame:
    """The figures that the plot shows."""
    return pd.DataFrame([row_of(result) for result in results], columns=list(COLUMNS))


def curves(tradeoff: dict) -> pd.DataFrame:
    """Every method at every strength, as `python -m train.evaluate --curve` measured them."""
    rows = [
        (name, point["strength"], point["secret_psnr"], point["cover_psnr"])
        for name, points in tradeoff["methods"].items()
        for point in points
    ]
    return pd.DataFrame(rows, columns=["method", "strength", "secret PSNR in dB", "cover PSNR in dB"])


def table_of(results: list[Result]) -> str:
    """The figures, rounded for reading, as Markdown."""
    rows = []
    for result in results:
        _, *figures = row_of(result).values()
        cells = ["" if x is None else f"{x:.{n}f}" for x, n in zip(figures, DIGITS, strict=True)]
        rows.append([result.method, *cells])
    return table(list(COLUMNS), rows)


def gallery_of(results: list[Result]) -> list[tuple[str, str]]:
    """Stego picture, residual and revealed secret of each method, with captions."""
    pictures = []
    for r in results:
        for name, image, caption in (
            ("stego", r.stego, f"stego, {r.cover_psnr:.1f} dB"),
            ("residual", r.residual(GAIN), f"residual x{GAIN}"),
            ("revealed", r.revealed, f"revealed, {r.secret_psnr:.1f} dB"),
        ):
            pictures.append((save_result(image, f"{r.method}-{name}.png"), f"{r.method}: {caption}"))
    return pictures


def setting_of(kind: str) -> gr.Slider:
    """The attack's one number, from the mildest on the left to the harshest on the right."""
    a = ATTACKS[kind]
    low, high = sorted((a.mildest, a.harshest))
    harsher = "right" if a.harshest > a.mildest else "left"
    return gr.Slider(
        low, high, a.default, step=a.step, label=f"{a.label}: {a.setting}", info=f"Harsher to the {harsher}"
    )


@on_gpu
def attack_all(
    results: list[Result], kind: str, setting: float
) -> Iterator[tuple[list[tuple[str, str]], str, list[Transmission]]]:
    """Attacks the stego pictures of all methods, the quick ones first; the slowest follows."""
    with errors_as_sentences():
        channel = ATTACKS[kind].at(setting)
        order = [r for r in results if r.method != SLOWEST], [r for r in results if r.method == SLOWEST]
        done: dict[str, Transmission] = {}
        for part in filter(None, order):
            for r in part:
                method = loader.method(r.method)
                done[r.method] = transmit(method, r.stego, r.secret, channel)
            attacked = [(r, done[r.method]) for r in results if r.method in done]
            after = [transmission for _, transmission in attacked]
            yield survival_gallery(attacked), survival_table(attacked), after


def survival_gallery(attacked: list[tuple[Result, Transmission]]) -> list[tuple[str, str]]:
    """What each method still reveals; where it refuses, what was received and why nothing comes out of it."""
    return [
        (
            save_result(t.revealed or t.received, f"{r.method}-survived.png"),
            f"{r.method}: {'nothing; this arrived' if t.revealed is None else level_of(t)}",
        )
        for r, t in attacked
    ]


def survival_table(attacked: list[tuple[Result, Transmission]]) -> str:
    """What survived, in figures and words, as Markdown."""
    rows = [[r.method, f"{r.secret_psnr:.1f} dB", level_of(t), words_of(t)] for r, t in attacked]
    return table(["method", "secret PSNR before", "after", "what it shows"], rows)


def write_files(
    results: list[Result], transmissions: list[Transmission], kind: str, setting: float
) -> tuple[str, str]:
    """The table and the handout as files."""
    path = result_path("comparison.csv")
    path.write_text(as_csv(results), encoding="utf-8", newline="")
    sheet = handout(results[: len(transmissions)], transmissions, ATTACKS[kind].at(setting).label)
    return str(path), save_result(sheet, "comparison.png")
