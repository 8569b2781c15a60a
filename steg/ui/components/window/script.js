// The window on the picture: dragged, walked, and worked out in numbers.

const OWN = "own"; // the choice of kernel whose weights the visitor has changed
const canvases = {before: find(".before"), result: find(".result"), more: find(".more")};
Object.assign(state, {place: [0, 0], built: Infinity});
let picture = [], model = null, timer = null;

// ---- the state, in the controls and in the address

function readAddress() {
  readControls();
  state.place = placeInAddress("place", props.place);
  if (props.kind !== "convolution") return;
  chooseKernel();
  const weights = (address.get("weights") ?? "").split(" ").map(Number), length = weights.length / 3;
  if ([9, 25].includes(length) && weights.every(Number.isFinite)) {
    state.kernels = [0, 1, 2].map(i => weights.slice(i * length, (i + 1) * length));
    setControl("kernel", OWN);
  }
}

/** What the address says besides the controls. */
const more = () => ({
  place: `${state.place[1]},${state.place[0]}`,
  ...(state.kernels && {weights: state.kernel === OWN ? state.kernels.flat().map(weight => +weight.toFixed(4)).join(" ") : null}),
});

function setControl(name, value) {
  const input = inputs.find(input => input.dataset.name === name);
  input.value = value;
  readControl(input);
}

/** Takes the weights of the chosen kernel; those of one's own are the ones that were there before. */
function chooseKernel(changed = "kernel") {
  const threePlanes = props.kernels[state.kernel]?.length === 3;
  if (threePlanes && state.channels !== "colour") { // it would be another one without its other planes
    if (changed === "kernel") setControl("channels", "colour");
    else setControl("kernel", initial("kernel"));
  }
  if (state.kernel === OWN && state.kernels) return;
  const kernel = props.kernels[state.kernel] ?? props.kernels[initial("kernel")];
  state.kernels = kernel.length === 3 ? kernel.map(weights => [...weights]) : [0, 1, 2].map(() => [...kernel[0]]);
}

// ---- what is done

function compute() {
  if (!picture.length) return;
  try {
    model = MODELS[props.kind](picture, state);
    if (!model.result.data.length) throw Error("The window is larger than the picture; choose a smaller dilation or another picture.");
  } catch (error) {
    pause();
    find(".sum").innerHTML = `<span class="bad">${error.message}</span>`;
    return;
  }
  layOutNumbers();
  find(".name-before").textContent = model.names[0];
  find(".name-result").textContent = model.names[1];
  find(".name-third").textContent = model.names[2] || "";
  find(".third").hidden = !model.more;
  find(".about").innerHTML = model.about;
  find("code").textContent = model.code;
  find("code").parentElement.hidden = !model.code;
  for (const input of inputs) if (input.dataset.name === "alike") input.parentElement.hidden = state.channels === "colour";
  find(".patch").hidden = props.kind !== "convolution";
  paintAll();
  if (model.kernels && !model.still) showKernel();
  moveTo(...state.place);
}

function moveTo(row, column) {
  const {height, width} = model.result;
  state.place = [clamp(row, 0, height - 1), clamp(column, 0, width - 1)];
  draw();
  showNumbers();
}

function moved(row, column) {
  moveTo(row, column);
  writeAddress(more);
}

/** Builds so many more pixels of the result. */
function build(count) {
  const {data, width} = model.result;
  if (state.built >= data.length) state.built = 0;
  state.built = Math.min(state.built + count, data.length);
  moved(Math.floor((state.built - 1) / width), (state.built - 1) % width);
  if (state.built >= data.length) pause();
}

function pause() {
  cancelAnimationFrame(timer);
  timer = null;
  find(".play").textContent = "Play";
}

function play() {
  if (!model) return;
  if (timer !== null) return pause();
  if (stillMotion.matches) return build(model.result.width - (state.built % model.result.width || 0)); // a row at once
  find(".play").textContent = "Pause";
  let last = performance.now(), due = 1;
  const frame = now => {
    if (!element.isConnected) return;
    due += (now - last) / 1000 * +find(".speed").value;
    last = now;
    timer = requestAnimationFrame(frame);
    if (due >= 1) build(Math.floor(due)); // pauses at the end
    due %= 1;
  };
  timer = requestAnimationFrame(frame);
}

function onPointer(canvas, place) {
  const follow = event => {
    if (!model) return;
    const box = canvas.getBoundingClientRect(), scale = canvas.width / canvas.times / box.width;
    moved(...place((event.clientY - box.top) * scale, (event.clientX - box.left) * scale));
  };
  canvas.addEventListener("pointerdown", event => {
    pause();
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", event => {
    if (event.buttons || (canvas === canvases.result && timer === null)) follow(event);
  });
  canvas.addEventListener("keydown", event => {
    const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!step || !model) return;
    event.preventDefault();
    pause();
    moved(state.place[0] + step[0], state.place[1] + step[1]);
  });
}

onPointer(canvases.before, (y, x) => [y, x].map(at => Math.round((at - effectiveSize(model.size, model.dilation) / 2) / model.stride)));
onPointer(canvases.result, (y, x) => [Math.floor(y), Math.floor(x)]);
find(".play").addEventListener("click", play);
find(".step").addEventListener("click", () => (pause(), model && build(1)));
find(".whole").addEventListener("click", () => {
  pause();
  state.built = Infinity;
  if (model) draw();
});
find(".patch").addEventListener("click", () => {
  const corner = state.place.map((at, i) => clamp(at * state.stride, 0, [picture[0].height, picture[0].width][i] - 5));
  state.kernels = picture.slice(1).map(channel => patchOf(state.channels === "colour" ? channel : picture[0], ...corner, 5));
  state.kernels = state.kernels.map(values => values.map(value => +(value - sum(values) / 25).toFixed(1)));
  setControl("kernel", OWN);
  compute();
  writeAddress(more);
});
for (const input of inputs)
  input.addEventListener("input", () => {
    readControl(input);
    if (["kernel", "channels"].includes(input.dataset.name)) chooseKernel(input.dataset.name);
    state.built = Infinity;
    pause();
    compute();
    writeAddress(more);
  });

function setWeight(input, weight) {
  state.kernels[input.dataset.channel][input.dataset.index] = weight;
  setControl("kernel", OWN);
  compute();
  writeAddress(more);
}

let dragged = null;
find(".worked").addEventListener("pointerdown", event => {
  if (event.target.matches("input")) dragged = {input: event.target, y: event.clientY, from: +event.target.value, moved: false};
});
find(".worked").addEventListener("pointermove", event => {
  if (!dragged || !event.buttons) return (dragged = null);
  const by = Math.round((dragged.y - event.clientY) / 6);
  if (!by && !dragged.moved) return;
  dragged.moved = true;
  dragged.input.setPointerCapture(event.pointerId);
  const fine = Math.max(...state.kernels.flat().map(Math.abs)) < 1;
  setWeight(dragged.input, +(dragged.from + by * (fine ? 0.02 : 0.25)).toFixed(4));
});
find(".worked").addEventListener("input", event => {
  if (event.target.value !== "" && Number.isFinite(+event.target.value)) setWeight(event.target, +event.target.value);
});
find(".worked").addEventListener("keydown", event => {
  const by = {ArrowUp: 1, ArrowDown: -1}[event.key];
  if (!by || !event.target.matches("input")) return;
  event.preventDefault();
  setWeight(event.target, +(+event.target.value + by * 0.25).toFixed(4));
});
stillMotion.addEventListener("change", pause);

function receive() {
  const {height, width, planes} = props.value || {};
  picture = (planes || []).map(text => plane(height, width, Float64Array.from(atob(text), letter => letter.charCodeAt(0))));
  compute();
}

watch("value", receive);
onNavigation(() => {
  pause();
  if (address.get("step") !== props.kind) return;
  readAddress();
  compute();
});
readAddress();
receive();
// what was computed, for who wants to compare it with PyTorch
element.computed = () => model && {
  picture: picture.map(({data}) => Array.from(data)), shape: [picture[0].height, picture[0].width],
  inputs: model.inputs.map(({data}) => Array.from(data)), inputShape: [model.inputs[0].height, model.inputs[0].width],
  result: Array.from(model.result.data), size: [model.result.height, model.result.width],
  kernels: model.kernels, code: model.code, place: state.place, built: state.built,
};
