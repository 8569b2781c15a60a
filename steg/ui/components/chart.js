// A chart with curves and one point that is dragged, or moved by the arrow keys; drawn at the size it is shown.

const CHART = {height: 260, left: 44, right: 14, top: 26, bottom: 44};
const MARKERS = {
  circle: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
  square: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`,
  triangle: (x, y, r) => `<path d="M${x - 1.2 * r} ${y + r}H${x + 1.2 * r}L${x} ${y - 1.2 * r}Z"/>`,
};
const svgText = (x, y, text, anchor = "middle") => `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="15" fill="currentColor">${text}</text>`;

/** An axis {label, low, high, ticks: [[value, text]], scale} with a place in [0, 1] for each value. */
const along = ({low, high, scale = value => value}, value) => (scale(value) - scale(low)) / (scale(high) - scale(low));

/**
 * A function that draws curves {points: [[x, y]], colour, dash, marker} into an SVG element, on two axes, with a
 * ring around the point `marked`; `says` is that point in words.
 *
 * `onMove` gets the place in [0, 1] along the axis that is pointed at; `onStep` -1 or 1 by the arrow keys.
 */
function makeChart(svg, onMove, onStep) {
  let drawn = null;
  const width = () => svg.clientWidth || 560;
  const inside = () => width() - CHART.left - CHART.right;

  function draw(x, y, curves, marked, says) {
    drawn = [x, y, curves, marked, says];
    const place = ([at, value]) => [
      +(CHART.left + along(x, at) * inside()).toFixed(1),
      +(CHART.height - CHART.bottom - along(y, value) * (CHART.height - CHART.top - CHART.bottom)).toFixed(1),
    ];
    const floor = CHART.height - CHART.bottom;
    const parts = x.ticks.map(([value, text]) => {
      const at = place([value, y.low])[0], half = 4.8 * String(text).length;
      return svgText(Math.min(at, width() - half), floor + 18, text); // all of it inside
    });
    for (const [value, text] of y.ticks) {
      const at = place([x.low, value])[1];
      parts.push(svgText(CHART.left - 6, at + 5, text, "end"), `<line x1="${CHART.left}" x2="${CHART.left + inside()}" y1="${at}" y2="${at}" stroke="currentColor" opacity="0.2"/>`);
    }
    parts.push(svgText(CHART.left + inside() / 2, CHART.height - 6, x.label), svgText(2, 14, y.label, "start"));
    for (const {points, colour, dash = "none", marker} of curves) {
      const places = points.map(place);
      parts.push(`<path d="M${places.join("L")}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`);
      if (marker) parts.push(`<g fill="${colour}">${places.map(at => MARKERS[marker](...at, 4)).join("")}</g>`);
    }
    const [cx, cy] = place(marked);
    parts.push(`<path d="M${cx} ${cy}V${floor}M${cx} ${cy}H${CHART.left}" stroke="currentColor" stroke-dasharray="3 4"/>`);
    parts.push(`<circle cx="${cx}" cy="${cy}" r="9" fill="none" stroke="currentColor" stroke-width="3.5"/>`);
    svg.setAttribute("viewBox", `0 0 ${width()} ${CHART.height}`);
    svg.innerHTML = parts.join("");
    svg.setAttribute("aria-valuemin", x.low);
    svg.setAttribute("aria-valuemax", x.high);
    svg.setAttribute("aria-valuenow", marked[0]);
    svg.setAttribute("aria-valuetext", says);
  }

  const follow = event => onMove(clamp((event.clientX - svg.getBoundingClientRect().left - CHART.left) / inside(), 0, 1));
  svg.addEventListener("pointerdown", event => {
    svg.setPointerCapture(event.pointerId);
    follow(event);
  });
  svg.addEventListener("pointermove", event => event.buttons && follow(event));
  svg.addEventListener("keydown", event => {
    const step = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity}[event.key];
    if (!step) return;
    event.preventDefault();
    onStep(step);
  });
  new ResizeObserver(() => drawn && svg.clientWidth && draw(...drawn)).observe(svg);
  return draw;
}
