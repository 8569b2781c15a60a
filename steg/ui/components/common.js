// What several components use: the state in the address, colours and numbers.

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** A number as short as it can be read: whole if it is, else with two digits after the point. */
function number(value) {
  const digits = Math.abs(value - Math.round(value)) < 5e-3 ? 0 : 2;
  const text = value.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  return text === "-0" || text === "-0.00" ? "0" : text.replace("-", "−");
}

/** Calls a function whenever the visitor goes back or forward, as long as the component is in the page. */
function onNavigation(action) {
  const listener = () => (element.isConnected ? action() : removeEventListener("popstate", listener));
  addEventListener("popstate", listener);
}

const address = {
  /** A parameter of the address, or null. */
  get: name => new URLSearchParams(location.search).get(name),

  /** Sets parameters; a value of null removes one. With `push` the address before is a step back. */
  set(values, push) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    const search = query.size ? `?${query}` : location.pathname;
    if (`?${query}` !== location.search) history[push ? "pushState" : "replaceState"](history.state, "", search);
    dispatchEvent(new Event("steg-address"));
  },
};

/** One of the colours (three numbers each) of a map, for a value from 0 to 1. */
function mapped(colours, value) {
  const index = Math.round(clamp(value, 0, 1) * (colours.length - 1));
  return colours[index];
}

/** A table cell on the colour that its number stands for. */
function cell(value, [red, green, blue], classes = "") {
  const ink = 0.299 * red + 0.587 * green + 0.114 * blue > 120 ? "#000" : "#fff";
  return `<td class="${classes}" style="background:rgb(${red},${green},${blue});color:${ink}">${number(value)}</td>`;
}
