// Ways to embed bits in samples: what each costs the cover at each rate, and what becomes of single samples.

const CODES = {
  trellis: {colour: "#1f78c8", marker: "circle", name: "Trellis code"},
  digits: {colour: "#d9661f", marker: "square", name: "Digits"},
  replaced: {colour: "#9a4fd0", marker: "triangle", name: "Lowest bits, replaced"},
};
const GREEN = 1, NEIGHBOURS = 5;
const canvases = {cover: find(".cover"), stego: find(".stego"), change: find(".change")};
const sumAfter = (t, {rate}) => Math.floor(t * Math.round(rate * props.value.row) / props.value.row);
let points = null, cover, bound; // of each code by their rates; the cover's samples; [rate, PSNR] of the bound
let at = 0, place = [0, 0];

const chosen = () => points[state.code][at];
const RATES = {label: "message bits in each sample", low: 0, high: 4, ticks: [0, 1, 2, 3, 4].map(n => [n, n])};
const QUALITY = {label: "cover's PSNR, dB", low: 30, high: 67, ticks: [30, 40, 50, 60].map(n => [n, n])};
const draw = makeChart(find(".plot"), share => choose(nearest(4 * share)), step => choose(at + step));

function nearest(rate) {
  const distances = points[state.code].map(point => Math.abs(point.rate - rate));
  return distances.indexOf(Math.min(...distances));
}

function choose(index) {
  if (!points) return;
  at = clamp(index, 0, points[state.code].length - 1);
  show();
  writeAddress(more);
}

const more = () => ({rate: chosen().rate.toFixed(2), sample: `${place[1]},${place[0]}`});

function readAddress() {
  readControls();
  const rate = address.get("rate");
  at = nearest(rate === null || !Number.isFinite(+rate) ? props.rate : +rate);
  place = placeInAddress("sample", props.place).map(value => clamp(value, 0, props.value.side - 1));
}

/** The least loss of the cover at a rate, by the line between the points of the bound. */
function boundAt(rate) {
  const after = clamp(bound.findIndex(([x]) => x >= rate), 1, bound.length - 1), [[x0, y0], [x1, y1]] = bound.slice(after - 1, after + 1);
  return y0 + (rate - x0) / (x1 - x0) * (y1 - y0);
}

function show() {
  const point = chosen(), code = CODES[state.code], least = boundAt(point.rate);
  const curves = Object.entries(CODES).map(([name, style]) => ({...style, points: points[name].map(({rate, psnr}) => [rate, psnr])}));
  const name = state.code === "digits" ? `Digits of base ${point.base}` : code.name;
  draw(RATES, QUALITY, [...curves, {points: bound, colour: "currentColor", dash: "7 5"}], [point.rate, point.psnr],
    `${name}: ${point.rate.toFixed(2)} bits a sample, ${point.psnr.toFixed(1)} dB`);
  const kilobytes = Math.round(point.rate * props.value.samples / 8 / 1000);
  find(".point").innerHTML = `<b>${name}</b> at <b>${point.rate.toFixed(2)} bits</b> a sample: ${Math.round(100 * point.changed)}% of the samples change, and the cover keeps <b>${point.psnr.toFixed(1)} dB</b>. ` +
    `No code can keep more than ${least.toFixed(1)} dB at this rate: ${(least - point.psnr).toFixed(1)} dB are given away. So the whole picture carries <b>${kilobytes.toLocaleString("en")} kB</b>.`;
  paint();
  showSample();
}

function paint() {
  const {side} = props.value, {stego} = chosen(), times = 10;
  const pixels = samples => i => [samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]];
  const change = i => mapped(props.diverging, 0.5 + (stego[3 * i + GREEN] - cover[3 * i + GREEN]) / 8);
  for (const [canvas, colourOf] of [[canvases.cover, pixels(cover)], [canvases.stego, pixels(stego)], [canvases.change, change]]) {
    drawPixels(canvas, side, side, times, colourOf);
    frame(canvas, times, ...place, 1, 1);
  }
}

/** What the levels around a sample stand for, and which of them it had and has. */
function showSample() {
  const {side, row, first} = props.value, point = chosen(), index = 3 * (place[0] * side + place[1]) + GREEN;
  const [from, to] = [cover[index], point.stego[index]], t = 3 * (first + place[1]) + GREEN;
  const bits = state.code === "trellis" ? sumAfter(t + 1, point) - sumAfter(t, point) : Math.log2(point.base);
  const base = state.code === "trellis" ? 2 << bits : point.base;
  const reach = Math.min(NEIGHBOURS + Math.max(0, Math.abs(to - from) - NEIGHBOURS), 12);
  const levels = Array.from({length: 2 * reach + 1}, (_, i) => from - reach + i).filter(level => level >= 0 && level <= 255);
  const standsFor = level => (state.code === "replaced" ? (level % base).toString(2).padStart(bits, "0") : level % base);
  const wanted = level => level % base === to % base;
  const what = {trellis: `label: the level modulo ${base}`, digits: `digit: the level modulo ${base}`, replaced: bits > 1 ? `lowest ${bits} bits` : "lowest bit"}[state.code];
  const cells = levels.map(level => `<td class="${level === to ? "to" : level === from ? "from" : ""}">${level}</td>`);
  const labels = levels.map(level => `<td style="${wanted(level) ? "background:#ffea46;color:#000" : ""}">${standsFor(level)}</td>`);
  find(".sample").innerHTML = `<table><tr><th>green of this pixel</th>${cells.join("")}</tr><tr><th>${what}</th>${labels.join("")}</tr></table>`;
  const moved = to === from ? `stays at <b>${to}</b>` : `goes from ${from} to <b>${to}</b>`;
  find(".rule").innerHTML = {
    trellis: `This sample ${moved}. It carries ${bits} ${bits === 1 ? "bit" : "bits"}, and its label has one bit more than that: the spare one leaves a choice. Message bits are sums over the labels of this and earlier samples, so of all labels in a row of ${row} samples that give the message, a search (Viterbi's) takes those with the smallest sum of squared changes (<i>Hide</i> also weighs each change by how much it would show).`,
    digits: `This sample ${moved}: of all levels with the wanted digit (yellow) the nearest. A change of up to ${Math.floor(base / 2)} (more next to 0 and 255) carries log₂ ${base} = ${bits.toFixed(2)} bits.`,
    replaced: `This sample ${moved}: its ${what} ${bits > 1 ? "were" : "was"} overwritten, even where another level with the same bits (yellow) is nearer.`,
  }[state.code];
}

function pick(row, column) {
  if (!points) return;
  place = [row, column].map(value => clamp(value, 0, props.value.side - 1));
  paint();
  showSample();
  writeAddress(more);
}

for (const canvas of Object.values(canvases))
  onCanvas(canvas, () => [props.value.side, props.value.side], pick, (rows, columns) => pick(place[0] + rows, place[1] + columns));
for (const input of inputs)
  input.addEventListener("input", () => {
    const {rate} = chosen();
    readControl(input);
    choose(nearest(rate));
  });

function receive() {
  if (!props.value?.points) return;
  cover = bytesOf(props.value.cover);
  points = Object.fromEntries(Object.keys(CODES).map(code => [code, props.value.points.filter(point => point.code === code)]));
  for (const point of Object.values(points).flat()) if (typeof point.stego === "string") point.stego = bytesOf(point.stego);
  bound = props.value.bound;
  readAddress();
  show();
}

watch("value", receive);
onNavigation(() => {
  if (address.get("step") !== props.kind || !points) return;
  readAddress();
  show();
});
receive();
element.computed = () => points && {code: state.code, ...chosen(), stego: Array.from(chosen().stego), least: boundAt(chosen().rate), place};
