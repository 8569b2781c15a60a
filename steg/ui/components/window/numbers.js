// Patch, kernel, products and their sum, in numbers.

const levels = value => Array(3).fill(clamp(Math.round(value), 0, 255));
const signedColour = most => value => mapped(props.diverging, 0.5 + value / most / 2);
function table(values, size, colourOf, caption, classOf = () => "") {
  const cells = values.map((value, i) => cell(value, colourOf(value), classOf(value)));
  const rows = Array.from({length: size}, (_, row) => `<tr>${cells.slice(row * size, (row + 1) * size).join("")}</tr>`);
  return `<table><caption>${caption}</caption>${rows.join("")}</table>`;
}
const sign = text => `<span class="sign">${text}</span>`;

/** Lays out the places of the tables; the kernel's cells can be changed, so they stay while others are drawn. */
function layOutNumbers() {
  const {size, kernels, inputs: planes, still} = model, key = [size, planes.length, !!kernels, still].join();
  if (find(".worked").dataset.key === key) return;
  find(".worked").dataset.key = key;
  find(".worked").innerHTML = planes.map((_, channel) => {
    const cells = Array.from({length: size ** 2}, (_, i) =>
      `<td><input type="number" step="any" aria-label="Weight of the kernel${planes.length > 1 ? ` for ${COLOURS[channel]}` : ""}, row ${Math.floor(i / size) + 1}, column ${i % size + 1}" data-channel="${channel}" data-index="${i}"></td>`);
    const rows = Array.from({length: size}, (_, row) => `<tr>${cells.slice(row * size, (row + 1) * size).join("")}</tr>`).join("");
    const caption = still ? "kernel" : "kernel (drag a weight)";
    const kernel = still ? `<span class="still"></span>` : `<table class="kernel"><caption>${caption}</caption>${rows}</table>`;
    return `<div class="channel"><span class="under"></span>${kernels ? sign("×") + kernel : ""}<span class="products"></span></div>`;
  }).join("");
}

function showNumbers() {
  const {inputs: planes, kernels, size, stride, dilation, result} = model, [row, column] = state.place;
  const answer = result.data[row * result.width + column], colour = planes.length > 1;
  const patches = planes.map(({width, height, data}) => patchOf({width, height, data}, row * stride, column * stride, size, dilation));
  const top = model.kind === "max" ? answer : null;
  element.querySelectorAll(".under").forEach((place, channel) => {
    place.innerHTML = table(patches[channel], size, levels, colour ? COLOURS[channel] : "pixels under the window", value => (value === top ? "most" : ""));
  });
  let says;
  if (kernels) {
    const products = patches.map((patch, channel) => patch.map((value, i) => value * kernels[channel][i]));
    const sums = products.map(sum), total = sum(sums), most = Math.max(...products.flat().map(Math.abs), 1e-9);
    element.querySelectorAll(".products").forEach((place, channel) => {
      place.innerHTML = colour ? `= ${number(sums[channel])}` : sign("=") + table(products[channel], size, signedColour(most), "products");
    });
    if (model.still) find(".still").innerHTML = table(kernels[0], size, signedColour(Math.max(...kernels[0])), `kernel: 1/${size ** 2} each`);
    says = `${colour ? `${sums.map(number).join(" + ")}: the` : "The"} sum of the products is <b>${number(total)}</b>`;
    if (!model.alike) says += ", the marked pixel of the result.";
    else if (Math.abs(answer) < 1e-9) says += ": no likeness here, or the window is evenly bright, without any pattern.";
    else says += `; with this contrast, the kernel's own pattern would give ${number(Math.abs(total / answer))}. Their ratio is the marked pixel of the result: <b>${number(answer)}</b>.`;
  } else {
    find(".products").innerHTML = "";
    says = `The ${model.kind === "max" ? "largest" : "mean"} of these numbers is <b>${number(answer)}</b>, the marked pixel of the result.`;
  }
  find(".sum").innerHTML = says;
}

function showKernel() {
  const {kernels} = model, most = Math.max(...kernels.flat().map(Math.abs), 1e-9);
  for (const input of element.querySelectorAll(".kernel input")) {
    const weight = kernels[input.dataset.channel][input.dataset.index], [red, green, blue] = signedColour(most)(weight);
    if (document.activeElement !== input || +input.value !== weight) input.value = +weight.toFixed(4);
    input.parentElement.style.cssText = `background:rgb(${red},${green},${blue});color:${0.299 * red + 0.587 * green + 0.114 * blue > 120 ? "#000" : "#fff"}`;
  }
}
