/** The checkout: where it goes, what it costs, and one order however often one presses. */

import { signedInOrAway } from "../account.js";
import { get, post } from "../api.js";
import { currentCart, forgetCart, loadCart, removeLine, setQuantity } from "../cart.js";
import { placeOrder, recoverOrder } from "../checkout.js";
import { fill, h, icon } from "../dom.js";
import { money } from "../format.js";
import { notice } from "../notices.js";
import { go } from "../router.js";
import { field, makeForm, onPress } from "../parts/forms.js";
import { thumbnail } from "../parts/products.js";
import { emptyCart } from "./cart.js";

/** @param {import("../router.js").Context} context */
export default async function checkout({ signal }) {
  if (!(await signedInOrAway(signal))) return { title: "Checkout", node: h("h1", null, "Checkout") };
  const [, addresses] = await Promise.all([loadCart(), get("/store/customers/me/addresses/", {}, signal)]);
  const place = h("div", { class: "checkout" });
  const node = h("div", null, h("h1", null, "Checkout"), place);
  if (!currentCart().items.length) {
    const placed = currentCart().id === null ? await recoverOrder() : null;
    if (placed && !signal.aborted) await go(placedAddress(placed), { replace: true });
    fill(place, emptyCart());
    return { title: "Checkout", node };
  }
  const messages = h("div", { class: "messages" });
  const where = addressChoice(addresses);
  const review = h("div");
  const showLines = () => fill(review, linesOf(currentCart()));
  const order = h("button", { class: "button wide big", type: "button", id: "place-order" });
  const label = () => fill(order, "Place the order · ", money(currentCart().total_price));

  onPress(order, async () => {
    fill(messages);
    fill(order, "Placing your order…");
    try {
      const placed = await placeOrder(currentCart().id, where.value());
      forgetCart();
      await go(placedAddress(placed), { replace: true });
    } catch (error) {
      label();
      refused(error, messages, async () => {
        await loadCart();
        if (!currentCart().items.length) return fill(place, emptyCart());
        showLines();
        label();
        fill(messages, notice("Your cart is adjusted. Have another look, then place the order.", "done"));
        order.focus();
      });
    }
  });

  showLines();
  label();
  fill(
    place,
    h("section", { class: "panel", "aria-labelledby": "where" }, h("h2", { id: "where" }, "Where it goes"), where.node),
    h("aside", { class: "panel summary-panel", "aria-labelledby": "what" }, h("h2", { id: "what" }, "What you order"), review, messages, order, h("p", { class: "soft small" }, "You pay on the next page. Until it is paid, you may cancel the order.")),
  );
  return { title: "Checkout", node };
}

/** @param {any} order */
const placedAddress = (order) => `/orders/${encodeURIComponent(order.id)}?placed`;

/** @param {import("../cart.js").Cart} cart */
const linesOf = (cart) => [
  h(
    "ul",
    { class: "mini-lines" },
    cart.items.map((item) => h("li", null, thumbnail(item.product.id, item.product.title), h("span", { class: "mini-title" }, item.product.title, " ", h("span", { class: "soft nowrap" }, `× ${item.quantity}`)), h("span", null, money(item.total_price)))),
  ),
  h("div", { class: "row between total-row" }, h("span", null, "Total before tax"), h("strong", { class: "total" }, money(cart.total_price))),
];

/**
 * Say why there is no order, and offer what helps.
 * @param {any} error @param {HTMLElement} messages @param {() => Promise<unknown>} adjusted
 */
function refused(error, messages, adjusted) {
  const short = ["out_of_stock", "unavailable"].includes(error.code) ? error.body.items : null;
  if (short) return fill(messages, shortage(short, adjusted));
  const text = error.name === "NetworkError" ? "No answer came. Press again: it will still be one order." : Object.values(error.fields ?? {}).flat().join(" ") || error.message;
  return fill(messages, notice(text));
}

/**
 * @param {{product_id: any, requested: number, available: number}[]} items
 * @param {() => Promise<unknown>} adjusted
 */
function shortage(items, adjusted) {
  const lineFor = ({ product_id }) => currentCart().items.find((line) => String(line.product.id) === String(product_id));
  const button = h("button", { class: "button small", type: "button" }, "Adjust my cart to this");
  onPress(button, async () => {
    for (const item of items) {
      const line = lineFor(item);
      if (line) await (item.available > 0 ? setQuantity(line.id, item.available) : removeLine(line.id)).catch(() => {});
    }
    await adjusted();
  });
  return notice([
    h("p", null, h("strong", null, "There is not enough of this left. Nothing was ordered.")),
    h(
      "ul",
      { class: "shortage" },
      items.map((item) => h("li", null, h("strong", null, lineFor(item)?.product.title ?? `Product ${item.product_id}`), `: you want ${item.requested}, ${item.available > 0 ? `${item.available} available` : "none available"}`)),
    ),
    button,
  ]);
}

/** @param {any} address */
export const addressText = ({ street, zip, city, country }) => [street, [zip, city].filter(Boolean).join(" "), country].filter(Boolean).join(", ");

export const addressFields = () => [
  field({ name: "street", label: "Street and number", attributes: { required: true, maxlength: 255, autocomplete: "street-address" } }),
  h(
    "div",
    { class: "two" },
    field({ name: "zip", label: "Postcode", attributes: { autocomplete: "postal-code" } }),
    field({ name: "city", label: "City", attributes: { required: true, maxlength: 255, autocomplete: "address-level2" } }),
  ),
  field({ name: "country", label: "Country", attributes: { autocomplete: "country-name" } }),
];

/** The own addresses to choose from, and room for a new one. @param {any[]} addresses */
function addressChoice(addresses) {
  const list = h("div", { class: "choices" });
  const choice = (value, text, checked) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "address", value, checked }), h("span", null, text));
  const show = (chosen) =>
    fill(list, addresses.map((each) => choice(String(each.id), addressText(each), String(each.id) === chosen)), choice("", "I collect it myself", chosen === ""));
  show(addresses.length ? String(addresses[0].id) : "");
  const form = makeForm({
    label: "New address",
    fields: addressFields(),
    button: "Save this address",
    act: async (values, self) => {
      const made = await post("/store/customers/me/addresses/", values);
      addresses.push(made);
      show(String(made.id));
      self.reset();
      more.open = false;
      more.querySelector("summary").focus();
    },
  });
  const more = /** @type {HTMLDetailsElement} */ (h("details", { class: "more" }, h("summary", null, icon("plus"), "New address"), form));
  return {
    node: h("div", null, h("fieldset", null, h("legend", { class: "hidden" }, "Address"), list), more),
    value() {
      const chosen = list.querySelector("input:checked")?.value;
      return chosen ? Number(chosen) : null;
    },
  };
}
