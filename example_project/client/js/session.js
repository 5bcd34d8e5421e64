/**
 * The tokens of whoever is signed in, shared by the open tabs.
 *
 * The access token lives in memory; from one page load to the next it is handed over. The refresh token is in the tab's
 * session storage, so that a reload does not sign anybody out; the README says why there. A refresh token buys one new
 * pair, once, so tabs take turns and tell each other what they got.
 */

import { ApiError, send } from "./http.js";

const SLOT = "storefront.refresh";
const HANDOVER = "storefront.access";
const EARLY = 10_000; // milliseconds before its end at which an access token is not used any more
const NEWS_TAKES = 150; // milliseconds from tab to tab, at most
const events = new EventTarget();
const channel = new BroadcastChannel("storefront.session");

/** @type {{access: string|null, until: number, refresh: string|null}} `until` is in the time of `performance.now()`. */
const tokens = { ...takeOver(), refresh: sessionStorage.getItem(SLOT) };

/** Tell whether somebody is signed in, as far as this tab knows. */
export const isSignedIn = () => tokens.refresh !== null;

/** @param {() => void} listener Called when somebody signs in or out, in this tab or another. */
export const onSessionChange = (listener) => events.addEventListener("change", listener);

/**
 * @param {string} username
 * @param {string} password
 */
export async function signIn(username, password) {
  accept(await send("POST", "/auth/jwt/create/", { body: { username, password } }));
  share();
}

/** End this session, here and on the server. */
export async function signOut() {
  const { refresh } = tokens;
  forget();
  channel.postMessage({ kind: "end" });
  if (refresh) await send("POST", "/auth/jwt/logout/", { body: { refresh }, keepalive: true }).catch(() => {});
}

/** Drop the tokens because the server takes them no more. */
export function endSession() {
  forget();
  channel.postMessage({ kind: "end" });
}

/**
 * Return a token to send along, a new one if need be; null for nobody.
 * @returns {Promise<string|null>}
 */
export async function accessToken() {
  if (!tokens.refresh) return null;
  if (tokens.access && performance.now() < tokens.until) return tokens.access;
  return renew(tokens.access);
}

/**
 * Buy a new pair of tokens, unless another request or tab has just done so.
 * @param {string|null} stale The access token that is no good.
 * @returns {Promise<string|null>} The new access token; null if the session is over.
 */
export async function renew(stale) {
  return navigator.locks.request(SLOT, async () => {
    if (tokens.access && tokens.access !== stale) return tokens.access;
    if (!tokens.refresh) return null;
    const used = tokens.refresh;
    try {
      accept(await send("POST", "/auth/jwt/refresh/", { body: { refresh: used } }));
      share();
    } catch (error) {
      if (!(error instanceof ApiError) || ![400, 401].includes(error.status)) throw error;
      await pause(NEWS_TAKES); // another tab may have been quicker, and its news on the way
      if (tokens.refresh === used) endSession();
    }
    return tokens.access;
  });
}

/** @type {Promise<void>|null} */
let joining = null;

/** Ask the other tabs, once, whether somebody is signed in there: a new tab starts with nothing. */
export function joinSession() {
  joining ??= (async () => {
    if (tokens.refresh) return;
    channel.postMessage({ kind: "ask" });
    await Promise.race([pause(NEWS_TAKES), new Promise((resolve) => onSessionChange(() => resolve(null)))]);
  })();
  return joining;
}

/** @param {{access: string, refresh: string}} pair */
function accept({ access, refresh }) {
  const before = tokens.refresh;
  tokens.access = access;
  tokens.until = performance.now() + lifetime(access) - EARLY;
  tokens.refresh = refresh;
  sessionStorage.setItem(SLOT, refresh);
  if (before === null) events.dispatchEvent(new Event("change"));
}

function forget() {
  const before = tokens.refresh;
  Object.assign(tokens, { access: null, until: 0, refresh: null });
  sessionStorage.removeItem(SLOT);
  if (before !== null) events.dispatchEvent(new Event("change"));
}

/** Leave the access token for the next page load, which would otherwise begin with a renewal. */
function handOver() {
  if (tokens.access)
    sessionStorage.setItem(HANDOVER, JSON.stringify([tokens.access, Date.now() + tokens.until - performance.now()]));
}

function takeOver() {
  const [access, end] = JSON.parse(sessionStorage.getItem(HANDOVER) ?? "[null, 0]");
  sessionStorage.removeItem(HANDOVER);
  return { access, until: performance.now() + end - Date.now() };
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function share() {
  channel.postMessage({ kind: "tokens", access: tokens.access, refresh: tokens.refresh });
}

/**
 * Milliseconds that a fresh token is good for. Reckoned from its own two times, so that a wrong clock does no harm.
 * @param {string} token
 */
function lifetime(token) {
  try {
    const { exp, iat } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return (exp - iat) * 1000;
  } catch {
    return 0;
  }
}

channel.addEventListener("message", ({ data }) => {
  if (data.kind === "ask" && tokens.refresh)
    accessToken().then(
      () => tokens.access && share(),
      () => {},
    );
  if (data.kind === "tokens") accept(data);
  if (data.kind === "end") forget();
});

addEventListener("pagehide", handOver);
addEventListener("pageshow", () => sessionStorage.removeItem(HANDOVER)); // a page that comes back has its memory still
