/** The checkout: address, shipping, vouchers, what it costs, and one order however often the button is pressed. */

import { signedInOrAway } from "../account.js";
import { get } from "../api.js";
import { currentCart, forgetCart, loadCart, removeLine, setQuantity } from "../cart.js";
import { placeOrder, quoteCart, recoverOrder } from "../checkout.js";
import { fill, find, h, icon } from "../dom.js";
import { money } from "../format.js";
import { notice } from "../notices.js";
import { addressChoice } from "../parts/addresses.js";
import { amountsOf } from "../parts/amounts.js";
import { emptyCart } from "../parts/carts.js";
import { onPress } from "../parts/forms.js";
import { thumbnail } from "../parts/products.js";
import { go } from "../router.js";

/** @typedef {import("../checkout.js").Choices} Choices */

/** @param {import("../router.js").Context} context */
export default async function checkout({ signal }) {
  if (!(await signedInOrAway(signal))) return { title: "Checkout", node: h("h1", null, "Checkout") };
  const [, addresses] = await Promise.all([loadCart(), get("/store/customers/me/addresses/", {}, signal)]);
  const place = h("div", { class: "checkout" });
  const node = h("div", null, h("h1", null, "Checkout"), place);
  if (currentCart().items.length) fill(place, await formOf(place, addresses));
  else {
    const placed = currentCart().id === null ? await recoverOrder() : null;
    if (placed && !signal.aborted) await go(placedAddress(placed), { replace: true });
    fill(place, emptyCart());
  }
  return { title: "Checkout", node };
}

/** @param {HTMLElement} place @param {any[]} addresses */
async function formOf(place, addresses) {
  const messages = h("div", { class: "messages" });
  const lines = h("ul", { class: "mini-lines" });
  const amounts = h("div", { "aria-live": "polite" });
  const order = h("button", { class: "button wide big", type: "button", id: "place-order" });
  const where = addressChoice(addresses, () => update());
  const shipping = shippingChoice(() => update());
  const vouchers = voucherField(() => update());
  /** @type {any} */
  let quote = null;

  /** @returns {Choices} */
  const choices = () => ({ address_id: where.value(), ...shipping.value(), ...vouchers.value() });
  const label = () => fill(order, "Place the order", quote ? [" · ", money(quote.total, quote.currency)] : "");

  async function update() {
    try {
      quote = await quoteCart(cartId(), choices());
    } catch (error) {
      if (vouchers.refused(error)) return update();
      return fill(messages, notice(wordsOf(error)));
    }
    fill(lines, quote.lines.map(lineOf));
    fill(amounts, amountsOf(quote));
    if (shipping.show(where.value() === null ? [] : quote.shipping_methods)) return update();
    vouchers.accepted();
    const short = quote.problems.filter((problem) => problem.product_id !== null);
    fill(messages, short.length ? shortage(short, adjusted) : null);
    label();
  }

  async function adjusted() {
    await loadCart();
    if (!currentCart().items.length) return fill(place, emptyCart());
    await update();
    fill(messages, notice("Your cart has been adjusted. Please check it, then place the order.", "done"));
    order.focus();
  }

  onPress(order, async () => {
    fill(messages);
    fill(order, "Placing your order…");
    try {
      const placed = await placeOrder(cartId(), { ...choices(), expected_total: quote?.total });
      forgetCart();
      await go(placedAddress(placed), { replace: true });
    } catch (error) {
      label();
      if (error.code === "total_changed") {
        await update();
        const text = `The total is now ${money(quote.total, quote.currency)}. Please check it, then place the order.`;
        fill(messages, notice(text));
        return order.focus();
      }
      const short = ["out_of_stock", "unavailable"].includes(error.code) ? error.body.items : null;
      fill(messages, short ? shortage(short, adjusted) : notice(wordsOf(error)));
    }
  });

  await update();
  return [
    h(
      "section",
      { class: "panel", "aria-labelledby": "where" },
      h("h2", { id: "where" }, "Delivery"),
      where.node,
      shipping.node,
    ),
    h(
      "aside",
      { class: "panel summary-panel", "aria-labelledby": "what" },
      h("h2", { id: "what" }, "Your order"),
      lines,
      vouchers.node,
      amounts,
      messages,
      order,
      h("p", { class: "soft small" }, "You pay on the next page. Until it is paid, you may cancel the order."),
    ),
  ];
}

const cartId = () => currentCart().id ?? "";

/** @param {any} order */
const placedAddress = (order) => `/orders/${encodeURIComponent(order.id)}?placed`;

/** @param {any} line */
const lineOf = ({ product, quantity, amount }) =>
  h(
    "li",
    null,
    thumbnail(product),
    h("span", { class: "mini-title" }, product.title, " ", h("span", { class: "soft nowrap" }, `× ${quantity}`)),
    h("span", null, money(amount)),
  );

/** The shipping methods of the quote; hidden where there are none. @param {() => void} onChange */
function shippingChoice(onChange) {
  const list = h("div", { class: "choices" });
  const node = h("fieldset", { class: "shipping", hidden: true }, h("legend", null, "Shipping"), list);
  let chosen = "";
  list.addEventListener("change", () => {
    chosen = find("input:checked", list).value;
    onChange();
  });
  return {
    node,
    value: () => (chosen ? { shipping_method: chosen } : {}),
    /**
     * Show the methods and choose the first one, unless one of them is chosen already.
     * @param {{id: string, label: string, amount: number}[]} methods
     * @returns {boolean} Whether the choice has changed, so that the quote is out of date.
     */
    show(methods) {
      const before = chosen;
      node.hidden = !methods.length;
      if (!methods.some((method) => method.id === chosen)) chosen = methods[0]?.id ?? "";
      fill(
        list,
        methods.map(({ id, label, amount }) =>
          h(
            "label",
            { class: "choice" },
            h("input", { type: "radio", name: "shipping", value: id, checked: id === chosen }),
            h("span", null, label),
            h("span", { class: "choice-amount" }, money(amount)),
          ),
        ),
      );
      return chosen !== before;
    },
  };
}

/** A voucher code, which a quote accepts or refuses. @param {() => void} onChange */
function voucherField(onChange) {
  const input = /** @type {HTMLInputElement} */ (
    h("input", { id: "voucher", maxlength: 64, autocomplete: "off", "aria-describedby": "voucher-error" })
  );
  const problem = h("p", { class: "error", id: "voucher-error", role: "status" });
  const apply = h("button", { class: "button quiet small", type: "button" }, "Apply");
  let code = "";
  onPress(apply, async () => {
    fill(problem);
    code = input.value.trim();
    await onChange();
  });
  return {
    node: h(
      "details",
      { class: "more" },
      h("summary", null, icon("plus"), "Voucher"),
      h(
        "div",
        { class: "field" },
        h("label", { for: "voucher" }, "Code"),
        h("div", { class: "row" }, input, apply),
        problem,
      ),
    ),
    value: () => (code ? { vouchers: [code] } : {}),
    accepted() {
      if (code) input.value = code;
    },
    /** Tell whether a refusal is about the code, which is dropped then. @param {any} error */
    refused(error) {
      const texts = error.body?.vouchers;
      if (!code || !texts) return false;
      code = "";
      fill(problem, Array.isArray(texts) ? texts.join(" ") : String(texts));
      return true;
    },
  };
}

/** @param {any} error */
function wordsOf(error) {
  if (error.name === "NetworkError") return "No answer came. Press again: it will still be one order.";
  return (
    Object.values(error.fields ?? {})
      .flat()
      .join(" ") || error.message
  );
}

/**
 * @param {{product_id: any, requested: number|null, available: number|null}[]} items
 * @param {() => Promise<unknown>} adjusted
 */
function shortage(items, adjusted) {
  const lineFor = ({ product_id }) =>
    currentCart().items.find((line) => String(line.product.id) === String(product_id));
  const button = h("button", { class: "button small", type: "button" }, "Adjust my cart to this");
  onPress(button, async () => {
    for (const item of items) {
      const line = lineFor(item);
      const left = item.available ?? 0;
      if (line) await (left > 0 ? setQuantity(line.id, left) : removeLine(line.id)).catch(() => {});
    }
    await adjusted();
  });
  const wordsFor = (item) => {
    const left = (item.available ?? 0) > 0 ? `${item.available} available` : "none available";
    const wanted = item.requested ? `you want ${item.requested}, ` : "";
    return h(
      "li",
      null,
      h("strong", null, lineFor(item)?.product.title ?? `Product ${item.product_id}`),
      ": ",
      wanted,
      left,
    );
  };
  return notice([
    h("p", null, h("strong", null, "There is not enough of this left. Nothing was ordered.")),
    h("ul", { class: "shortage" }, items.map(wordsFor)),
    button,
  ]);
}
