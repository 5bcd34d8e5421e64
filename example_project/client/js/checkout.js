/**
 * Placing an order once. An attempt has a key, which goes along with the request; as long as no answer has come (a lost
 * connection, a closed tab, a second click) trying again sends the same key, and the API answers with the same order.
 */

import { post } from "./api.js";
import { ApiError } from "./http.js";

const SLOT = "storefront.attempt";

/** @type {Promise<any>|null} */
let running = null;

/**
 * What people choose at the checkout; a quote takes the same as an order.
 * @typedef {import("../types/schema").components["schemas"]["ChoicesRequest"]} Choices
 */

/**
 * Ask what the cart costs.
 * @param {string} cartId
 * @param {Choices} choices
 */
export const quoteCart = (cartId, choices) => post(`/store/carts/${encodeURIComponent(cartId)}/quote/`, choices);

/**
 * Order what is in the cart.
 * @param {string} cartId
 * @param {Choices} choices
 * @returns {Promise<any>} The order.
 */
export function placeOrder(cartId, choices) {
  running ??= attempt({ cart_id: cartId, ...choices }).finally(() => {
    running = null;
  });
  return running;
}

/**
 * Where the answer to an attempt got lost and the cart is gone since, the order was placed: fetch it by the same key.
 * Nothing can be bought by this, for there is no cart to buy.
 * @returns {Promise<any|null>} The order, or null if there was no such attempt.
 */
export async function recoverOrder() {
  const [known] = JSON.parse(localStorage.getItem(SLOT) ?? "[]");
  if (!known) return null;
  return attempt(JSON.parse(known)).catch(() => null);
}

/** @param {Choices & {cart_id: string}} body */
async function attempt(body) {
  const key = keyFor(JSON.stringify(body));
  try {
    const order = await post("/store/orders/", body, { "Idempotency-Key": key });
    localStorage.removeItem(SLOT);
    return order;
  } catch (error) {
    // An answer that says no ends the attempt. No answer, or "try again", does not; nor does a session that has ended.
    if (error instanceof ApiError && error.status < 500 && ![401, 429].includes(error.status))
      localStorage.removeItem(SLOT);
    throw error;
  }
}

/**
 * The key of the unanswered attempt at this very order, or a new one.
 * @param {string} wanted
 */
function keyFor(wanted) {
  const [known, key] = JSON.parse(localStorage.getItem(SLOT) ?? "[]");
  if (known === wanted) return key;
  const made = crypto.randomUUID();
  localStorage.setItem(SLOT, JSON.stringify([wanted, made]));
  return made;
}
