"""What an attack leaves of the secrets of all methods: pictures, figures, and files to take away."""

from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from steg.channels import ATTACKS
from steg.evaluation import Result, Transmission, transmit
from steg.ui import loader
from steg.ui.gpu import on_gpu
from steg.ui.handout import as_csv, handout
from steg.ui.markdown import table
from steg.ui.pictures import errors_as_sentences, result_path, save_result
from steg.ui.survival import SURVIVED, level_of

HEADS = "method", "cover: PSNR, SSIM", "secret: PSNR, SSIM", "bits per pixel", "seconds to hide, to reveal"
AFTER = "secret after the attack"


def setting_of(kind: str, value: float | None = None) -> gr.Slider:
    """The attack's one number, if not `value` its default, from its lowest to its highest."""
    a = ATTACKS[kind]
    low, high = sorted((a.mildest, a.harshest))
    harsher = "right" if a.harshest > a.mildest else "left"
    return gr.Slider(
        low,
        high,
        a.default if value is None else value,
        step=a.step,
        label=f"{a.label}: {a.setting}",
        info=f"Harsher to the {harsher}",
    )


@on_gpu
def attack_all(
    results: list[Result], kind: str, setting: float, progress: gr.Progress = gr.Progress()
) -> Iterator[tuple[list[tuple[str, str]], str, str, Any]]:
    """Attacks the stego pictures of all methods, each shown as it is done; files are written at the end.

    Yields:
        What each method still reveals; who survives; the table of all figures; at last, all transmissions.
    """
    with errors_as_sentences():
        channel = ATTACKS[kind].at(setting)
        done: dict[str, Transmission] = {}
        for number, r in enumerate(results):
            progress(number / len(results), desc=r.method)
            done[r.method] = transmit(loader.method(r.method), r.stego, r.secret, channel)
            pictures, table = survival_gallery(results, done), table_of(results, done)
            if len(done) < len(results):
                yield pictures, "", table, gr.skip()
        yield pictures, survivors(done, channel.label), table, list(done.values())


def survival_gallery(results: list[Result], done: Mapping[str, Transmission]) -> list[tuple[str, str]]:
    """What each method still reveals; where it refuses, what was received."""
    return [
        (
            save_result(done[r.method].revealed or done[r.method].received, f"{r.method}-survived.png"),
            f"{r.method} after it: {caption_of(done[r.method])}",
        )
        for r in results
        if r.method in done
    ]


def caption_of(transmission: Transmission) -> str:
    """What is seen in the gallery."""
    return "nothing; this arrived" if transmission.revealed is None else level_of(transmission)


def survivors(done: Mapping[str, Transmission], attack: str) -> str:
    """Whose secrets can be recognised after an attack, as Markdown."""
    survive = [name for name, t in done.items() if (t.secret_psnr or 0.0) >= SURVIVED]
    if not survive:
        return f"After the attack ({attack}) **no secret can be recognised**."
    if len(survive) == len(done):
        return f"After the attack ({attack}) **all secrets can be recognised**."
    return f"After the attack ({attack}) only the secret of **{', '.join(survive)}** can be recognised."


def write_files(
    results: list[Result], transmissions: list[Transmission], kind: str, setting: float
) -> tuple[str, str]:
    """The table and the handout as files."""
    path = result_path("comparison.csv")
    path.write_text(as_csv(results), encoding="utf-8", newline="")
    sheet = handout(results[: len(transmissions)], transmissions, ATTACKS[kind].at(setting).label)
    return str(path), save_result(sheet, "comparison.png")


def table_of(results: list[Result], transmissions: Mapping[str, Transmission] | None = None) -> str:
    """The figures, rounded for reading, as Markdown; with what an attack left, where there was one."""
    heads = list(HEADS)
    if transmissions is not None:
        heads.insert(3, AFTER)
    rows = []
    for r in results:
        cells = [
            r.method,
            fidelity_in_words(r.cover_psnr, r.cover_ssim),
            fidelity_in_words(r.secret_psnr, r.secret_ssim),
            "" if r.bits_per_pixel is None else f"{r.bits_per_pixel:.2f}",
            f"{r.hide_seconds:.1f}, {r.reveal_seconds:.1f}",
        ]
        if transmissions is not None:
            cells.insert(3, level_of(transmissions[r.method]) if r.method in transmissions else "...")
        rows.append(cells)
    return table(heads, rows)


def fidelity_in_words(level: float, similarity: float | None) -> str:
    """PSNR and SSIM, the latter where it can be computed."""
    return f"{level:.1f} dB" + ("" if similarity is None else f", {similarity:.3f}")
