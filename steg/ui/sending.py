"""The one question before hiding, how the picture will be sent, and the settings for those who want more."""

from typing import NamedTuple

import gradio as gr

from steg import delivery
from steg.methods import DEFAULT, LOCKABLE, METHODS, Robust
from steg.ui.events import AT_ONCE, LATEST
from steg.ui.loader import LABELS

QUESTION = "How will you send it?"
AS_FILE, BY_CHAT = "As a file", "Through a chat or a web page"
COSTS = {
    AS_FILE: (
        "The highest fidelity: nobody sees a difference in the cover, and the secret comes back nearly as it "
        "was. But the file has to arrive as it is; any chat or web page that re-compresses it destroys the "
        "secret."
    ),
    BY_CHAT: (
        "The secret outlives JPEG and being made smaller. It costs fidelity: the cover changes more, and in "
        "smooth parts the change shows as grain; the secret comes back softer; and a large cover is made "
        "smaller."
    ),
}
THROUGH = "Through which app?"
THROUGH_INFO = (
    "Makes the file in the form that this app changes least; for any other app, leave it at Not sure"
)
APPS = [(profile.label, name) for name, profile in delivery.PROFILES.items()]
LOCK = (
    "Encrypts the secret: whoever opens it needs the same passphrase, and nobody can get a lost one back. "
    "Without one nothing is encrypted, and anyone who has Steg can reveal it."
)
SEND = {  # by method, after hiding
    DEFAULT: (
        "**Send it as a file** (e-mail attachment, file transfer, cloud folder). Messengers and web pages "
        "that re-compress pictures destroy what is hidden in it, and so does a screenshot."
    ),
    Robust.name: (
        "**Send it however you like**, through WhatsApp, Telegram or Signal, or on a web page: what comes "
        "back is coarser, the more was changed on the way. Somewhat smaller, cropped, turned or mirrored, "
        "the picture still holds the secret; a page that makes it much smaller and codes it as WebP can lose "
        "it. PNG keeps it best, JPEG is a smaller file."
    ),
}

SEND_AS_IT_IS = "**Send this very file.** {arrival}"


class Settings(NamedTuple):
    """The components of how the picture is made and sent."""

    method: gr.Dropdown
    app: gr.Dropdown
    passphrase: gr.Textbox
    strength: gr.Slider


def build() -> Settings:
    """Lays out question and settings."""
    question = gr.Radio([AS_FILE, BY_CHAT], value=AS_FILE, label=QUESTION, elem_id="question")
    cost = gr.Markdown(COSTS[AS_FILE])
    app = gr.Dropdown(
        APPS, value=delivery.ANY, label=THROUGH, info=THROUGH_INFO, visible=False, elem_id="app"
    )
    strength = gr.Slider(
        0, 1, 0.5, step=0.05, label="Strength: invisible (0) to faithful (1)",
        info="Left the cover changes less, right the secret comes back better; the receiver needs no setting",
    )  # fmt: skip
    passphrase = gr.Textbox(value="", type="password", label="Passphrase (optional)", max_lines=1, info=LOCK)
    with gr.Accordion("More methods", open=False):
        method = gr.Dropdown(
            list(LABELS.items()), value=DEFAULT, label="Method",
            info="Most networks know one strength only; the slider is hidden for those",
        )  # fmt: skip

    question.input(method_for, question, method, **LATEST, queue=False)
    method.change(settings_for, method, [question, cost, app, strength, passphrase], **AT_ONCE)
    return Settings(method, app, passphrase, strength)


def method_for(answer: str) -> str:
    """Name of the method that suits an answer to the question."""
    return Robust.name if answer == BY_CHAT else DEFAULT


def settings_for(method: str) -> tuple[str, str, gr.Dropdown, gr.Slider, gr.Textbox]:
    """Answer, its costs, and the settings that a method takes."""
    answer = BY_CHAT if method == Robust.name else AS_FILE
    return (
        answer,
        COSTS[answer],
        gr.Dropdown(visible=True)
        if answer == BY_CHAT
        else gr.Dropdown(APPS, value=delivery.ANY, visible=False),
        gr.Slider(visible=METHODS[method].has_strength),
        gr.Textbox(visible=method in LOCKABLE),
    )
