// A dot on the curve of an activation, with the slope there; and the activation of a whole feature map.

const FAR = 6, CURVE = {height: 260, edge: 30}, BOUNDED = ["Sigmoid", "Tanh", "Softmax"];
const svg = find(".curve"), canvases = {before: find(".before"), after: find(".after")};
let maps = null, x = props.x;

const functions = () => ACTIVATIONS[state.function];
const across = () => svg.clientWidth || 560;
const placeOf = (at, value, low, high) => [
  CURVE.edge + (at + FAR) / (2 * FAR) * (across() - 2 * CURVE.edge),
  CURVE.height - CURVE.edge - (value - low) / (high - low) * (CURVE.height - 2 * CURVE.edge),
];

function drawCurve() {
  const [value, slope] = functions(), leak = +state.leak;
  const xs = Array.from({length: 241}, (_, i) => -FAR + i * FAR / 120), curves = [value, slope].map(f => xs.map(at => f(at, leak)));
  const low = Math.min(-1, ...curves.flat()), high = Math.max(1.2, ...curves.flat());
  const at = (a, b) => placeOf(a, b, low, high).map(part => part.toFixed(1)).join(" ");
  const parts = [`<path d="M${at(-FAR, 0)}L${at(FAR, 0)}M${at(0, low)}L${at(0, high)}" stroke="currentColor" opacity="0.5"/>`];
  for (let n = -FAR; n <= FAR; n += 2) parts.push(svgText(placeOf(n, 0, low, high)[0], CURVE.height - 8, number(n)));
  for (let n = Math.ceil(low); n <= high; n++) if (n) parts.push(svgText(placeOf(0, 0, low, high)[0] - 8, placeOf(0, n, low, high)[1] + 5, number(n), "end"));
  curves.forEach((ys, which) => {
    const path = ys.map((y, i) => `${i && Math.abs(y - ys[i - 1]) < 0.3 ? "L" : "M"}${at(xs[i], y)}`).join("");
    parts.push(`<path d="${path}" fill="none" stroke="${["#1f78c8", "#d9661f"][which]}" stroke-width="3.5" stroke-dasharray="${["none", "9 5"][which]}"/>`);
  });
  const here = value(x, leak), steep = slope(x, leak), reach = 1.2 / Math.hypot(1, steep);
  parts.push(`<path d="M${at(x - reach, here - reach * steep)}L${at(x + reach, here + reach * steep)}" stroke="currentColor" stroke-width="2"/>`);
  const [[cx, cy], [sx, sy]] = [placeOf(x, here, low, high), placeOf(x, steep, low, high)];
  parts.push(`<circle cx="${sx}" cy="${sy}" r="6" fill="#d9661f" stroke="currentColor"/><circle class="dot" cx="${cx}" cy="${cy}" r="9" fill="#1f78c8" stroke="currentColor" stroke-width="2"/>`);
  svg.setAttribute("viewBox", `0 0 ${across()} ${CURVE.height}`);
  svg.innerHTML = parts.join("");
  for (const [name, text] of [["min", -FAR], ["max", FAR], ["now", x]]) svg.setAttribute(`aria-value${name}`, text);
  svg.setAttribute("aria-valuetext", `${state.function} of ${number(x)} is ${number(here)}, its slope there ${number(steep)}`);
  const others = state.function === "Softmax" ? " The other three scores stay at 0." : "";
  find(".here").innerHTML = `${props.says[state.function]} ${state.function} of ${number(x)} is <b>${number(here)}</b>, and its slope there is <b>${number(steep)}</b>.${others}`;
  find(".name").textContent = state.function;
}

function drawMaps() {
  if (!maps) return;
  const {height, width} = props.value, {before, after} = computeMaps();
  const most = BOUNDED.includes(state.function) ? 1 : 3;
  const colour = (values, full) => i => mapped(props.diverging, 0.5 + values[i] / full / 2);
  drawPixels(canvases.before, height, width, 2, colour(before, 3));
  drawPixels(canvases.after, height, width, 2, colour(after, most));
  const share = (values, holds) => `${Math.round(100 * values.filter(holds).length / values.length)}%`;
  const figures = values => `below 0: ${share(values, value => value < 0)}, exactly 0: ${share(values, value => value === 0)}, largest: ${number(values.reduce((a, b) => Math.max(a, b)))}`;
  find(".figures").innerHTML = `Before: ${figures(before)}. After: <b>${figures(after)}</b>. Black is 0, blue below, orange above; full colour is 3 before and ${most} after. ` +
    `The map is that of a Sobel kernel of step 1, divided by the standard deviation of all four, so that its numbers are around 1.`;
}

/** The chosen feature map with the bias, and after the activation; softmax looks at the same place in all maps. */
function computeMaps() {
  const bias = +state.bias, leak = +state.leak, chosen = Object.keys(maps).indexOf(state.map);
  const all = Object.values(maps).map(map => Array.from(map, value => value + bias)), before = all[chosen];
  const after = state.function === "Softmax" ? before.map((_, i) => softmax(all.map(map => map[i]))[chosen]) : before.map(value => functions()[0](value, leak));
  return {before, after};
}

function show() {
  for (const input of inputs) if (input.dataset.name === "leak") input.parentElement.hidden = state.function !== "Leaky ReLU";
  drawCurve();
  drawMaps();
}

const more = () => ({x: x === props.x ? null : x});

function moveTo(value) {
  x = clamp(Math.round(10 * value) / 10, -FAR, FAR);
  drawCurve();
  writeAddress(more);
}

const follow = event => moveTo(((event.clientX - svg.getBoundingClientRect().left - CURVE.edge) / (across() - 2 * CURVE.edge) - 0.5) * 2 * FAR);
svg.addEventListener("pointerdown", event => {
  svg.setPointerCapture(event.pointerId);
  follow(event);
});
svg.addEventListener("pointermove", event => event.buttons && follow(event));
svg.addEventListener("keydown", event => {
  const to = {ArrowLeft: x - 0.1, ArrowDown: x - 0.1, ArrowRight: x + 0.1, ArrowUp: x + 0.1, PageDown: x - 1, PageUp: x + 1, Home: -FAR, End: FAR}[event.key];
  if (to === undefined) return;
  event.preventDefault();
  moveTo(to);
});
for (const input of inputs)
  input.addEventListener("input", () => {
    readControl(input);
    show();
    writeAddress(more);
  });
new ResizeObserver(() => svg.clientWidth && drawCurve()).observe(svg);

function readAddress() {
  const given = address.get("x");
  readControls();
  x = given !== null && Number.isFinite(+given) ? clamp(+given, -FAR, FAR) : props.x;
}

function receive() {
  const {height, width, maps: given} = props.value || {};
  if (given) maps = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, Array.from(new Int16Array(bytesOf(text).buffer), value => value / 1000)]));
  show();
}

watch("value", receive);
onNavigation(() => {
  if (address.get("step") !== props.kind) return;
  readAddress();
  show();
});
readAddress();
receive();
element.computed = () => maps && {function: state.function, x, value: functions()[0](x, +state.leak), slope: functions()[1](x, +state.leak), ...computeMaps(), bias: +state.bias};
