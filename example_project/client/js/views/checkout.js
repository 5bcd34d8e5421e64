/** The checkout: address, shipping, vouchers, what it costs, and one order however often the button is pressed. */

import { signInAddress } from "../account.js";
import { get } from "../api.js";
import { currentCart, forgetCart, loadCart } from "../cart.js";
import { placeOrder, quoteCart, recoverOrder } from "../checkout.js";
import { fill, h } from "../dom.js";
import { money, number } from "../format.js";
import { t } from "../i18n.js";
import { notice } from "../notices.js";
import { addressChoice } from "../parts/addresses.js";
import { amountsOf } from "../parts/amounts.js";
import { emptyCart } from "../parts/carts.js";
import { onPress } from "../parts/forms.js";
import { guestDetails } from "../parts/guests.js";
import { orderAddress } from "../parts/orders.js";
import { thumbnail } from "../parts/products.js";
import { shippingChoice } from "../parts/shipping.js";
import { shortageNotice } from "../parts/shortage.js";
import { voucherField } from "../parts/vouchers.js";
import { go } from "../router.js";
import { isSignedIn, joinSession } from "../session.js";

/** @typedef {import("../checkout.js").Choices} Choices */

/** @param {import("../router.js").Context} context */
export default async function checkout({ signal }) {
  await joinSession();
  const own = isSignedIn() ? get("/store/customers/me/addresses/", {}, signal) : null;
  const [addresses] = await Promise.all([own, loadCart()]);
  const place = h("div", { class: "checkout" });
  const node = h("div", null, h("h1", null, t("Checkout")), place);
  if (currentCart().items.length) fill(place, await formOf(place, addresses));
  else {
    const placed = await recoverOrder();
    if (placed && !signal.aborted) await go(placedAddress(placed), { replace: true });
    fill(place, emptyCart());
  }
  return { title: t("Checkout"), node };
}

/** @param {HTMLElement} place @param {any[]|null} addresses Of whoever is signed in; null for a guest. */
async function formOf(place, addresses) {
  const messages = h("div", { class: "messages" });
  const lines = h("ul", { class: "mini-lines" });
  const amounts = h("div", { "aria-live": "polite" });
  const order = h("button", { class: "button wide big", type: "button", id: "place-order" });
  const where = addresses ? addressChoice(addresses, () => update()) : guestDetails(() => update());
  const shipping = shippingChoice(() => update());
  const vouchers = voucherField(() => update());
  /** @type {any} */
  let quote = null;
  let turn = 0;
  /** @type {Promise<unknown>} */
  let latest = Promise.resolve();

  const label = () => fill(order, t("Place the order"), quote ? [" · ", money(quote.total, quote.currency)] : "");

  function update() {
    latest = ask(++turn);
    return latest;
  }

  /** Ask what it costs, and show it unless something else was chosen meanwhile. @param {number} own */
  async function ask(own) {
    const chosen = where.quoted();
    let answer;
    try {
      /** @type {any} An address has whatever was entered. */
      const choices = { ...chosen, ...shipping.value(), ...vouchers.value() };
      answer = await quoteCart(cartId(), choices);
    } catch (error) {
      if (own !== turn) return;
      if (vouchers.refused(error)) return ask(own);
      if (error.body?.shipping_method && shipping.value().shipping_method) {
        shipping.forget();
        return ask(own);
      }
      const rest = where.refused(error).join(" ");
      if (rest || !Object.keys(error.fields ?? {}).length) fill(messages, notice(rest || error.message));
      return;
    }
    if (own !== turn) return;
    quote = answer;
    fill(lines, quote.lines.map(lineOf));
    fill(amounts, amountsOf(quote));
    if (shipping.show(Object.values(chosen).some(Boolean) ? quote.shipping_methods : [])) return ask(own);
    vouchers.accepted();
    const short = quote.problems.filter((problem) => problem.product_id !== null);
    fill(messages, short.length ? shortageNotice(short, adjusted) : null);
    label();
  }

  async function adjusted() {
    await loadCart();
    if (!currentCart().items.length) return fill(place, emptyCart());
    await update();
    fill(messages, notice(t("Your cart has been adjusted. Please check it, then place the order."), "done"));
    order.focus();
  }

  function tellNewTotal() {
    label();
    const total = money(quote.total, quote.currency);
    fill(messages, notice(t("The total is now {total}. Please check it, then place the order.", { total })));
    order.focus();
  }

  onPress(order, async () => {
    if (!where.check()) return;
    fill(messages);
    fill(order, t("Placing your order…"));
    const seen = quote?.total;
    await latest; // what was entered last may have changed the total
    if (quote?.total !== seen) return tellNewTotal();
    try {
      /** @type {any} An address has whatever was entered. */
      const choices = { ...where.value(), ...shipping.value(), ...vouchers.value() };
      const placed = await placeOrder(cartId(), { ...choices, expected_total: quote?.total });
      forgetCart();
      await go(placedAddress(placed), { replace: true });
    } catch (error) {
      label();
      if (error.status === 401) return go(signInAddress());
      if (error.code === "total_changed") {
        await update();
        return tellNewTotal();
      }
      const short = ["out_of_stock", "unavailable"].includes(error.code) ? error.body.items : null;
      fill(messages, short ? shortageNotice(short, adjusted) : refusal(error));
    }
  });

  /** What is said of an order that was refused, except at the fields. @param {any} error */
  function refusal(error) {
    if (error.name === "NetworkError") return notice(t("No answer came. Press again: it will still be one order."));
    const rest = where.refused(error);
    where.focus();
    if (!rest.length && Object.keys(error.fields ?? {}).length) return null;
    return notice(rest.join(" ") || error.message);
  }

  await update();
  return [
    h(
      "section",
      { class: "panel", "aria-labelledby": "where" },
      h("h2", { id: "where" }, t("Delivery")),
      !addresses && signInHint(),
      where.node,
      shipping.node,
    ),
    h(
      "aside",
      { class: "panel summary-panel", "aria-labelledby": "what" },
      h("h2", { id: "what" }, t("Your order")),
      lines,
      vouchers.node,
      amounts,
      messages,
      order,
      h("p", { class: "soft small" }, t("You pay on the next page. Until it is paid, you may cancel the order.")),
    ),
  ];
}

const cartId = () => currentCart().id ?? "";

/** The way to an account, and back with the same cart. */
const signInHint = () =>
  h(
    "p",
    { class: "soft guest-hint" },
    t("You buy as a guest."),
    " ",
    h("a", { href: signInAddress() }, t("Sign in to use your account")),
  );

/** @param {any} order */
function placedAddress(order) {
  const address = orderAddress(order);
  return `${address}${address.includes("?") ? "&" : "?"}placed`;
}

/** @param {any} line */
const lineOf = ({ product, quantity, amount }) =>
  h(
    "li",
    null,
    thumbnail(product),
    h(
      "span",
      { class: "mini-title" },
      product.title,
      " ",
      h("span", { class: "soft nowrap" }, `× ${number(quantity)}`),
    ),
    h("span", null, money(amount)),
  );
