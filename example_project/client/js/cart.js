/**
 * The cart. An anonymous one is opened by its random id, which is kept in local storage, so that it is still there
 * tomorrow and in every tab. Whoever signs in has a cart of their own, the same on every device: what is in the
 * anonymous one is moved into it.
 */

import { get, patch, post, remove } from "./api.js";
import { ApiError } from "./http.js";
import { isSignedIn, onSessionChange } from "./session.js";

const SLOT = "storefront.cart";
const MINE = "/store/carts/mine/";
const events = new EventTarget();

/** @typedef {{id: any, title: string, unit_price: number, image: any}} LineProduct */
/** @typedef {{id: any, product: LineProduct, quantity: number, total_price: number}} Line */
/** @typedef {{id: string|null, items: Line[], total_price: number}} Cart */

/** @type {Cart} */
const EMPTY = { id: null, items: [], total_price: 0 };
let cart = EMPTY;
/** @type {Promise<unknown>} Changes wait for each other, so that quick clicks arrive in their order. */
let queue = Promise.resolve();
/** @type {Promise<Cart>|null} */
let loading = null;
let turn = 0; // only the latest answer counts

/** The cart as last seen. */
export const currentCart = () => cart;

/** How many things are in it. */
export const countItems = () => cart.items.reduce((sum, line) => sum + line.quantity, 0);

/** @param {(cart: Cart) => void} listener @param {AbortSignal} [signal] */
export const onCartChange = (listener, signal) => events.addEventListener("change", () => listener(cart), { signal });

/** @param {Cart} next */
function become(next) {
  cart = next;
  events.dispatchEvent(new Event("change"));
  return cart;
}

/** Read the cart, once for all who ask at the same time. @returns {Promise<Cart>} */
export function loadCart() {
  if (loading) return loading;
  const own = readCart().finally(() => {
    if (loading === own) loading = null;
  });
  loading = own;
  return own;
}

/** Read the cart as it is now. @returns {Promise<Cart>} */
async function readCart() {
  const own = ++turn;
  const read = await (isSignedIn() ? readOwn() : readAnonymous());
  return own === turn ? become(read) : cart;
}

/** Read the cart of whoever is signed in, with what they had put into an anonymous one. @returns {Promise<Cart>} */
async function readOwn() {
  const anonymous = localStorage.getItem(SLOT);
  try {
    const own = await (anonymous ? post(MINE, { cart_id: anonymous }) : get(MINE));
    localStorage.removeItem(SLOT);
    return own;
  } catch (error) {
    if (!isSignedIn()) return readAnonymous(); // the session has ended meanwhile
    if (!anonymous || !(error instanceof ApiError) || ![400, 404].includes(error.status)) throw error;
    if (error.status === 404) localStorage.removeItem(SLOT); // it was bought, or is gone
    return get(MINE); // of 400: together they are too much for one cart, so that the other one is kept
  }
}

/** Read the anonymous cart. One that is gone is forgotten. @returns {Promise<Cart>} */
async function readAnonymous() {
  const id = localStorage.getItem(SLOT);
  if (!id) return EMPTY;
  try {
    return await get(`/store/carts/${encodeURIComponent(id)}/`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    localStorage.removeItem(SLOT);
    return EMPTY;
  }
}

/** Begin anew: the cart was bought, or is gone. */
export function forgetCart() {
  turn += 1;
  localStorage.removeItem(SLOT);
  return become(EMPTY);
}

/** @param {any} productId @param {number} quantity */
export const addToCart = (productId, quantity = 1) =>
  change(async () => {
    const line = { product_id: productId, quantity };
    try {
      await post(itemsPath(await ensureCart()), line);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      forgetCart();
      await post(itemsPath(await ensureCart()), line);
    }
  });

/** @param {any} lineId @param {number} quantity */
export const setQuantity = (lineId, quantity) =>
  change(() => patch(`${itemsPath(cart.id)}${encodeURIComponent(lineId)}/`, { quantity }));

/** @param {any} lineId */
export const removeLine = (lineId) => change(() => remove(`${itemsPath(cart.id)}${encodeURIComponent(lineId)}/`));

/** @param {() => Promise<unknown>} act */
function change(act) {
  const done = queue.then(act).finally(readCart);
  queue = done.catch(() => {});
  return done;
}

/** @returns {Promise<string>} */
async function ensureCart() {
  if (isSignedIn()) return String(cart.id ?? (await readOwn()).id);
  const id = localStorage.getItem(SLOT);
  if (id) return id;
  const made = await post("/store/carts/");
  localStorage.setItem(SLOT, made.id);
  return made.id;
}

/** @param {string|null} id */
const itemsPath = (id) => `/store/carts/${encodeURIComponent(id ?? "")}/items/`;

addEventListener("storage", (event) => {
  if (event.key === SLOT) loadCart().catch(() => {});
});
onSessionChange(() => {
  loading = null; // what is being read is somebody else's
  loadCart().catch(() => {});
});
