// Names, roles, states and keys that Gradio 6 leaves out (gradio-app/gradio#1178, #13635, #13798, #13813): rules, each
// for the elements that match a selector.
() => {
  let count = 0;
  const id = element => (element.id ||= `steg-${++count}`);
  const text = element => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
  const block = element => element.closest(".block");
  const title = element => text(block(element)?.querySelector("[data-testid=block-label], [data-testid=block-info]"));
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null) element.removeAttribute(name);
      else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
    }
  };
  /** Says of a button which component it belongs to: "Fullscreen: Cover". */
  const name = button => {
    const own = (button.dataset.name ??= button.getAttribute("aria-label") || text(button));
    set(button, {"aria-label": `${own}: ${title(button)}`});
  };
  const described = field => {
    const [label, info] = ["[data-testid=block-info]", ".info-text"].map(part => block(field).querySelector(part));
    set(field, {"aria-labelledby": label && id(label), "aria-describedby": info && id(info)});
  };
  /** The words in a file's name. */
  const words = path => decodeURIComponent(path.split("/").pop()).replace(/\.\w+$/, "").replace(/[_-]+/g, " ");

  const rules = {
    // one group of radio buttons is one Tab stop; Gradio gives each a name of its own
    "fieldset input[type=radio]": radio => set(radio, {name: id(radio.closest("fieldset"))}),
    "fieldset.block": described,

    // of tabs, the open one is a Tab stop; `keydown` below leads to the others
    "[role=tab]": tab => {
      const open = tab.getAttribute("aria-selected") === "true";
      const panels = [...tab.closest(".tabs").children].filter(child => child.matches("[role=tabpanel]"));
      const panel = open && panels.find(child => child.offsetParent);
      set(tab, {tabindex: open ? 0 : -1, "aria-controls": panel ? id(panel) : null});
      if (panel) set(panel, {"aria-labelledby": id(tab)});
    },
    "button.label-wrap": button => set(button, {"aria-expanded": button.classList.contains("open")}),
    "button.label-wrap .icon": icon => set(icon, {"aria-hidden": true}),

    // pictures and files: the label names the group, and each of its buttons
    "label[data-testid=block-label]": label => set(block(label), {role: "group", "aria-labelledby": id(label)}),
    ".block button[aria-dropeffect]": drop => set(drop, {"aria-label": `${title(drop)}: ${text(drop)}`}),
    "button.submit-button": button => (button.dataset.name ||= "Submit"),
    ".block :is(.icon-button-wrapper, .source-selection) button, button.reset-button, button.submit-button": name,
    "button.thumbnail-item:has(.caption-label)": item =>
      set(item, {"aria-label": `Enlarge: ${text(item.querySelector(".caption-label"))}`}),
    "button.gallery-item:has(img)": item => set(item, {"aria-label": `Take ${words(item.querySelector("img").src)}`}),
    "[aria-label='Empty value']": empty => set(empty, {role: "img", "aria-label": "Nothing here yet"}),

    // a label names its first control, which is the copy button; and the help line is no part of the name
    "label > .input-container > :is(input, textarea)": described,

    // a button inside what is called a button; its text is shown anyhow
    ".toast-header": header => set(header, {role: null, tabindex: null}),

    // messages and verdicts are read out when they come
    ".prose.notice": notice => set(notice, {role: "status"}),

    // what is too wide for a phone is stacked: each row one below the other, each cell with its head
    ".figures table": table => {
      const prose = table.closest(".prose.figures");
      const heads = [...table.querySelectorAll("th")].map(text);
      delete table.dataset.stacked;
      if (innerWidth > 640 || prose.scrollWidth <= prose.clientWidth) return;
      table.dataset.stacked = "";
      table.querySelectorAll("td").forEach(cell => set(cell, {"data-head": heads[cell.cellIndex]}));
      // a table that is not laid out as one is none for screen readers
      const roles = {TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader", TD: "cell"};
      for (const part of [table, ...table.querySelectorAll("*")]) {
        if (part.tagName in roles) set(part, {role: roles[part.tagName]});
      }
    },
    // what is wider than the page scrolls by arrow keys
    ".figures, .numbers": table => {
      const wide = table.scrollWidth > table.clientWidth;
      set(table, wide ? {tabindex: 0, role: "group", "aria-label": "Table"} : {tabindex: null});
    },

    // the line between two pictures moves by arrow keys
    "[data-testid=slider]": line => set(line, {role: "slider", tabindex: 0, "aria-label": title(line), ...position(line)}),
  };

  const position = line => {
    const [inner, outer] = [line.getBoundingClientRect(), line.parentElement.getBoundingClientRect()];
    const share = (inner.x + inner.width / 2 - outer.x) / outer.width;
    return {"aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * share) || 0};
  };
  const drag = (line, share) => {
    const [inner, outer] = [line.getBoundingClientRect(), line.parentElement.getBoundingClientRect()];
    const from = inner.x + inner.width / 2;
    const mouse = (type, clientX) =>
      new MouseEvent(type, {clientX, clientY: inner.y + inner.height / 2, view: window, bubbles: true, cancelable: true});
    line.dispatchEvent(mouse("mousedown", from));
    for (const type of ["mousemove", "mouseup"]) window.dispatchEvent(mouse(type, from + share * outer.width));
  };

  document.addEventListener("keydown", event => {
    const move = {ArrowRight: 1, ArrowLeft: -1, Home: -1e3, End: 1e3}[event.key];
    const element = event.target;
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    if (element.matches("[role=tab]")) {
      const tabs = [...element.parentElement.querySelectorAll("[role=tab]")];
      const at = tabs.indexOf(element) + move;
      const next = Math.abs(move) > 1 ? tabs.at(move < 0 ? 0 : -1) : tabs.at(at % tabs.length);
      next.click();
      next.focus();
    } else if (element.matches("[data-testid=slider]")) {
      drag(element, Math.max(-1, Math.min(1, move / 20)));
    } else return;
    event.preventDefault();
  });

  // where the focused button gives way to others, as that of an upload, the first of these is focused
  let held = {};
  document.addEventListener("focusin", event => (held = {element: event.target, block: block(event.target)}));
  const refocus = () => {
    if (document.activeElement !== document.body || !held.element || held.element.isConnected) return;
    [...(held.block?.querySelectorAll("button, input, textarea") ?? [])].find(each => each.offsetParent)?.focus();
  };

  let waiting;
  const mend = () => {
    waiting = undefined;
    refocus();
    for (const [selector, rule] of Object.entries(rules)) document.querySelectorAll(selector).forEach(rule);
  };
  const soon = () => (waiting ??= setTimeout(mend, 100));
  addEventListener("resize", mend);
  new MutationObserver(soon).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["aria-selected", "class", "src", "style"],
  });
  mend();
}
