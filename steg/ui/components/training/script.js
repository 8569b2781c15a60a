// Pictures and errors of a training that runs on the server, which sends a value every second.

const HEIGHT = 190, LEFT = 46, RIGHT = 24, BOTTOM = 26, TOP = 18;
const svg = element.querySelector("svg");
const inside = () => (svg.clientWidth || 560) - LEFT - RIGHT; // drawn at the size it is shown
const rms = decibel => 255 * 10 ** (-decibel / 20); // the error's root mean square, in levels

function curve(points, seconds, most) {
  return points.map(([at, error], i) => {
    const x = LEFT + at / seconds * inside(), y = HEIGHT - BOTTOM - error / most * (HEIGHT - BOTTOM - TOP);
    return `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
}

function show() {
  const {pictures, curve: points, seconds, says} = props.value || {};
  if (says) element.querySelector(".status").innerHTML = says;
  if (!points) return;
  for (const [name, url] of Object.entries(pictures)) {
    const image = element.querySelector(`[data-name=${name}]`);
    image.src = url;
    image.hidden = false;
  }
  const cover = points.map(([at, psnr]) => [at, rms(psnr)]), secret = points.map(([at, , psnr]) => [at, rms(psnr)]);
  const most = Math.max(20, ...[...cover, ...secret].map(([, error]) => error)) * 1.05;
  const text = (x, y, content, anchor = "middle") => `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="15" fill="currentColor">${content}</text>`;
  const ticks = [0, 20, 40, 60].map(at => text(LEFT + at / seconds * inside(), HEIGHT - 6, `${at} s`));
  const scale = most > 90 ? 50 : 20;
  for (let error = 0; error < most; error += scale) {
    const y = HEIGHT - BOTTOM - error / most * (HEIGHT - BOTTOM - TOP);
    ticks.push(text(LEFT - 6, y + 5, error, "end"), `<line x1="${LEFT}" x2="${LEFT + inside()}" y1="${y}" y2="${y}" stroke="currentColor" opacity="0.25"/>`);
  }
  svg.setAttribute("viewBox", `0 0 ${LEFT + inside() + RIGHT} ${HEIGHT}`);
  svg.innerHTML = `${ticks.join("")}${text(2, 12, "error, in levels of 255 (root mean square)", "start")}` +
    `<path d="${curve(cover, seconds, most)}" fill="none" stroke="#1f78c8" stroke-width="3.5"/>` +
    `<path d="${curve(secret, seconds, most)}" fill="none" stroke="#d9661f" stroke-width="3.5" stroke-dasharray="8 4"/>`;
}

watch("value", show);
new ResizeObserver(() => svg.clientWidth && show()).observe(svg);
show();
