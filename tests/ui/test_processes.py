"""What ends a process that computes: Stop, a visitor who leaves, its time, the system; a real server."""

import os
import signal
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import httpx
import pytest
import slow
from gradio_client import Client
from gradio_client.exceptions import AppError
from ui_helpers import SLOW, eventually, run_in_a_thread

from steg import ui
from steg.ui import processes, times
from steg.ui.events import NETWORK


@pytest.fixture(scope="module")
def client(upload_folder) -> Client:
    """Of a page whose handlers share one place in the queue."""
    with processes.running(), gr.Blocks(analytics_enabled=False) as page:
        inputs, output = [gr.Textbox(), gr.Number()], gr.Textbox()
        for function in (slow.wait, slow.fail, slow.count):
            gr.on([], processes.apart(function), inputs, output, api_name=function.__name__, **NETWORK)
        gr.on([], slow.wait_for_another, inputs, output, api_name="wait_for_another", **NETWORK)
        _, address, _ = ui.launch(page, prevent_thread_lock=True, quiet=True)
        yield Client(address, verbose=False)
        page.close()


@pytest.fixture
def pid_file(tmp_path) -> Path:
    return tmp_path / "pid"


def pid_in(file: Path) -> int:
    assert eventually(lambda: file.exists() and file.read_text())
    return int(file.read_text())


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_free(client: Client, pid_file: Path) -> bool:
    return client.predict(str(pid_file), 0, api_name="/wait") == "done"


def test_results_come_from_another_process(client, pid_file):
    assert is_free(client, pid_file)
    assert pid_in(pid_file) != os.getpid()
    pid_file.write_text(str(os.getpid()))
    assert client.predict(str(pid_file), 0, api_name="/count") == "two, in another process"


def test_a_run_in_a_process_of_its_own_is_measured_in_the_server(client, monkeypatch):
    monkeypatch.setattr(times, "_runs", times.defaultdict(times.deque))
    run_in_a_thread(processes.apart(times.hide_example)("lsb", 64))
    assert times.seconds("lsb", 0.01) > 0


def test_a_cancelled_request_is_ended_and_the_next_goes_on(client, pid_file):
    job = client.submit(str(pid_file), 600, api_name="/wait")
    pid = pid_in(pid_file)
    job.cancel()
    assert eventually(lambda: not runs(pid)) and is_free(client, pid_file)


def test_the_job_of_a_client_that_leaves_is_ended(client, pid_file):
    call = f"{client.src}gradio_api/call/wait"
    event = httpx.post(call, json={"data": [str(pid_file), 600]}, timeout=SLOW).json()["event_id"]
    with httpx.stream("GET", f"{call}/{event}", timeout=SLOW):
        pid = pid_in(pid_file)
        assert runs(pid)
    assert eventually(lambda: not runs(pid)) and is_free(client, pid_file)


@pytest.mark.parametrize("api_name", ["/wait", "/wait_for_another"])
def test_a_request_that_exceeds_its_time_is_ended_with_a_sentence(client, pid_file, monkeypatch, api_name):
    def now() -> float:  # long past, once it runs
        return 2.0 * processes.TIME_LIMIT * (pid_file.exists() and pid_file.read_text() != "")

    monkeypatch.setattr(processes, "time", SimpleNamespace(monotonic=now))
    with pytest.raises(AppError, match="took longer than 600 seconds"):
        client.predict(str(pid_file), 600, api_name=api_name)
    assert eventually(lambda: not runs(pid_in(pid_file)))


def test_a_process_that_the_system_ends_is_told(client, pid_file):
    job = client.submit(str(pid_file), 600, api_name="/wait")
    os.kill(pid_in(pid_file), signal.SIGKILL)
    with pytest.raises(AppError, match="ended by the system"):
        job.result()


def test_an_unforeseen_failure_is_a_sentence_and_logs_no_names_of_files(client, pid_file, capfd):
    with pytest.raises(AppError, match="Something went wrong in Steg"):
        client.predict(str(pid_file), 0, api_name="/fail")
    logged = capfd.readouterr()
    assert "RuntimeError" in logged.out + logged.err and str(pid_file) not in logged.out + logged.err
