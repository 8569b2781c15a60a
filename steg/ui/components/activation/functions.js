// Activation functions and their slopes. GELU: Hendrycks and Gimpel, arXiv:1606.08415, 2016.

/** The standard normal distribution function, to 1e-7: Abramowitz and Stegun, formula 26.2.17. */
function normal(x) {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail = density(x) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}
const density = x => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
const sigmoid = x => 1 / (1 + Math.exp(-x));

/** Softmax of numbers: shares that add up to 1. */
function softmax(scores) {
  const most = Math.max(...scores), powers = scores.map(score => Math.exp(score - most)), total = powers.reduce((a, b) => a + b);
  return powers.map(power => power / total);
}

/** Each function's value, and its slope (at a kink that on its left, as in PyTorch). Softmax: the other three scores are 0. */
const ACTIVATIONS = {
  "ReLU": [x => Math.max(x, 0), x => +(x > 0)],
  "Leaky ReLU": [(x, leak) => (x > 0 ? x : leak * x), (x, leak) => (x > 0 ? 1 : leak)],
  "GELU": [x => x * normal(x), x => normal(x) + x * density(x)],
  "Sigmoid": [sigmoid, x => sigmoid(x) * (1 - sigmoid(x))],
  "Tanh": [Math.tanh, x => 1 - Math.tanh(x) ** 2],
  "Softmax": [x => softmax([x, 0, 0, 0])[0], x => softmax([x, 0, 0, 0])[0] * (1 - softmax([x, 0, 0, 0])[0])],
};
