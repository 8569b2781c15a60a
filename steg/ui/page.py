"""The page as Gradio serves it, with an API for programs: named results, documented arguments, sentences."""

import json
from typing import Any

import gradio as gr
from gradio import queueing
from gradio.block_function import BlockFunction
from gradio.utils import get_function_description

from steg.ui.pictures import unopened
from steg.ui.times import words

RESULTS = {  # of the API's calls, in their order
    "hide": ["stego", "message", "details"],
    "reveal": ["secret", "status", "details"],
    "inspect": ["report", "figures"],
    "compare": ["message", "figures", "table", "pictures"],
}
UNUSABLE = "The arguments are too few or of the wrong kind: {name} takes {expected} (see /?view=api)."
FULL = "{people} people are waiting already, and no more can: come back in {when}."
NOT_UNICODE = "A text among the arguments is not valid Unicode: it has half of a character (a surrogate)."


class Queue(queueing.Queue):
    """As Gradio's, which does not say when to come back where it is full."""

    async def push(self, *arguments: Any, **options: Any) -> Any:
        """Takes a request into the queue, or says why not."""
        taken, answer, why = await super().push(*arguments, **options)
        return (taken, self.full(), "error") if why == "queue_full" else (taken, answer, why)

    def full(self) -> str:
        """The sentence for those who do not fit: the wait by what requests of each kind took so far."""
        waiting = [event for queue in self.event_queue_per_concurrency_id.values() for event in queue.queue]
        wait = sum(self.process_time_per_fn[event.fn].avg_time for event in waiting)
        return FULL.format(people=len(waiting), when=words(max(wait, 60)))


class Page(gr.Blocks):
    """As `gr.Blocks`, which answers arguments that it cannot use with a bare "Error", and logs them."""

    def queue(self, *arguments: Any, **options: Any) -> "Page":
        """As Gradio's, with our sentence where it is full."""
        super().queue(*arguments, **options)
        self._queue.__class__ = Queue
        return self

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: Any, *arguments: Any, **options: Any
    ) -> list[Any]:
        """Turns what came in a request into arguments of a handler.

        Raises:
            gr.Error: with a sentence, if they are not what the handler takes.
        """
        for block in block_fn.inputs:  # what an event has changed is another object in the visitor's state
            image = state[block._id] if state is not None and block._id in state else block
            if isinstance(image, gr.Image) and "upload" in (image.elem_classes or ()):
                unopened(image)
        try:
            json.dumps(inputs, ensure_ascii=False).encode()
            return await super().preprocess_data(block_fn, inputs, state, *arguments, **options)
        except UnicodeEncodeError:
            raise gr.Error(NOT_UNICODE, print_exception=False) from None
        except gr.Error as error:
            raise gr.Error(error.message, print_exception=False) from None
        except Exception:
            names = ", ".join(name for name in block_fn.input_parameter_names or () if name)
            sentence = UNUSABLE.format(name=f"/{block_fn.api_name}", expected=names or len(block_fn.inputs))
            raise gr.Error(sentence, print_exception=False) from None

    def get_api_info(self, *arguments: Any, **options: Any) -> Any:
        """The API's description, with what the docstrings say of each argument, and the results' names."""
        info: Any = super().get_api_info(*arguments, **options)
        functions = {f"/{fn.api_name}": fn.fn for fn in self.fns.values() if fn.fn}
        for name, endpoint in info["named_endpoints"].items():
            _, described, _ = get_function_description(functions[name])
            for parameter in endpoint["parameters"]:
                said = described.get(parameter["parameter_name"])
                parameter["python_type"]["description"] = said or parameter["python_type"]["description"]
            for result, label in zip(endpoint["returns"], RESULTS.get(name[1:], ()), strict=False):
                result["label"] = label
        return info
