// Convolution as networks compute it (cross-correlation), padding and pooling. A plane is one channel of a
// picture: {height, width, data}, row by row. Dumoulin and Visin, "A guide to convolution arithmetic for deep
// learning", arXiv:1603.07285, 2016.

const plane = (height, width, data) => ({height, width, data: data || new Float64Array(height * width)});
const sum = values => values.reduce((total, value) => total + value, 0);
const effectiveSize = (size, dilation) => dilation * (size - 1) + 1;
const places = (length, size, stride) => Math.max(0, Math.floor((length - size) / stride) + 1);

/** Numbers under a window whose first pixel is at (top, left). */
function patchOf({width, data}, top, left, size, dilation = 1) {
  const values = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      values.push(data[(top + row * dilation) * width + left + column * dilation]);
  return values;
}

/** `reduce(top, left)` at each place where the window fits. */
function slide({height, width}, size, stride, reduce) {
  const result = plane(places(height, size, stride), places(width, size, stride));
  for (let row = 0; row < result.height; row++)
    for (let column = 0; column < result.width; column++)
      result.data[row * result.width + column] = reduce(row * stride, column * stride);
  return result;
}

/** The sum of products of kernels (one for each plane) and window, at each place. */
function convolve(planes, kernels, stride = 1, dilation = 1) {
  const size = Math.sqrt(kernels[0].length), {width} = planes[0];
  return slide(planes[0], effectiveSize(size, dilation), stride, (top, left) => {
    let total = 0;
    planes.forEach(({data}, channel) => {
      let weight = 0;
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++)
          total += kernels[channel][weight++] * data[(top + row * dilation) * width + left + column * dilation];
    });
    return total;
  });
}

/** Normalised cross-correlation: from -1 to 1, 0 where window or kernel is flat. Lewis, 1995. */
function correlate(picture, kernel, stride, dilation) {
  const size = Math.sqrt(kernel.length), mean = sum(kernel) / kernel.length;
  const centred = kernel.map(weight => weight - mean), energy = sum(centred.map(weight => weight ** 2));
  return slide(picture, effectiveSize(size, dilation), stride, (top, left) => {
    const under = patchOf(picture, top, left, size, dilation), level = sum(under) / under.length;
    const norm = Math.sqrt(energy * sum(under.map(value => (value - level) ** 2)));
    return norm > 1e-6 * 255 ** 2 ? sum(under.map((value, i) => value * centred[i])) / norm : 0;
  });
}

/** How many pixels a padding adds before and after: as many as asked for, or those that "same" needs. */
function paddingWidths(length, kernel, mode, padding, stride) {
  if (mode === "none") return [0, 0];
  if (mode !== "same") return [padding, padding];
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + kernel - length);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** Puts rows and columns around a plane: zeros, or the plane mirrored about its outermost pixels. */
function pad({height, width, data}, [top, bottom], [left, right], mirrored) {
  const result = plane(height + top + bottom, width + left + right);
  const reflect = (index, length) => (index < 0 ? -index : index >= length ? 2 * (length - 1) - index : index);
  for (let row = 0; row < result.height; row++)
    for (let column = 0; column < result.width; column++) {
      let [y, x] = [row - top, column - left];
      if (mirrored) [y, x] = [reflect(y, height), reflect(x, width)];
      if (y >= 0 && y < height && x >= 0 && x < width) result.data[row * result.width + column] = data[y * width + x];
    }
  return result;
}

/** The largest number ("max") or the mean of each window. */
function pool(picture, size, stride, kind) {
  return slide(picture, size, stride, (top, left) => {
    const under = patchOf(picture, top, left, size);
    return kind === "max" ? Math.max(...under) : sum(under) / under.length;
  });
}

/** The columns of a plane from `left` on. */
function columns(picture, left, width) {
  const result = plane(picture.height, width);
  for (let row = 0; row < picture.height; row++)
    for (let column = 0; column < width; column++)
      result.data[row * width + column] = picture.data[row * picture.width + left + column];
  return result;
}
