// A picture from the first bytes of its JPEG 2000 layers, and the wavelet numbers that these bytes hold.

const TIMES = 4, KINDS = {right: "from left to right", below: "from top to bottom", both: "along the diagonals"};
const canvases = {picture: find(".picture"), wavelet: find(".wavelet")};
let pictures = [], coefficients, first; // decoded pictures; of each level the numbers, and which picture has each first
let at = 0, place = [0, 0], bytes, quality; // the last two: axes

const given = () => props.value;
const levels = () => clamp(state.levels, 1, coefficients.length);

/** The low-pass band and the details after so many levels: [height, width] of the band. */
const bandSize = count => [given().height, given().width].map(length => Array.from({length: count}).reduce(half => Math.ceil(half / 2), length));

function show() {
  const {sizes, psnr, height, width, room} = given(), plane = coefficients[levels() - 1], known = first[levels() - 1];
  const says = `${sizes[at].toLocaleString("en")} bytes, ${psnr[at].toFixed(1)} dB`;
  draw(bytes, quality, [{points: sizes.map((size, i) => [size, psnr[i]]), colour: "#1f78c8", marker: "circle"}], [sizes[at], psnr[at]], says);
  const there = known.reduce((count, layer, i) => count + (layer <= at && Math.abs(plane[i]) > 0), 0);
  find(".bytes").innerHTML = `<b>${sizes[at].toLocaleString("en")} bytes</b> of ${(3 * width * height).toLocaleString("en")}: ${(8 * sizes[at] / width / height).toFixed(2)} bits for each pixel, <b>${psnr[at].toFixed(1)} dB</b>. ` +
    `Of the ${(width * height).toLocaleString("en")} wavelet numbers of its brightness, ${there.toLocaleString("en")} are there so far. ` +
    `As a file, a cover of the same size can carry ${room.toLocaleString("en")} bytes at the strength that <i>Hide</i> begins with.`;
  paint();
}

function paint() {
  const {height, width} = given(), plane = coefficients[levels() - 1], known = first[levels() - 1], [bandHeight, bandWidth] = bandSize(levels());
  drawPixels(canvases.picture, height, width, TIMES, i => [0, 1, 2].map(channel => pictures[at][3 * i + channel]));
  drawPixels(canvases.wavelet, height, width, TIMES, i => {
    if (known[i] > at) return [0, 0, 0];
    const row = Math.floor(i / width), column = i % width;
    return row < bandHeight && column < bandWidth ? Array(3).fill(plane[i] + 128) : mapped(props.diverging, 0.5 + Math.sign(plane[i]) * Math.sqrt(Math.abs(plane[i]) / 127) / 2);
  });
  const found = band(...place), {scale, row, column} = found, detail = found.kind !== null;
  frame(canvases.wavelet, TIMES, ...place, 1, 1);
  frame(canvases.picture, TIMES, row * scale, column * scale, Math.min(scale, height - row * scale), Math.min(scale, width - column * scale));
  const index = place[0] * width + place[1], value = detail ? plane[index] : plane[index] + 128;
  const what = detail ? `how much brightness changes ${KINDS[found.kind]}, in steps of ${scale} pixels` : `the mean brightness`;
  const there = known[index] <= at ? `is <b>${number(value)}</b>` : `is not there yet, so it counts as 0`;
  find(".one").innerHTML = `The marked number ${there}. It says ${what}, about where the picture is marked: a square of ${scale}x${scale} pixels.`;
}

/** Which level and kind of detail a wavelet number belongs to, and its place there. */
function band(row, column) {
  for (let level = 1; level <= levels(); level++) {
    const [height, width] = bandSize(level), below = row >= height, right = column >= width;
    if (below || right) return {kind: below && right ? "both" : below ? "below" : "right", scale: 2 ** level, row: row - below * height, column: column - right * width};
  }
  return {kind: null, scale: 2 ** levels(), row, column};
}

const draw = makeChart(
  find(".plot"),
  share => choose(nearest(Math.exp(Math.log(bytes.low) + share * Math.log(bytes.high / bytes.low)))),
  step => choose(at + step),
);
const more = () => ({bytes: given().sizes[at], number: `${place[1]},${place[0]}`});

function choose(index) {
  if (!pictures.length) return;
  at = clamp(index, 0, pictures.length - 1);
  show();
  writeAddress(more);
}

function pick(row, column) {
  if (!pictures.length) return;
  place = [clamp(row, 0, given().height - 1), clamp(column, 0, given().width - 1)];
  paint();
  writeAddress(more);
}

function nearest(bytes) {
  const distances = given().sizes.map(size => Math.abs(Math.log(size / bytes)));
  return distances.indexOf(Math.min(...distances));
}

function readAddress() {
  const {height, width} = given(), bytes = +address.get("bytes");
  readControls();
  at = nearest(bytes > 0 ? bytes : props.bytes);
  const [row, column] = placeInAddress("number", [Math.floor(0.3 * height), Math.floor(0.7 * width)]);
  place = [clamp(row, 0, height - 1), clamp(column, 0, width - 1)];
}

onCanvas(canvases.wavelet, () => [given().height, given().width], pick, (rows, columns) => pick(place[0] + rows, place[1] + columns));
for (const input of inputs)
  input.addEventListener("input", () => {
    readControl(input);
    if (pictures.length) show();
    writeAddress(more);
  });

/** The samples of the pictures, which come as addresses of data. */
async function pixelsOf(url) {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob(), {colorSpaceConversion: "none", premultiplyAlpha: "none"});
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data.filter((_, i) => i % 4 < 3);
}

async function receive() {
  const value = props.value;
  if (!value?.pictures) return;
  const decoded = await Promise.all(value.pictures.map(pixelsOf));
  if (value !== props.value) return; // another one has come meanwhile
  coefficients = value.coefficients.map(text => new Int8Array(bytesOf(text).buffer));
  first = value.first.map(bytesOf);
  pictures = decoded;
  const inside = ({low, high}) => n => n >= low && n <= high, {sizes, psnr} = value;
  bytes = {label: "bytes", low: sizes[0] / 1.1, high: sizes.at(-1) * 1.1, scale: Math.log};
  bytes.ticks = [100, 1000, 10000].filter(inside(bytes)).map(n => [n, n.toLocaleString("en")]);
  quality = {label: "picture's PSNR, dB", low: Math.min(...psnr) - 2, high: Math.max(...psnr) + 2};
  quality.ticks = [10, 20, 30, 40, 50].filter(inside(quality)).map(n => [n, n]);
  readAddress();
  show();
}

watch("value", receive);
onNavigation(() => {
  if (address.get("step") !== props.kind || !pictures.length) return;
  readAddress();
  show();
});
receive();
element.computed = () => pictures.length && {bytes: given().sizes[at], psnr: given().psnr[at], place, levels: levels(), picture: Array.from(pictures[at])};
