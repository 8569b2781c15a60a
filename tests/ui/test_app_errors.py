"""The running server through gradio_client: errors are sentences, leave no files and log no names."""

import json
import shutil
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from ui_helpers import SLOW, eventually

from steg import ui
from steg.ui import uploads

EXAMPLES = Path(__file__).parents[2] / "examples"
COVER, SECRET = EXAMPLES / "coffee.jpg", EXAMPLES / "cat.png"
JSON = {"content-type": "application/json"}
AWKWARD = Path(__file__).parents[1] / "awkward"


def hide(client: Client, cover: Path = COVER, secret: Path = SECRET) -> tuple[str, str, dict]:
    return client.predict(handle_file(cover), handle_file(secret), api_name="/hide")


@pytest.mark.parametrize(
    ("call", "data", "sentence"),
    [
        ("hide", [], "too few or of the wrong kind: /hide takes cover, secret, strength, method"),
        ("hide", [None, None, "much", "file", "", "picture", "", None], "wrong kind"),
        ("hide", ["a path", None, 0.5, "file", "", "picture", "", None], "wrong kind"),
        ("reveal", [None, "\ud800"], "not valid Unicode"),
        ("reveal", [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, ""], "wrong kind"),
        ("reveal", [7, ""], "wrong kind"),
    ],
)
def test_arguments_of_the_wrong_kind_end_in_a_sentence_and_log_nothing(url, capfd, call, data, sentence):
    address = f"{url}gradio_api/call/{call}"
    begun = httpx.post(address, content=json.dumps({"data": data}), headers=JSON, timeout=SLOW)
    answer = httpx.get(f"{address}/{begun.json()['event_id']}", timeout=SLOW).text
    assert "event: error" in answer and sentence in answer, answer
    logged = capfd.readouterr()
    assert logged.out + logged.err == ""


def test_a_passphrase_is_never_ignored(client):
    options = {"method": "predictive", "passphrase": "x", "api_name": "/hide"}
    with pytest.raises(AppError, match="takes no passphrase"):
        client.predict(handle_file(COVER), handle_file(SECRET), **options)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("text_named.png", "The cover is not a picture that Steg can read"),
        ("plain.svg", "The cover is not a picture"),
        ("truncated.png", "The cover is damaged or cut short"),
        ("bomb.gif", "The cover has hundreds of megapixels"),
        ("elongated_8192x2.png", "The cover is 8192x2 pixels"),
        ("empty.png", "The cover is empty"),
    ],
)
def test_errors_arrive_as_sentences(client, file, sentence):
    with pytest.raises(AppError, match=sentence):
        hide(client, AWKWARD / file)


def test_more_than_64_megapixels_are_not_revealed_from(client, tmp_path):
    Image.new("1", (9000, 8000)).save(tmp_path / "large.png")
    with pytest.raises(AppError, match=r"72.0 megapixels .* the limit is 64"):
        client.predict(handle_file(tmp_path / "large.png"), api_name="/reveal")


def test_a_missing_picture_is_asked_for(client):
    with pytest.raises(AppError, match="Choose a secret first"):
        client.predict(handle_file(COVER), None, api_name="/hide")


def test_a_picture_inside_the_request_is_refused(client):
    inline = {"url": "data:image/png;base64,iVBORw0KGgo=", "meta": {"_type": "gradio.FileData"}}
    with pytest.raises(AppError, match="Send the picture as a file"):
        client.predict(inline, api_name="/reveal")


def test_uploads_and_results_are_deleted(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    cover, secret = (shutil.copy(p, tmp_path / f"private-{p.name}") for p in (COVER, SECRET))
    remove_old, ages = uploads.remove_old, []

    def remove_old_now(page, age: float) -> None:
        ages.append(0 if grown_old else age)
        remove_old(page, ages[-1])

    grown_old = False
    monkeypatch.setattr(uploads, "remove_old", remove_old_now)
    page = ui.build()
    _, address, _ = ui.launch(page, clean_every=0.2, keep_for=3600, prevent_thread_lock=True, quiet=True)

    def kept() -> set[str]:
        return {p.name for p in (tmp_path / "uploads").rglob("private-*")}

    try:
        hide(Client(address, verbose=False, download_files=tmp_path / "downloads"), cover, secret)
        (tmp_path / "uploads" / "private-forgotten.png").touch()  # of a request that came to no end
        looked = len(ages)
        assert eventually(lambda: len(ages) > looked + 1) and set(ages) == {3600}
        assert {"private-coffee.png", "private-forgotten.png"} <= kept()
        grown_old = True
        assert eventually(lambda: kept() == set())
    finally:
        page.close()


def test_no_telemetry_no_share_button_no_history(url):
    config = httpx.get(f"{url}config", timeout=SLOW).json()
    assert config["analytics_enabled"] is False
    assert not config.get("run_history")
    buttons = [c["props"].get("buttons") or [] for c in config["components"]]
    assert buttons and all("share" not in names for names in buttons)
