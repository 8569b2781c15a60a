"""Publishes the weights, and the app as a Space, on the Hugging Face Hub.

    python -m train.publish --repo OWNER/NAME --space OWNER/NAME --dry-run

Log in first (`hf auth login`). With --repo, weights, cards and a model card are uploaded in one commit, which
is then written into the cards in weights/. Commit those, and `steg.load` elsewhere fetches just these bytes.
"""

import argparse
import hashlib
import importlib.metadata
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from huggingface_hub import CardData, EvalResult, HfApi, ModelCard, ModelCardData, RepoCard

import steg
from steg.methods import Predictive
from steg.weights import FOLDER, NETWORKS, card_of

ROOT = Path(__file__).parents[1]
SPACE_FILES = ("app.py", "requirements.txt", "LICENSE", "steg", "examples", "weights")
THUMBNAIL = "examples/screenshot.jpg"
LICENCE_LINK = "https://www.image-net.org/download"
SETS = {
    "kodak": "Kodak, 24 pairs, centre 512x512",
    "tiny-imagenet-val": "Tiny ImageNet validation, 1,000 pairs",
}
METRICS = {
    "cover_psnr": "PSNR of the cover, dB",
    "secret_psnr": "PSNR of the secret, dB",
    "cover_ssim": "SSIM of the cover",
    "secret_ssim": "SSIM of the secret",
}


def gather_model(folder: Path, repo: str) -> None:
    """Puts into `folder` what the model repository gets: weights, cards, and the model card as README.md.

    Raises:
        StegError: if a card is incomplete or its weights are not those it describes.
    """
    cards = {}
    for name in NETWORKS:
        card = card_of(name)
        data = (FOLDER / card["file"]).read_bytes() if (FOLDER / card["file"]).exists() else b""
        if hashlib.sha256(data).hexdigest() != card["sha256"]:
            raise steg.StegError(
                f"{FOLDER / card['file']} is missing or not what its card describes (sha256)."
            )
        (folder / card["file"]).write_bytes(data)
        cards[name] = card | {"repo": repo, "revision": None}
        (folder / f"{name}.json").write_text(json.dumps(cards[name], indent=2) + "\n")
    (folder / "README.md").write_text(str(model_card(cards[Predictive.name], repo)))


def model_card(card: dict, repo: str) -> ModelCard:
    """The Hub's page of the weights: metadata and results in the Hub's own schema, and a text."""
    results = [
        EvalResult(
            task_type="image-to-image",
            task_name="hiding a photograph in a photograph, through PNG files",
            dataset_type=dataset,
            dataset_name=SETS[dataset],
            metric_type=metric.split("_")[1],
            metric_name=METRICS[metric],
            metric_value=figures[metric],
        )
        for dataset, figures in card["figures"].items()
        if dataset in SETS
        for metric in METRICS
    ]
    metadata = ModelCardData(
        language="en",
        license="other",
        license_name="imagenet-research-and-education",
        license_link=LICENCE_LINK,
        library_name="steg",
        pipeline_tag="image-to-image",
        tags=["steganography", "image-in-image", "pytorch", "safetensors"],
        datasets=["zh-plus/tiny-imagenet"],
        model_name=f"Steg {card['method']}",
        eval_results=results or None,
    )
    lines = [f"- {SETS[d]}: " + _in_short(f) for d, f in card["figures"].items() if d in SETS]
    training = card["training"]
    text = f"""
# Steg: a photograph inside a photograph

The weights of [Steg](https://huggingface.co/{repo}), which hides a full-size colour photograph inside another
one and gets it back. {card["parameters"]:,} parameters, safetensors, sha256 `{card["sha256"]}`.

## How to use

With Steg's code in the current folder:

```python
import steg

method = steg.load("predictive")  # fetches these weights, at the commit that the card in weights/ names
method.hide("cover.jpg", "secret.jpg").save("stego.png")
method.reveal("stego.png").image.save("secret.png")
```

## Results, through 8-bit PNG files

{chr(10).join(lines) or "Not measured yet."}

## Training

`{training["command"]}` on {training["data"]}: {training["steps"]:,} steps, {training["seconds"]:,} s on
{training["hardware"]}.

## Limits

Only a lossless file carries the secret: re-compression, resizing and screenshots destroy it, unless it was
hidden with `steg.load("robust")`, whose weights are here too. Hiding is not encryption: anyone with Steg can
reveal the picture, and statistics can tell that something is hidden.

## Licence

{card["licence"]} The code is MIT.
"""
    return ModelCard(f"---\n{metadata.to_yaml()}\n---\n{text}")


def _in_short(figures: dict) -> str:
    return (
        f"cover {figures['cover_psnr']} dB (worst {figures['cover_psnr_min']}), "
        f"secret {figures['secret_psnr']} dB (worst {figures['secret_psnr_min']})"
    )


def gather_space(folder: Path, space: str) -> None:
    """Puts into `folder` what this Space gets: the app, without tests, trainer and data.

    Weights that are on the Hub stay there; the Space fetches them when it is built.
    """
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in SPACE_FILES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(FOLDER if name == "weights" else source, folder / name, ignore=skip)
        else:
            shutil.copy(source, folder / name)
    published: dict[tuple[str, str], list[str]] = {}
    for name in NETWORKS:
        card = card_of(name)
        if card.get("repo") and card.get("revision"):
            (folder / "weights" / card["file"]).unlink(missing_ok=True)
            published.setdefault((card["repo"], card["revision"]), []).append(card["file"])
    (folder / "README.md").write_text(str(space_card(published, space)))


def space_card(published: dict[tuple[str, str], list[str]], space: str) -> RepoCard:
    """The README with the front matter of this Space; `published` maps repository and commit to files."""
    metadata: dict[str, Any] = {
        "title": "Steg",
        "emoji": "🖼️",
        "colorFrom": "indigo",
        "colorTo": "green",
        "sdk": "gradio",
        "sdk_version": importlib.metadata.version("gradio"),
        "python_version": "3.12",
        "app_file": "app.py",
        "license": "mit",
        "short_description": "Hide a photograph inside a photograph",
        "thumbnail": f"https://huggingface.co/spaces/{space}/resolve/main/{THUMBNAIL}",
        "tags": ["steganography", "image-to-image"],
    }
    if published:
        metadata["models"] = sorted({repo for repo, _ in published})
        metadata["preload_from_hub"] = [
            f"{repo} {','.join(files)} {revision}" for (repo, revision), files in published.items()
        ]
    return RepoCard(f"---\n{CardData(**metadata).to_yaml()}\n---\n\n{(ROOT / 'README.md').read_text()}")


def upload(api: HfApi, repo: str, folder: Path, kind: str) -> str:
    """Uploads a folder as one commit, creating the repository where there is none; returns the commit."""
    sdk = "gradio" if kind == "space" else None
    url = api.create_repo(repo, repo_type=kind, exist_ok=True, space_sdk=sdk)
    commit = api.upload_folder(
        repo_id=url.repo_id, repo_type=kind, folder_path=folder, commit_message="Published by train.publish"
    )
    return commit.oid


def record(repo: str, revision: str) -> None:
    """Writes into the cards in weights/ where the published files are."""
    for name in NETWORKS:
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps(card_of(name) | {"repo": repo, "revision": revision}, indent=2) + "\n")


def publish(repo: str | None, space: str | None, dry_run: bool) -> None:
    """Uploads what is named, or says what would be uploaded.

    Raises:
        StegError: if the weights are not those of their cards, or the Hub refuses.
    """
    for target, kind in ((repo, "model"), (space, "space")):
        if not target:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            gather_model(folder, target) if kind == "model" else gather_space(folder, target)
            if dry_run:
                print(f"{kind} {target} would get:")
                for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                    print(f"  {path.relative_to(folder)} ({path.stat().st_size:,} bytes)")
                continue
            try:
                revision = upload(HfApi(), target, folder, kind)
            except Exception as error:  # HTTP and network errors of the client have no common base
                reason = f"{type(error).__name__}: {str(error).splitlines()[0]}"
                raise steg.StegError(
                    f"The Hub did not take {kind} {target} ({reason}); check the name, log in "
                    "with `hf auth login`, and try again."
                ) from error
            if kind == "model":
                record(target, revision)
            print(f"{kind} {target}: commit {revision}")


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m train.publish", description="Publish on the Hugging Face Hub."
    )
    parser.add_argument("--repo", help="OWNER/NAME of the model repository")
    parser.add_argument("--space", help="OWNER/NAME of the Space")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be uploaded")
    options = parser.parse_args(arguments)
    if not (options.repo or options.space):
        parser.error("name a --repo, a --space, or both")
    try:
        publish(options.repo, options.space, options.dry_run)
    except steg.StegError as error:
        print(f"publish: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
