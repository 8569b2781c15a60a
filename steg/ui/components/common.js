// What all components use: controls and their state in the address, colours and numbers.

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const find = selector => element.querySelector(selector);
const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** A number as short as it can be read: whole if it is, else with two digits after the point. */
function number(value) {
  const digits = Math.abs(value - Math.round(value)) < 5e-3 ? 0 : 2;
  const text = value.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  return text === "-0" || text === "-0.00" ? "0" : text.replace("-", "−");
}

/** Calls a function whenever the visitor goes back or forward, as long as the component is in the page. */
function onNavigation(action) {
  const listener = () => (element.isConnected ? action() : removeEventListener("popstate", listener));
  addEventListener("popstate", listener);
}

const address = {
  /** A parameter of the address, or null; while the address is still that of another step, its parameters are not ours. */
  get(name) {
    const query = new URLSearchParams(location.search);
    return name === "step" || !props.kind || query.get("step") === props.kind ? query.get(name) : null;
  },

  /** Sets parameters; a value of null removes one. */
  set(values) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    if (`?${query}` !== location.search) history.replaceState(history.state, "", query.size ? `?${query}` : location.pathname);
    dispatchEvent(new Event("steg-address"));
  },
};

// ---- controls, as `steg.ui.components.controls` describes them; their values are in `state` and in the address

const inputs = [...element.querySelectorAll(".settings [data-name]")];
const state = {};
const initial = name => props.controls.find(control => control.name === name).value;
const typed = (input, text) => (input.type === "checkbox" ? text === true || text === "true" : input.type === "range" ? +text : text);

function readControl(input) {
  state[input.dataset.name] = input.type === "checkbox" ? input.checked : typed(input, input.value);
  const shown = input.parentElement.querySelector("b");
  if (shown) shown.textContent = input.value;
}

/** Gives the controls the values in the address, and their first ones where it has none that they can take. */
function readControls() {
  for (const input of inputs) {
    const text = address.get(input.dataset.name) ?? initial(input.dataset.name);
    if (input.type === "checkbox") input.checked = typed(input, text);
    else input.value = text; // a range keeps to its limits
    if (input.value === "") input.value = initial(input.dataset.name);
    readControl(input);
  }
}

let toWrite = null;

/** Writes controls, and what `more` returns, into the address; a little later, as browsers allow only so many changes a second. */
function writeAddress(more) {
  clearTimeout(toWrite);
  toWrite = setTimeout(() => {
    const values = more();
    for (const {dataset: {name}} of inputs) values[name] = state[name] === initial(name) ? null : state[name];
    if (element.isConnected && address.get("step") === props.kind) address.set(values); // the visitor may have gone on
  }, 250);
}

/** Calls `pick(row, column)`, in pixels of a picture, where a canvas is dragged over; `step(rows, columns)` by arrow keys. */
function onCanvas(canvas, sizeOf, pick, step) {
  const follow = event => {
    const box = canvas.getBoundingClientRect(), [height, width] = sizeOf();
    pick(Math.floor((event.clientY - box.top) / box.height * height), Math.floor((event.clientX - box.left) / box.width * width));
  };
  canvas.addEventListener("pointerdown", event => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", event => event.buttons && follow(event));
  canvas.addEventListener("keydown", event => {
    const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!by) return;
    event.preventDefault();
    step(...by);
  });
}

/** Draws pixels, each as a square of `times` pixels; `colourOf` gives the three numbers of each. */
function drawPixels(canvas, height, width, times, colourOf) {
  const small = new OffscreenCanvas(width, height), image = new ImageData(width, height), context = canvas.getContext("2d");
  for (let i = 0; i < width * height; i++) {
    const colour = colourOf(i);
    for (let channel = 0; channel < 3; channel++) image.data[4 * i + channel] = colour[channel];
    image.data[4 * i + 3] = 255;
  }
  small.getContext("2d").putImageData(image, 0, 0);
  [canvas.width, canvas.height] = [width * times, height * times];
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** A rectangle around pixels of a canvas that `drawPixels` has drawn, orange on black. */
function frame(canvas, times, top, left, height, width) {
  const context = canvas.getContext("2d"), line = canvas.width / 100;
  for (const [colour, thick] of [["#000", 2 * line], ["#ff9500", line]]) {
    [context.strokeStyle, context.lineWidth] = [colour, thick];
    context.strokeRect(left * times - line / 2, top * times - line / 2, width * times + line, height * times + line);
  }
}

/** A place "x,y" in the address as [row, column], or else the given one. */
function placeInAddress(name, otherwise) {
  const found = (address.get(name) ?? "").match(/^(\d+),(\d+)$/);
  return found ? [+found[2], +found[1]] : otherwise;
}

/** Bytes from base64. */
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/** One of the colours (three numbers each) of a map, for a value from 0 to 1. */
function mapped(colours, value) {
  const index = Math.round(clamp(value, 0, 1) * (colours.length - 1));
  return colours[index];
}

/** Relative luminance of a colour, from 0 to 1 (WCAG 2.2). */
function luminance(colour) {
  const [red, green, blue] = colour.map(level => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A table cell on the colour that its number stands for. */
function cell(value, colour, classes = "") {
  const ink = luminance(colour) > 0.179 ? "#000" : "#fff"; // at 0.179 both have a contrast of 4.6
  return `<td class="${classes}" style="background:rgb(${colour});color:${ink}">${number(value)}</td>`;
}
