/** Addresses to views: plain paths and the history API, focus and scrolling as after a page load. */

import { fill, h } from "./dom.js";
import { announce } from "./notices.js";

const SKELETON_AFTER = 120; // milliseconds; what is faster needs none

/**
 * @typedef {object} Context What a view is told.
 * @property {Record<string, string>} params From the path.
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal Raised when the person goes elsewhere.
 *
 * @typedef {object} View What a view gives back.
 * @property {string} title
 * @property {Node} node
 * @property {(query: URLSearchParams) => void} [update] Takes a new query in place; without it the view is made anew.
 *
 * @typedef {{default: (context: Context) => Promise<View>, skeleton?: () => Node}} ViewModule
 */

/** @type {{pattern: RegExp, load: () => Promise<ViewModule>}[]} */
const routes = [];
/** @type {{path: string, view: View|null, abort: AbortController}} */
let current = { path: "", view: null, abort: new AbortController() };
/** @type {{outlet: HTMLElement, failed: (error: unknown, retry: () => void) => View, missing: () => View}} */
let shell;

/**
 * @param {string} path Such as `/products/:id`.
 * @param {() => Promise<ViewModule>} load
 */
export function route(path, load) {
  const pattern = path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
  routes.push({ pattern: new RegExp(`^${pattern}/?$`), load });
}

/**
 * Show the present address, and follow links and the history from now on.
 * @param {typeof shell} parts Where views go, and what is shown when there is none.
 */
export function start(parts) {
  shell = parts;
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => show({ back: true }));
  document.addEventListener("click", follow);
  show({ first: true });
}

/**
 * Go to an address of this client.
 * @param {string} target
 * @param {{replace?: boolean}} [options]
 */
export function go(target, { replace = false } = {}) {
  const url = local(target);
  if (replace) history.replaceState({}, "", url);
  else {
    history.replaceState({ ...history.state, scroll: scrollY }, "");
    history.pushState({}, "", url);
  }
  return show();
}

/** Name the page. @param {string} title */
export function setTitle(title) {
  document.title = title === "Storefront" ? title : `${title} · Storefront`;
}

/** Make the present view anew. */
export const reload = () => show({ again: true });

/**
 * The address to come back to; of others than our own nothing is left.
 * @param {string} target
 */
export function local(target) {
  const url = new URL(target, location.origin);
  return url.origin === location.origin ? url.pathname + url.search + url.hash : "/";
}

/** @param {MouseEvent} event */
function follow(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey ||
    link.target ||
    link.origin !== location.origin
  )
    return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.href);
}

/** @param {{first?: boolean, back?: boolean, again?: boolean}} [how] */
async function show({ first = false, back = false, again = false } = {}) {
  const query = new URLSearchParams(location.search);
  const path = location.pathname;
  if (!again && path === current.path && current.view?.update) {
    current.view.update(query);
    return;
  }
  current.abort.abort();
  const abort = new AbortController();
  current = { path, view: null, abort };
  const view = await make(path, query, abort.signal);
  if (abort.signal.aborted || !view) return;
  current.view = view;
  shell.outlet.removeAttribute("aria-busy");
  fill(shell.outlet, view.node);
  setTitle(view.title);
  scrollTo(0, back ? (history.state?.scroll ?? 0) : 0);
  if (!first) greet(view);
}

/**
 * Load and run the view of a path.
 * @param {string} path
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @returns {Promise<View|null>} Null if the person has gone elsewhere.
 */
async function make(path, query, signal) {
  const found = routes.map(({ pattern, load }) => ({ match: pattern.exec(path), load })).find(({ match }) => match);
  if (!found) return shell.missing();
  const params = Object.fromEntries(
    Object.entries(found.match?.groups ?? {}).map(([name, value]) => [name, decode(value)]),
  );
  let timer = 0;
  try {
    const module = await found.load();
    timer = setTimeout(() => !signal.aborted && wait(module), SKELETON_AFTER);
    return await module.default({ params, query, signal });
  } catch (error) {
    if (signal.aborted) return null;
    return error?.status === 404 ? shell.missing() : shell.failed(error, reload);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {ViewModule} module */
function wait(module) {
  shell.outlet.setAttribute("aria-busy", "true");
  fill(shell.outlet, module.skeleton?.() ?? h("div", { class: "skeleton skeleton-page" }));
}

/** Tell where one is: focus on the heading, which screen readers then read. @param {View} view */
function greet(view) {
  const heading = shell.outlet.querySelector("h1");
  if (!(heading instanceof HTMLElement)) return announce(view.title);
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** @param {string} value */
function decode(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
