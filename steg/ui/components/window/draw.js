// The picture, the window on it and the result.

// pixels of a canvas across, about; of the page: how high a picture is, at most, and how wide a figure, from and to
const DRAWN = 960, HIGH = 215, LESS_HIGH = 175, FIGURE = [240, 420];

function paint(canvas, {height, width}, colourOf, times) {
  const small = new OffscreenCanvas(width, height), image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set([...colourOf(i), 255], 4 * i);
  small.getContext("2d").putImageData(image, 0, 0);
  [canvas.width, canvas.height] = [width * times, height * times];
  canvas.times = times;
  canvas.picture = small;
}

function paintAll() {
  const {shown, result, more, black, white} = model;
  const scale = Math.max(1, Math.floor(DRAWN / Math.max(shown[0].width, shown[0].height)));
  const grey = value => Array(3).fill(clamp(Math.round((value - black) / Math.max(white - black, 1e-9) * 255), 0, 255));
  paint(canvases.before, shown[0], i => (shown.length === 3 ? shown.map(({data}) => data[i]) : Array(3).fill(shown[0].data[i])), scale);
  const times = model.sameScale ? scale : Math.max(1, Math.floor(DRAWN / Math.max(result.width, result.height)));
  paint(canvases.result, result, i => grey(result.data[i]), times);
  if (more) paint(canvases.more, more, i => mapped(props.sequential, more.data[i] / 64), times);
  const high = shown.length > 1 && model.size > 3 ? LESS_HIGH : HIGH; // so that the numbers fit on the screen as well
  const widest = Math.max(shown[0].width, result.width), tallest = Math.max(shown[0].height, result.height);
  for (const [canvas, {width, height}] of [[canvases.before, shown[0]], [canvases.result, result], [canvases.more, more || result]]) {
    const share = model.sameScale ? Math.min(width / widest, 1) : 1;
    const wide = Math.round((model.sameScale ? high / tallest : high / height) * width);
    canvas.style.width = `min(${100 * share}%, ${wide}px)`;
    canvas.style.height = "auto";
    canvas.parentElement.style.maxWidth = `${clamp(Math.round(wide / share), ...FIGURE)}px`;
  }
}

/** A rectangle of pixels on a canvas, as a line outside of it, orange between two of black. */
function outline(context, times, top, left, height, width, line) {
  for (const [colour, thick] of [["#000", 2 * line], ["#ff9500", line]]) {
    context.lineWidth = thick;
    context.strokeStyle = colour;
    context.strokeRect(left * times - line / 2, top * times - line / 2, width * times + line, height * times + line);
  }
}

function draw() {
  for (const canvas of Object.values(canvases)) {
    if (!canvas.picture) continue;
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas.picture, 0, 0, canvas.width, canvas.height);
  }
  const [row, column] = state.place, {size, stride, dilation, result} = model;
  const before = canvases.before.getContext("2d"), after = canvases.result.getContext("2d");
  const line = canvases.before.width / 240, side = effectiveSize(size, dilation);
  if (model.frame) outline(before, canvases.before.times, ...model.frame, line / 2);
  if (dilation > 1)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        outline(before, canvases.before.times, row * stride + i * dilation, column * stride + j * dilation, 1, 1, line / 3);
  outline(before, canvases.before.times, row * stride, column * stride, side, side, line);
  if (state.built < result.data.length) {
    const {times} = canvases.result, done = Math.floor(state.built / result.width), rest = state.built % result.width;
    after.fillStyle = "#00204d"; // dark blue, where the window has not been yet
    after.fillRect(rest * times, done * times, canvases.result.width, times);
    after.fillRect(0, (done + 1) * times, canvases.result.width, canvases.result.height);
  }
  outline(after, canvases.result.times, row, column, 1, 1, canvases.result.width / 240);
}
