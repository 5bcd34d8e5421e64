/** What an order looks like, short and in full. */

import { post } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { ask, toast } from "../notices.js";
import { onPress } from "./forms.js";

const PAYMENT = {
  P: [t("Payment pending"), "wait"],
  C: [t("Paid"), "good"],
  F: [t("Payment failed"), "bad"],
  R: [t("Refunded"), "wait"],
};
const PLACE = { cancelled: t("Cancelled"), shipped: t("Shipped"), placed: t("Placed") };

/** @typedef {{id: any, key?: string|null} & Record<string, any>} Order `key` opens a guest's. */

/** Where an order is shown. @param {Order} order */
export const orderAddress = (order) => `/orders/${encodeURIComponent(order.id)}${keyOf(order)}`;

/**
 * Where an order is in the API.
 * @param {Order} order
 * @param {string} [below] Such as `payments/`.
 */
export const orderPath = (order, below = "") => `/store/orders/${encodeURIComponent(order.id)}/${below}${keyOf(order)}`;

/** @param {Order} order */
const keyOf = ({ key }) => (key ? `?${new URLSearchParams({ key })}` : "");

/** Whether it costs nothing, so that nobody has to pay it. @param {Order} order */
const isFree = (order) => order.payment_status === "C" && order.total === 0;

/** How things stand, in coloured words. @param {any} order */
export function statesOf(order) {
  const [text, kind] = isFree(order)
    ? [t("Nothing to pay"), "good"]
    : (PAYMENT[order.payment_status] ?? [order.payment_status, "wait"]);
  const cancelled = order.status === "cancelled";
  const place = PLACE[order.status] ?? PLACE.placed;
  return h(
    "p",
    { class: "pills" },
    h("span", { class: cancelled ? "pill bad" : "pill good" }, place),
    (!cancelled || order.payment_status === "R") && h("span", { class: `pill ${kind}` }, text),
  );
}

/**
 * A button that cancels the order, while that can be; null otherwise.
 * @param {Order} order @param {(order: Order) => void} done Told the order as it is then.
 */
export function cancelButton(order, done) {
  if (order.status !== "placed" || !(order.payment_status === "P" || isFree(order))) return null;
  const button = h(
    "button",
    { class: "button quiet danger-text small", type: "button", "aria-label": t("Cancel order {id}", { id: order.id }) },
    t("Cancel the order"),
  );
  return onPress(button, async () => {
    const sure = await ask({
      title: t("Cancel order {id}?", { id: order.id }),
      text: t("What you ordered goes back on the shelf. This can't be undone."),
      yes: t("Yes, cancel it"),
    });
    if (!sure) return;
    try {
      const cancelled = await post(orderPath(order, "cancel/"));
      done({ ...cancelled, key: order.key });
      toast(t("Order {id} is cancelled.", { id: order.id }));
    } catch (error) {
      toast(error.message, { kind: "problem" });
    }
  });
}
