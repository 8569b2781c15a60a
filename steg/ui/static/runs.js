// From a button to its answer, see runs.py: listens to the messages of Gradio's queue and shows them in words.
window.steg = (() => {
  const runs = new Map(); // those at work: name -> state
  const events = new Map(); // an event of the queue -> the listener that it is of, and how it is ended
  const joining = new Set(); // requests to the queue whose event is not known yet
  const ofRuns = new Map(); // a listener that is part of one -> its name
  const early = new Map(); // messages about events that are not known yet
  const ending = new Map(); // the name of a run that was stopped -> resolves when the server has stopped it, too
  const WRONG = "Something went wrong.";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const part = (name, what) => document.getElementById(`${name}-${what}`);
  const seconds = (s) =>
    s >= 90 ? `${Math.round(s / 60)} minutes` : `${s < 10 ? Math.max(1, Math.round(s)) : 5 * Math.round(s / 5)} s`;

  function begin(config) {
    const fresh = { steps: {}, says: "Waiting for the server", since: performance.now() };
    for (const step in config.steps) ofRuns.set(step, config.name);
    runs.set(config.name, { ...fresh, ...runs.get(config.name), ...config });
    draw();
  }

  // Ends what is shown of a run; its last words stay.
  function end(name, words = "", state = "failed") {
    const run = runs.get(name);
    if (!run) return;
    runs.delete(name);
    const start = part(name, "start");
    if (start && run.label) write(start, run.label);
    start?.removeAttribute("aria-busy");
    start?.style.removeProperty("--share");
    part(name, "stop")?.removeAttribute("data-works");
    say(name, words, "", words && state);
  }

  // Ends a run, and what the server computes for it; resolves when the server has.
  async function cancel(name, words) {
    end(name, words, "stopped");
    const ended = endEvents(name).finally(() => ending.get(name) === ended && ending.delete(name));
    ending.set(name, ended);
    await ended;
  }

  async function endEvents(name) {
    await Promise.all(joining);
    const left = [...events.values()].filter((event) => ofRuns.get(event.step) === name);
    await Promise.all(left.map((event) => event.end()));
  }

  function forget(name) {
    if (!runs.has(name)) say(name, "", "", "");
  }

  function say(name, words, rest, state) {
    const line = part(name, "line")?.querySelector(".run");
    if (!line) return;
    line.className = `run ${state}`;
    const [status, details] = line.querySelectorAll("span");
    if (status.textContent !== words) status.textContent = words;
    details.textContent = rest;
  }

  // A button's text, without replacing the node that Gradio keeps.
  function write(button, text) {
    const node = [...button.childNodes].findLast((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (node && node.data !== text) node.data = text;
  }

  function draw() {
    for (const run of runs.values()) {
      const took = (performance.now() - run.since) / 1000;
      const waits = run.people && took > 0.5;
      const before = run.people === 1 ? "One person before you" : `${run.people} people before you`;
      const words = waits ? before : run.says;
      const share = run.share ?? 0;
      let rest = "";
      if (waits && run.wait) rest = `about ${seconds(run.wait)}`;
      else if (share > 0.05 && took > 1) rest = `about ${seconds((took * (1 - share)) / share)} left`;
      const percent = share > 0 ? `${Math.floor(100 * share)}%` : "";
      say(run.name, words, [percent, rest].filter(Boolean).join(", "), "busy");
      const line = part(run.name, "line")?.querySelector(".run");
      line?.style.setProperty("--share", share);
      if (Object.keys(run.steps).length) part(run.name, "stop")?.setAttribute("data-works", "");
      const start = part(run.name, "start");
      if (!start) continue;
      run.label ??= start.textContent.trim();
      start.setAttribute("aria-busy", "true");
      start.style.setProperty("--share", share);
      write(start, waits ? "Waiting" : `${run.says.split(":")[0]} ${percent || "…"}`.trim());
    }
  }
  setInterval(draw, 250);

  const nameOfOpenTab = () =>
    [...document.querySelectorAll("[id$=-line]")].find((each) => each.offsetParent)?.id.slice(0, -"-line".length);

  // What fails outside of a run, as when a slider is moved, is said in the line of the open tab until it succeeds.
  let failed;
  function failing(step, message) {
    if (message.msg !== "process_completed") return;
    const name = nameOfOpenTab();
    if (!name || ofRuns.has(step) || runs.has(name) || (message.success && step !== failed)) return;
    failed = message.success ? undefined : step;
    say(name, message.success ? "" : message.output?.error || WRONG, "", message.success ? "" : "failed");
  }

  function receive(step, message) {
    const run = [...runs.values()].find((each) => step in each.steps);
    if (!run) return failing(step, message);
    if (message.msg === "estimation") {
      run.people = message.rank + 1; // before the first who waits, one is served
      run.wait = message.rank_eta;
    } else if (message.msg === "process_starts") {
      Object.assign(run, { people: 0, share: 0, since: performance.now(), says: run.steps[step] });
    } else if (message.msg === "progress") {
      const last = message.progress_data.at(-1);
      run.share = last?.progress ?? last?.index / last?.length;
    } else if (message.msg === "process_completed") {
      if (!message.success) end(run.name, message.output?.error || WRONG);
      else if (step === Object.keys(run.steps).at(-1)) end(run.name, "Done.", "done");
    }
  }

  async function joined(path, body, response) {
    const { fn_index, session_hash } = JSON.parse(body);
    const step = String(fn_index);
    const { event_id, detail } = await (await response).json();
    if (!event_id) return receive(step, { msg: "process_completed", success: false, output: { error: detail } });
    const event = { step, end };
    async function end() {
      event.ended = true;
      const headers = { "Content-Type": "application/json" };
      const about = JSON.stringify({ event_id, session_hash, fn_index });
      await fetchPlain(path.replace("queue/join", "cancel"), { method: "POST", headers, body: about });
    }
    events.set(event_id, event);
    if (ofRuns.has(step) && !runs.has(ofRuns.get(step))) return end(); // the step after one that was ended
    for (const message of early.get(event_id) ?? []) receive(step, message);
    early.delete(event_id);
  }

  async function listen(response) {
    let rest = "";
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines.filter((each) => each.startsWith("data:"))) {
          const message = JSON.parse(line.slice(5));
          const id = message.event_id;
          const event = events.get(id);
          if (event && !event.ended) receive(event.step, message);
          else if (id && !event) early.set(id, [...(early.get(id) ?? []), message]);
          if (message.msg === "process_completed") events.delete(id);
        }
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      for (const name of runs.keys()) end(name, "The server does not answer: try again in a minute.");
    }
  }

  const fetchPlain = window.fetch;
  window.fetch = async (input, init) => {
    const path = new URL(input.url ?? input, location.href).pathname;
    const name = path.endsWith("/upload") ? nameOfOpenTab() : undefined;
    const begins = name && !part(name, "start"); // no button does
    if (begins) begin({ name, says: "Uploading" });
    const answer = fetchPlain(input, init);
    if (path.endsWith("/queue/join")) {
      const known = joined(path, init.body, answer.then((response) => response.clone())).catch(() => {});
      joining.add(known);
      known.then(() => joining.delete(known));
    }
    const response = await answer;
    if (begins && !response.ok) end(name, "The upload failed: try again, or take a smaller file.");
    if (path.endsWith("/queue/data")) listen(response.clone());
    return response;
  };

  // Moves the page to the answer, once it is there, and folds the uploads.
  async function show(name) {
    for (let i = 0; i < 40 && !part(name, "answer")?.offsetHeight; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    fold(name);
    part(name, "answer")?.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  }

  function fold(name) {
    const uploads = part(name, "pictures");
    const strip = part(name, "strip")?.querySelector("button");
    if (!uploads || !strip || uploads.hidden) return;
    const thumbnails = [...uploads.querySelectorAll(".image-container img, .image-frame img")].map((from) => {
      const image = new Image();
      image.src = from.src;
      image.alt = "";
      return image;
    });
    strip.replaceChildren(...thumbnails, thumbnails.length > 1 ? "Change the pictures" : "Change the picture");
    strip.onclick = () => {
      unfold(name);
      uploads.querySelector("button, input, textarea")?.focus();
    };
    strip.hidden = !(uploads.hidden = true);
  }

  function unfold(name) {
    const strip = part(name, "strip")?.querySelector("button");
    if (!strip || strip.hidden) return;
    part(name, "pictures").hidden = false;
    strip.hidden = true;
  }

  // At once: Gradio calls `begin` only after what it does first on a click. A button at work starts nothing.
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("button[id$=-start]");
      if (!button) return;
      const name = button.id.slice(0, -"-start".length);
      const stopped = ending.get(name); // or the events of the new run would be ended with the old ones
      const works = button.ariaBusy === "true";
      if (!works) begin({ name });
      if (!works && !stopped) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      if (works) return;
      stopped.finally(() => {
        end(name);
        button.click();
      });
    },
    true,
  );

  return { begin, cancel, forget, show };
})();
