"""The running server through gradio_client: what its endpoints take and return."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from steg import Status, load
from steg.images.metrics import psnr
from steg.methods import OFFERED

EXAMPLES = Path(__file__).parents[2] / "examples"
COVER, SECRET = EXAMPLES / "coffee.jpg", EXAMPLES / "cat.png"


def hide(client: Client, cover: Path = COVER, secret: Path = SECRET) -> tuple[str, str, dict]:
    return client.predict(handle_file(cover), handle_file(secret), api_name="/hide")


def test_hide_then_reveal_over_the_api(client):
    stego, message, _ = hide(client)
    assert Path(stego).name == "coffee.png" and "coffee.png: 600x400 pixels" in message
    assert (
        Image.open(stego).tobytes() == load().hide(COVER, SECRET).tobytes()
    )  # not one sample lost on the way
    secret, status, _ = client.predict(handle_file(stego), api_name="/reveal")
    assert status.startswith("**Found and intact:**")
    assert Path(secret).name == "coffee-secret.png"
    assert psnr(np.asarray(Image.open(secret)), np.asarray(Image.open(SECRET).convert("RGB"))) > 30


def test_only_these_endpoints_are_public_and_documented(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    parameters = {n: [p["parameter_name"] for p in e["parameters"]] for n, e in endpoints.items()}
    assert parameters == {
        "/hide": ["cover", "secret", "strength", "method", "passphrase", "kind", "text", "file", "app"],
        "/reveal": ["stego", "passphrase"],
        "/inspect": ["stego", "cover", "secret"],
        "/compare": ["cover", "secret", "strength"],
    }


def test_results_for_programs(client):
    stego, _, details = hide(client)
    measured = psnr(np.asarray(Image.open(stego)), np.asarray(Image.open(COVER).convert("RGB")))
    assert details.pop("cover_psnr") == pytest.approx(measured, abs=0.01)
    assert details == {"method": "file", "width": 600, "height": 400, "bytes": Path(stego).stat().st_size}
    *_, details = client.predict(handle_file(stego), api_name="/reveal")
    assert details == {"found": True, "status": "intact", "kind": "picture", "method": "file"}
    *_, details = client.predict(handle_file(COVER), api_name="/reveal")
    assert details == {"found": False, "status": "no_header", "kind": None, "method": None}


def test_the_api_names_its_results_and_describes_its_arguments(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert [result["label"] for result in endpoints["/hide"]["returns"]] == ["stego", "message", "details"]
    assert [result["label"] for result in endpoints["/reveal"]["returns"]] == ["secret", "status", "details"]
    for endpoint in endpoints.values():
        for parameter in endpoint["parameters"]:
            assert parameter["python_type"]["description"], parameter["parameter_name"]


def test_strength_over_the_api(client):
    stego, _, _ = client.predict(handle_file(COVER), handle_file(SECRET), 1, api_name="/hide")
    assert Image.open(stego).tobytes() == load("file").hide(COVER, SECRET, strength=1).tobytes()


def test_pictures_of_the_other_network_are_recognised(client, tmp_path):
    load("invertible").hide(COVER, SECRET).save(tmp_path / "stego.png")
    _, status, _ = client.predict(handle_file(tmp_path / "stego.png"), api_name="/reveal")
    assert status.startswith("**Found and intact:**")


def test_a_robust_picture_comes_back_from_a_jpeg_file_over_the_api(client, tmp_path):
    stego, message, _ = client.predict(
        handle_file(COVER), handle_file(SECRET), method="robust", api_name="/hide"
    )
    assert "coffee.png: 600x400" in message
    Image.open(stego).save(tmp_path / "sent.jpg", quality=80)
    secret, status, _ = client.predict(handle_file(tmp_path / "sent.jpg"), api_name="/reveal")
    assert status.startswith("**Found, with")
    assert psnr(np.asarray(Image.open(secret)), np.asarray(Image.open(SECRET).convert("RGB"))) > 20


def test_a_recompressed_picture_of_another_method_is_said_to_be(client, tmp_path):
    Image.open(hide(client)[0]).save(tmp_path / "sent.jpg", quality=90)
    secret, status, _ = client.predict(handle_file(tmp_path / "sent.jpg"), api_name="/reveal")
    assert secret is None and status.startswith("**Nothing found:**") and "This is a JPEG file" in status
    assert "just any photograph" in status and "Through a chat or a web page" in status


def test_a_locked_picture_opens_with_its_passphrase_only(client):
    options = {"passphrase": "open sesame", "api_name": "/hide"}
    stego, _, _ = client.predict(handle_file(COVER), handle_file(SECRET), **options)
    nothing, status, _ = client.predict(handle_file(stego), api_name="/reveal")
    assert nothing is None and status.startswith("**Found, and locked:**")
    with pytest.raises(AppError, match="not the passphrase"):
        client.predict(handle_file(stego), "open", api_name="/reveal")
    secret, status, _ = client.predict(handle_file(stego), "open sesame", api_name="/reveal")
    assert status.startswith("**Found and intact:**")
    assert psnr(np.asarray(Image.open(secret)), np.asarray(Image.open(SECRET).convert("RGB"))) > 38


def test_a_text_and_a_file_over_the_api(client, tmp_path):
    stego, _, _ = client.predict(handle_file(COVER), kind="text", text="Meet me at nine.", api_name="/hide")
    found, status, _ = client.predict(handle_file(stego), api_name="/reveal")
    assert Path(found).read_text() == "Meet me at nine." and status.startswith("**Found and intact:**")
    document = tmp_path / "minutes.pdf"
    document.write_bytes(bytes(range(256)))
    options = {"kind": "file", "file": handle_file(document), "passphrase": "x", "api_name": "/hide"}
    stego, _, _ = client.predict(handle_file(COVER), **options)
    found, _, _ = client.predict(handle_file(stego), "x", api_name="/reveal")
    assert Path(found).name == "minutes.pdf" and Path(found).read_bytes() == document.read_bytes()


def test_inspect_over_the_api(client, tmp_path):
    stego = load("lsb").hide(COVER, SECRET)
    stego.save(tmp_path / "stego.png")
    pictures = [handle_file(tmp_path / "stego.png"), handle_file(COVER), handle_file(SECRET)]
    report, figures = client.predict(*pictures, api_name="/inspect")
    assert report.startswith("**A picture shows in the lowest bits.**")
    assert figures["detectors"]["plane_order"] > 0.05 and figures["leakage"]["colours"] > 0.1
    assert sum(figures["histogram"].values()) == pytest.approx(1)
    report, figures = client.predict(pictures[0], None, None, api_name="/inspect")
    assert set(figures) == {"detectors"}
    with pytest.raises(AppError, match="The cover is 451x300 pixels and the stego picture 600x400"):
        client.predict(pictures[0], handle_file(SECRET), None, api_name="/inspect")


def test_compare_over_the_api(client):
    sentence, figures, table, gallery = client.predict(
        handle_file(COVER), handle_file(SECRET), 0.5, api_name="/compare"
    )
    assert sentence.startswith("Compared at 512x341 pixels. **file** changed the cover least")
    assert [row["method"] for row in figures] == list(OFFERED)
    floors = dict.fromkeys(OFFERED, 30) | {"prep-hide-reveal": 28, "robust": 26}
    assert all(row["secret PSNR in dB"] > floors[row["method"]] for row in figures)
    assert len(gallery) == 3 * len(OFFERED) and all(name in table for name in OFFERED)
    stego = Image.open(gallery[0]["image"])
    assert stego.format == "PNG" and load().reveal(stego).status is Status.INTACT


def test_a_picture_without_a_secret_is_said_to_have_none(client):
    _, status, _ = client.predict(handle_file(COVER), api_name="/reveal")
    assert status.startswith("**Nothing found:**")


def test_users_at_the_same_time_get_their_own_pictures(client):
    pairs = [(COVER, SECRET), (SECRET, COVER), (EXAMPLES / "tulips.png", COVER)]
    with ThreadPoolExecutor(3) as pool:
        stegos = list(pool.map(lambda pair: hide(client, *pair)[0], pairs))
    for stego, pair in zip(stegos, pairs, strict=True):
        assert Image.open(stego).tobytes() == load().hide(*pair).tobytes()
