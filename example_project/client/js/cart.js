/**
 * The cart. Its random id is all that is needed to open it, and it belongs to nobody: it is kept in local storage, so
 * that it is still there tomorrow and in every tab.
 */

import { get, patch, post, remove } from "./api.js";
import { ApiError } from "./http.js";

const SLOT = "storefront.cart";
const events = new EventTarget();

/** @typedef {{id: any, title: string, unit_price: number, image: any}} LineProduct */
/** @typedef {{id: any, product: LineProduct, quantity: number, total_price: number}} Line */
/** @typedef {{id: string|null, items: Line[], total_price: number}} Cart */

/** @type {Cart} */
const EMPTY = { id: null, items: [], total_price: 0 };
let cart = EMPTY;
/** @type {Promise<unknown>} Changes wait for each other, so that quick clicks arrive in their order. */
let queue = Promise.resolve();

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

/** @type {Promise<Cart>|null} */
let loading = null;

/** Read the cart, once for all who ask at the same time. @returns {Promise<Cart>} */
export function loadCart() {
  loading ??= readCart().finally(() => (loading = null));
  return loading;
}

/** Read the cart as it is now. One that is gone is forgotten. @returns {Promise<Cart>} */
async function readCart() {
  const id = localStorage.getItem(SLOT);
  if (!id) return become(EMPTY);
  try {
    return become(await get(`/store/carts/${encodeURIComponent(id)}/`));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return forgetCart();
    throw error;
  }
}

/** Begin anew: the cart was bought, or is gone. */
export function forgetCart() {
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
