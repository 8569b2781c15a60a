// What each of the steps computes. A model has
//   inputs: planes under the window (one, or red, green and blue);  shown: planes drawn on the left (1 or 3)
//   size, stride, dilation;  result: a plane;  black, white: the numbers drawn in these colours
//   kernels: weights for each input, or null;  code: the same in PyTorch;  about: sentences, as HTML
//   and if need be: frame [top, left, height, width] on the left;  more: a third plane, and its caption

const COLOURS = ["red", "green", "blue"];
const tuple = values => `(${values.join(", ")})`;

function convolutionModel(picture, state) {
  const colour = state.channels === "colour";
  const inputs = colour ? picture.slice(1) : [picture[0]];
  const size = Math.sqrt(state.kernels[0].length), {stride, dilation} = state;
  const kernels = state.kernels.slice(0, inputs.length);
  const alike = state.alike && !colour;
  const result = alike ? correlate(inputs[0], kernels[0], stride, dilation) : convolve(inputs, kernels, stride, dilation);
  const weights = kernels.flat(), total = sum(weights), signed = Math.abs(total) <= 0.01 * sum(weights.map(Math.abs));
  let [black, white] = total < 0 ? [255 * total, 0] : [0, 255 * total];
  if (signed) {
    const sizes = Array.from(result.data, Math.abs).sort((a, b) => a - b);
    white = Math.max(sizes[Math.floor(0.995 * (sizes.length - 1))] || 0, 1);
    black = -white;
  }
  if (alike) [black, white] = [-1, 1];
  const largest = result.data.indexOf(Math.max(...result.data));
  const [row, column] = [Math.floor(largest / result.width), largest % result.width];
  const side = effectiveSize(size, dilation), rounded = stride > 1 ? ` / ${stride}, rounded down,` : "";
  const scale = alike ? "black is −1, the opposite pattern; white is 1, the same one"
    : `black is ${number(Math.round(black))} or less, white ${number(Math.round(white))} or more`;
  const parameters = colour ? ` One kernel over three colours has 3 × ${size} × ${size} = ${3 * size ** 2} weights and gives <b>one</b> sum.` : "";
  return {
    inputs, shown: inputs, kernels, size, stride, dilation, result, black, white, alike,
    names: [colour ? "Picture, three planes: red, green, blue" : "Picture (its brightness)", "Result"],
    code: alike ? "" : `F.conv2d(x, k, stride=${stride}, dilation=${dilation})`,
    about: `The window is ${side} pixels wide: it fits at (${inputs[0].width} − ${side})${rounded} + 1 = <b>${result.width}</b> places across, ${result.height} down. ` +
      `In the result ${scale}. The largest number, ${number(result.data[largest])}, is with the window ${column * stride} pixels from the left and ${row * stride} from the top.${parameters}`,
  };
}

/** Lines of code, with a loop in place of a line that is repeated. */
function grouped(lines) {
  const found = [];
  for (const line of lines) {
    if (found.at(-1)?.line === line) found.at(-1).times++;
    else found.push({line, times: 1});
  }
  return found.map(({line, times}) => (times > 1 ? `for _ in range(${times}): ` : "") + line).join("\n");
}

function paddingModel(picture, state) {
  const {mode, padding, size, stride, layers} = state, kernel = Array(size ** 2).fill(1 / size ** 2);
  const lengths = [], codes = [];
  let result = picture[0], padded, frame, first;
  lengths.push(`${result.width}x${result.height}`);
  for (let layer = 1; layer <= layers; layer++) {
    const across = paddingWidths(result.width, size, mode, padding, stride);
    const down = paddingWidths(result.height, size, mode, padding, stride);
    if (mode === "reflect" && padding >= Math.min(result.width, result.height))
      throw Error(`For layer ${layer} the picture has too few pixels to mirror ${padding}; take fewer layers, or less padding.`);
    first ||= {across, down};
    frame = [down[0], across[0], result.height, result.width];
    padded = pad(result, down, across, mode === "reflect");
    result = convolve([padded], [kernel], stride);
    if (!result.data.length)
      throw Error(`For layer ${layer} the picture is smaller than the kernel; take fewer layers, a smaller kernel or more padding.`);
    lengths.push(`${result.width}x${result.height}`);
    codes.push(`x = F.conv2d(F.pad(x, ${tuple([...across, ...down])}${mode === "reflect" ? ', mode="reflect"' : ""}), k, stride=${stride})`);
  }
  const border = ({height, width, data}) => {
    const values = Array.from(data).filter((_, i) => i < width || i >= data.length - width || i % width === 0 || i % width === width - 1);
    return number(Math.round(sum(values) / values.length));
  };
  const formula = ([before, after], length) =>
    `⌊(${length} + ${before} + ${after} − ${size}) / ${stride}⌋ + 1 = <b>${places(length + before + after, size, stride)}</b>`;
  const which = layers > 1 ? `, of layer ${layers}` : "";
  return {
    inputs: [padded], shown: [padded], kernels: [kernel], size, stride, dilation: 1, result, black: 0, white: 255, frame, sameScale: true, still: true,
    names: [`What goes in${which}, padded; the frame is its border`, `Result${which}`],
    code: grouped(codes),
    about: `First layer, ⌊(n + p₁ + p₂ − k) / s⌋ + 1: across ${formula(first.across, picture[0].width)}, down ${formula(first.down, picture[0].height)}. ` +
      `Layer by layer: ${lengths.join(" → ")}. The outermost pixels of the picture have a mean brightness of <b>${border(picture[0])}</b>, those of the result <b>${border(result)}</b>.`,
  };
}

const MARGIN = 4; // columns kept out of sight, which come in with the shift

function poolingModel(picture, state) {
  const {kind, of, size, stride, shift} = state;
  let whole = picture[0];
  if (of === "edges") {
    const edges = convolve([whole], [[-1, 0, 1, -2, 0, 2, -1, 0, 1]]);
    whole = plane(edges.height, edges.width, edges.data.map(value => Math.max(value, 0)));
  }
  const width = whole.width - MARGIN;
  const before = columns(whole, MARGIN, width), after = columns(whole, MARGIN - shift, width);
  const [result, moved] = [before, after].map(view => pool(view, size, stride, kind));
  const change = plane(result.height, result.width, moved.data.map((value, i) => Math.abs(value - result.data[i])));
  const kept = values => `${Math.round(100 * values.filter(value => value < 1e-9).length / values.length)}%`;
  const inPicture = before.data.map((value, i) => Math.abs(value - after.data[i]));
  return {
    inputs: [before], shown: [before], kernels: null, kind, size, stride, dilation: 1, result, black: 0, white: 255,
    names: ["Before pooling", "Pooled", "Change of it by the shift"],
    more: change,
    code: kind === "max" ? `F.max_pool2d(x, ${size}, ${stride})` : `F.avg_pool2d(x, ${size}, ${stride})`,
    about: `${before.width}x${before.height} numbers became ${result.width}x${result.height}. A shift by ${shift} to the right leaves <b>${kept(inPicture)}</b> of the picture's numbers ` +
      `and <b>${kept(change.data)}</b> of the pooled ones as they are, and changes them by ${number(sum(inPicture) / inPicture.length)} and ${number(sum(change.data) / change.data.length)} levels on the average (dark blue: not at all; yellow: by 64 or more).`,
  };
}

const MODELS = {convolution: convolutionModel, padding: paddingModel, pooling: poolingModel};
