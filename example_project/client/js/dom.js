/** Building the page. Data becomes text nodes and attributes, never markup: there is no innerHTML in this client. */

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} One path each, drawn on 24 by 24. */
const ICONS = {
  bag: "M6 8h12l1 12H5L6 8zM9 8V6.500a3 3 0 0 1 6 0V8",
  box: "M4 8l8-4 8 4v8l-8 4-8-4V8zM4 8l8 4 8-4M12 12v8",
  check: "M5 12.500l4.500 4.500L19 7.500",
  down: "M6 9.500l6 6 6-6",
  filter: "M4 7h16M7 12h10M10 17h4",
  heart: "M12 20S4 15 4 9.300A4.300 4.300 0 0 1 12 7a4.300 4.300 0 0 1 8 2.300C20 15 12 20 12 20z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  left: "M14.500 6l-6 6 6 6",
  minus: "M6 12h12",
  plus: "M12 6v12M6 12h12",
  right: "M9.500 6l6 6-6 6",
  search: "M11 4.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM16 16l4 4",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  upload: "M12 16V5M7.500 9.500L12 5l4.500 4.500M5 19h14",
  user:
    "M12 4.500a3.700 3.700 0 1 1 0 7.400 3.700 3.700 0 0 1 0-7.400z" +
    "M5 20c.600-4 3.400-5.500 7-5.500s6.400 1.500 7 5.500",
  warning: "M12 5l8.500 14.500h-17L12 5zM12 10.500v4M12 17h.01",
  x: "M7 7l10 10M17 7L7 17",
};

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, any>|null} [props] Attributes; `on…` are listeners, booleans and `value` are properties;
 *   what is null, undefined or false is left out.
 * @param {...any} children Nodes, texts, or lists of them; what is null or false is left out.
 * @returns {HTMLElement}
 */
export function h(tag, props = null, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true || name === "value") node[name === "readonly" ? "readOnly" : name] = value;
    else node.setAttribute(name === "class" ? "class" : name, String(value));
  }
  put(node, children);
  return node;
}

/**
 * Replace what is in a node.
 * @param {Element} node
 * @param {...any} children
 */
export function fill(node, ...children) {
  node.replaceChildren();
  put(node, children);
  return node;
}

/** @param {Element} node @param {any[]} children */
function put(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/**
 * An icon that says nothing to screen readers: what it stands next to, or its button's label, does.
 * @param {keyof typeof ICONS} name
 * @param {string} [extra] A class.
 */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

let lastId = 0;

/** An id that nothing else on the page has. @param {string} prefix */
export const uid = (prefix) => `${prefix}-${++lastId}`;

/**
 * An element of the page that is always there.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {any} The element, of whichever kind the selector names.
 */
export function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector} on this page.`);
  return found;
}

/** Text for screen readers alone. @param {string} text */
export const hidden = (text) => h("span", { class: "hidden" }, text);

/**
 * Call a function once things have been quiet for a while.
 * @template {any[]} A
 * @param {(...args: A) => void} act
 * @param {number} milliseconds
 */
export function debounce(act, milliseconds) {
  let timer = 0;
  return (/** @type {A} */ ...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), milliseconds);
  };
}
