"""The real server of the web page, started once, and one with its own temporary folder."""

import pytest

from steg import ui


@pytest.fixture(scope="session", autouse=True)
def upload_folder(tmp_path_factory):
    """Keeps Gradio's temporary files of the tests in a folder of their own."""
    folder = tmp_path_factory.mktemp("gradio")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def url(method, upload_folder) -> str:
    """Address of the running page."""
    page = ui.build(method)
    _, address, _ = ui.launch(page, prevent_thread_lock=True, quiet=True)
    yield address
    page.close()
