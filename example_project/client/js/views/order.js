/** One order. */

import { signedInOrAway } from "../account.js";
import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { dateTime, money } from "../format.js";
import { t } from "../i18n.js";
import { notice } from "../notices.js";
import { addressText } from "../parts/addresses.js";
import { amountsOf } from "../parts/amounts.js";
import { cancelButton, orderPath, statesOf } from "../parts/orders.js";
import { payButtons, paymentList, paymentMethods, paymentsOf } from "../parts/payments.js";
import { productAddress, thumbnail } from "../parts/products.js";

/** @param {import("../router.js").Context} context */
export default async function order({ params, query, signal }) {
  const title = t("Order {id}", { id: params.id });
  const key = query.get("key");
  if (!key && !(await signedInOrAway(signal))) return { title, node: h("h1", null, title) };
  const found = { ...(await get(orderPath({ id: params.id, key }), {}, signal)), key };
  const place = h("div", { class: "order-place" });
  const [payments, methods] = await Promise.all([paymentsOf(found, signal), paymentMethods(signal)]);
  const show = (present) => fill(place, detailsOf(present, show, payButtons(present, methods)), paymentList(payments));
  show(found);
  return {
    title,
    node: h(
      "div",
      null,
      !key && crumbs(title),
      h("h1", null, query.has("placed") ? t("Thank you for your order") : title),
      query.has("placed") &&
        notice(t("It has the number {id}. A confirmation is on its way to you by mail.", { id: found.id }), "done"),
      place,
    ),
  };
}

/** @param {string} title */
const crumbs = (title) =>
  h(
    "nav",
    { class: "crumbs", "aria-label": t("Where you are") },
    h("ol", null, h("li", null, h("a", { href: "/orders" }, t("Orders"))), h("li", { "aria-current": "page" }, title)),
  );

/** @param {any} order @param {(order: any) => void} show @param {HTMLElement|null} pay */
const detailsOf = (order, show, pay) =>
  h(
    "div",
    { class: "order" },
    h(
      "section",
      { class: "panel", "aria-label": t("What was ordered") },
      h(
        "ul",
        { class: "lines" },
        order.items.map((item) =>
          h(
            "li",
            { class: "line-item still" },
            thumbnail({ ...item.product, title: item.title }),
            h(
              "div",
              { class: "line-text" },
              h("a", { class: "line-title", href: productAddress(item.product) }, item.title),
              h("p", { class: "soft" }, `${item.quantity} × ${money(item.unit_price, order.currency)}`),
            ),
            h("strong", { class: "line-total" }, money(item.unit_price * item.quantity, order.currency)),
          ),
        ),
      ),
    ),
    h(
      "aside",
      { class: "panel summary-panel", "aria-label": t("About the order") },
      statesOf(order),
      h(
        "dl",
        { class: "facts" },
        fact(t("Placed"), dateTime(order.placed_at)),
        order.shipped_at && fact(t("Shipped"), dateTime(order.shipped_at)),
        order.tracking && fact(t("Tracking number"), order.tracking),
        order.cancelled_at && fact(t("Cancelled"), dateTime(order.cancelled_at)),
        fact(t("Goes to"), order.shipping_address ? addressText(order.shipping_address) : t("Collected by yourself")),
      ),
      amountsOf(order),
      pay,
      cancelButton(order, show),
    ),
  );

/** @param {string} name @param {string} value */
const fact = (name, value) => [h("dt", null, name), h("dd", null, value)];
