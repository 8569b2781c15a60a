// One bit in one DCT coefficient of a block: moved to a phase, rounded by JPEG, read; and a code over all blocks.

const SIDE = 8, LINE = {height: 190, left: 8, right: 8}, ZERO = "#1f78c8", ONE = "#d9661f";
const canvases = Object.fromEntries(["picture", "cover", "sent", "received"].map(name => [name, find(`.${name}`)]));
const svg = find(".line");
const greys = Array.from({length: 256}, (_, level) => [level, level, level]);
let plane = null, bits, block = [0, 0], own = null; // the coefficient, if it was dragged away from the block's
let scale = {low: -1, high: 1};

const basis = Array.from({length: SIDE}, (_, u) =>
  Array.from({length: SIDE}, (_, x) => Math.sqrt((u ? 2 : 1) / SIDE) * Math.cos(Math.PI / SIDE * (x + 0.5) * u)));

/** The DCT of 8x8 numbers, row by row; or its inverse. */
function dct(block, inverse = false) {
  const factor = inverse ? (u, x) => basis[x][u] : (u, x) => basis[u][x];
  const along = (values, at) => Array.from({length: SIDE ** 2}, (_, i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    let total = 0;
    for (let k = 0; k < SIDE; k++) total += at(row, column, k) * values(row, column, k);
    return total;
  });
  const rows = along((row, _, k) => block[row * SIDE + k], (_, column, k) => factor(column, k));
  return along((_, column, k) => rows[k * SIDE + column], (row, _, k) => factor(row, k));
}

const levels = block => block.map(value => clamp(Math.round(value), 0, 255));
const step = () => +state.spacing;
const frequency = () => props.value.frequencies[state.frequency];
const index = () => frequency()[0] * SIDE + frequency()[1];
const blockNumber = () => block[0] * across() + block[1];
const across = () => props.value.side / SIDE;
const transmission = () => props.value.sent[`${state.frequency} ${state.spacing} ${state.quality}`];
const bitAt = (packed, i) => packed[i >> 3] >> (7 - i % 8) & 1;
const distance = (value, bit) => Math.abs(value - nearestPhase(value, bit));
const nearestPhase = (value, bit) => step() / 2 * bit + step() * Math.round((value - step() / 2 * bit) / step());
const read = value => +(distance(value, 1) < distance(value, 0));

/** All that becomes of the block: {bit, from, to, pixels of each picture, quantiser, cell, got, reads}. */
function send() {
  const table = props.value.tables[state.quality], top = block[0] * SIDE, left = block[1] * SIDE, at = index();
  const cover = Array.from({length: SIDE ** 2}, (_, i) => plane[(top + Math.floor(i / SIDE)) * props.value.side + left + i % SIDE]);
  const bit = state.bit === "message" ? bitAt(bits, blockNumber()) : +state.bit;
  const coefficients = dct(cover), from = own ?? coefficients[at], to = nearestPhase(from, bit);
  coefficients[at] = to;
  const sent = levels(dct(coefficients, true)), leaves = dct(sent);
  leaves[0] -= 128 * SIDE; // JPEG counts levels from 128
  const kept = leaves.map((value, i) => table[i] * Math.round(value / table[i]));
  const cell = kept[at];
  kept[0] += 128 * SIDE;
  const received = levels(dct(kept, true)), got = dct(received)[at];
  return {bit, from, to, cover, sent, received, quantiser: table[at], leaves: leaves[at], cell, got, reads: read(got)};
}

/** All that one block shows. */
function showBlock() {
  const result = send(), {from, to, quantiser, bit, reads, cell, got, leaves} = result;
  const lost = Math.abs(leaves - to) > 0.2 * step() ? ` (the pixels cannot show that: they end at 0 and 255, and ${number(leaves)} is left)` : "";
  find(".rule").innerHTML = `The cover's coefficient is ${number(from)}. For a <b>${bit}</b> it is moved to the nearest ${bit ? "square" : "dot"}: <b>${number(to)}</b>${lost}. ` +
    `JPEG of quality ${state.quality} keeps multiples of ${quantiser} only, so <b>${number(cell)}</b> arrives (${number(got)} once pixels are rounded). Nearest to it is a <b>${reads}</b>: ${reads === bit ? "the bit is intact." : "<b>the bit has flipped.</b>"}`;
  drawLine(result);
  for (const name of ["cover", "sent", "received"]) drawPixels(canvases[name], SIDE, SIDE, 8, i => Array(3).fill(result[name][i]));
}

function show() {
  showBlock();
  showAll();
}

/** Phases and what the receiver reads around them, above; JPEG's cells, below. */
function drawLine({from, to, quantiser, cell, got, bit, reads}) {
  const width = svg.clientWidth || 560, half = Math.max(1.6 * step(), 0.9 * quantiser), middle = own === null ? from : (scale.low + scale.high) / 2;
  scale = {low: middle - half, high: middle + half};
  const x = value => LINE.left + along(scale, value) * (width - LINE.left - LINE.right);
  const parts = [], between = (by, offset, draw) => {
    for (let k = Math.floor((scale.low - offset) / by); k <= Math.ceil((scale.high - offset) / by); k++) draw(k * by + offset);
  };
  const band = (centre, size, y, height, fill, opacity) => {
    const [a, b] = [centre - size / 2, centre + size / 2].map(value => clamp(x(value), 0, width));
    if (b > a) parts.push(`<rect x="${a}" y="${y}" width="${b - a}" height="${height}" fill="${fill}" fill-opacity="${opacity}" stroke="currentColor" stroke-opacity="0.35"/>`);
  };
  for (const value of [0, 1])
    between(step(), step() / 2 * value, at => {
      band(at, step() / 2, 40, 44, value ? ONE : ZERO, 0.22);
      if (x(at) > 4 && x(at) < width - 4) parts.push(`<g fill="${value ? ONE : ZERO}">${MARKERS[value ? "square" : "circle"](x(at), 62, 6)}</g>`, svgText(x(at), 36, value));
    });
  between(quantiser, 0, at => {
    band(at, quantiser, 112, 30, "currentColor", Math.abs(at - cell) < 1e-6 ? 0.3 : 0.06);
    if (x(at) > 14 && x(at) < width - 14 && quantiser / (2 * half) * width > 30) parts.push(svgText(x(at), 160, number(at)));
  });
  parts.push(svgText(2, 14, "what the receiver reads", "start"), svgText(2, 106, "what JPEG keeps", "start"), svgText(width / 2, 182, "the coefficient, in levels"));
  parts.push(`<path d="M${x(from)} 62L${x(to)} 62M${x(to)} 70V127H${x(cell)}" fill="none" stroke="currentColor" stroke-width="2.5"/>`);
  parts.push(`<path d="M${x(cell)} 127V${86}" stroke="${reads === bit ? "currentColor" : "#dc2626"}" stroke-width="2.5" stroke-dasharray="5 4"/>`);
  parts.push(`<circle cx="${x(from)}" cy="62" r="9" fill="none" stroke="currentColor" stroke-width="3.5"/>`, MARKERS.triangle(x(cell), 90, 6).replace("/>", ` fill="${reads === bit ? "currentColor" : "#dc2626"}"/>`));
  svg.setAttribute("viewBox", `0 0 ${width} ${LINE.height}`);
  svg.innerHTML = parts.join("");
  for (const [name, value] of [["min", scale.low], ["max", scale.high], ["now", from]]) svg.setAttribute(`aria-value${name}`, value.toFixed(1));
  svg.setAttribute("aria-valuetext", `${number(from)}; sent ${number(to)}, arrives as ${number(cell)}, read as ${reads}`);
}

/** The picture with blocks marked whose bit arrived wrong, and what becomes of the message. */
function showAll() {
  const {side, message} = props.value, {received, messages} = transmission(), blocks = across() ** 2, times = 2;
  drawPixels(canvases.picture, side, side, times, i => greys[plane[i]]);
  const context = canvases.picture.getContext("2d");
  let wrong = 0;
  context.fillStyle = "rgb(220 38 38 / 75%)";
  for (let i = 0; i < blocks; i++)
    if (bitAt(received, i) !== bitAt(bits, i)) {
      wrong++;
      context.fillRect(i % across() * SIDE * times + 3, Math.floor(i / across()) * SIDE * times + 3, SIDE * times - 6, SIDE * times - 6);
    }
  frame(canvases.picture, times, block[0] * SIDE, block[1] * SIDE, SIDE, SIDE);
  const codes = Object.keys(props.value.codes), which = codes.indexOf(state.code), arrived = messages[which];
  const letters = Array.from(arrived, (code, i) => {
    const letter = code > 32 && code < 127 ? String.fromCharCode(code) : code === 32 ? "\u00a0" : "?";
    return `<span class="${arrived[i] === message.charCodeAt(i) ? "" : "wrong"}">${letter.replace("&", "&amp;").replace("<", "&lt;")}</span>`;
  });
  find(".message").innerHTML = letters.join("");
  const right = String.fromCharCode(...arrived) === message;
  find(".message").setAttribute("aria-label", right ? `The message arrived: ${message}` : "The message arrived damaged");
  const used = 8 * message.length * props.value.codes[state.code];
  find(".all").innerHTML = `Through a real JPEG file, <b>${wrong}</b> of the ${blocks.toLocaleString("en")} blocks' bits arrive wrong (${(100 * wrong / blocks).toFixed(1)}%). ` +
    `The message, ${8 * message.length} bits in ${used} blocks, ${right ? "<b>arrives whole</b>." : "is damaged."} The cover, with a bit in each block, keeps ${props.value.psnr[`${state.frequency} ${state.spacing}`].toFixed(1)} dB.`;
}

const more = () => ({block: `${block[1]},${block[0]}`, coefficient: own === null ? null : own.toFixed(1)});

function changed() {
  show();
  writeAddress(more);
}

function pick(row, column) {
  if (!plane) return;
  block = [row, column].map(value => clamp(value, 0, across() - 1));
  own = null;
  changed();
}

function drag(value) {
  if (!plane) return;
  own = value;
  showBlock(); // the other blocks stay as they are
  writeAddress(more);
}

onCanvas(canvases.picture, () => [across(), across()], pick, (rows, columns) => pick(block[0] + rows, block[1] + columns));
const follow = event => {
  const box = svg.getBoundingClientRect(), share = (event.clientX - box.left - LINE.left) / (box.width - LINE.left - LINE.right);
  drag(scale.low + clamp(share, 0, 1) * (scale.high - scale.low));
};
svg.addEventListener("pointerdown", event => {
  svg.setPointerCapture(event.pointerId);
  follow(event);
});
svg.addEventListener("pointermove", event => event.buttons && follow(event));
svg.addEventListener("keydown", event => {
  const by = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1}[event.key];
  if (!by || !plane) return;
  event.preventDefault();
  drag(clamp(Math.round(send().from) + by, scale.low, scale.high));
});
new ResizeObserver(() => plane && svg.clientWidth && drawLine(send())).observe(svg);
for (const input of inputs)
  input.addEventListener("input", () => {
    readControl(input);
    if (input.dataset.name === "frequency") own = null;
    if (plane) changed();
  });

function readAddress() {
  const value = address.get("coefficient");
  readControls();
  block = placeInAddress("block", props.block).map(at => clamp(at, 0, across() - 1));
  own = null;
  send();
  drawLine(send());
  if (value !== null && Number.isFinite(+value)) own = clamp(+value, scale.low, scale.high);
}

function receive() {
  if (!props.value?.plane) return;
  plane = bytesOf(props.value.plane);
  bits = bytesOf(props.value.bits);
  for (const found of Object.values(props.value.sent))
    if (typeof found.received === "string") [found.received, found.messages] = [bytesOf(found.received), found.messages.map(bytesOf)];
  readAddress();
  show();
}

watch("value", receive);
onNavigation(() => {
  if (address.get("step") !== props.kind || !plane) return;
  readAddress();
  show();
});
receive();
element.computed = () => plane && {...send(), own, block, readByServer: bitAt(transmission().received, blockNumber()), arrived: String.fromCharCode(...transmission().messages[Object.keys(props.value.codes).indexOf(state.code)])};
