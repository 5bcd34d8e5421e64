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
 * @property {(params: Record<string, string>) => boolean} [move] Takes another path of the same route in place, if it
 *   can.
 *
 * @typedef {{default: (context: Context) => Promise<View>, skeleton?: () => Node}} ViewModule
 */

/** @typedef {{pattern: RegExp, load: () => Promise<ViewModule>}} Route */

/** @type {Route[]} */
const routes = [];
/** @type {{path: string, route: Route|undefined, view: View|null, abort: AbortController}} */
let current = { path: "", route: undefined, view: null, abort: new AbortController() };
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
  const { route: found, params } = match(path);
  if (!again && found && found === current.route && path !== current.path && current.view?.move?.(params)) {
    current.path = path;
    return;
  }
  current.abort.abort();
  const abort = new AbortController();
  current = { path, route: found, view: null, abort };
  const view = found ? await make(found, { params, query, signal: abort.signal }) : shell.missing();
  if (abort.signal.aborted || !view) return;
  current.view = view;
  shell.outlet.removeAttribute("aria-busy");
  fill(shell.outlet, view.node);
  setTitle(view.title);
  scrollTo(0, back ? (history.state?.scroll ?? 0) : 0);
  if (!first) greet(view);
}

/** The route of a path and what is in it. @param {string} path */
function match(path) {
  for (const found of routes) {
    const groups = found.pattern.exec(path);
    if (!groups) continue;
    const params = Object.entries(groups.groups ?? {}).map(([name, value]) => [name, decode(value)]);
    return { route: found, params: Object.fromEntries(params) };
  }
  return { route: undefined, params: {} };
}

/**
 * Load and run a view.
 * @param {Route} found
 * @param {Context} context
 * @returns {Promise<View|null>} Null if the person has gone elsewhere.
 */
async function make(found, context) {
  const { signal } = context;
  let timer = 0;
  try {
    const module = await found.load();
    timer = setTimeout(() => !signal.aborted && wait(module), SKELETON_AFTER);
    return await module.default(context);
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
