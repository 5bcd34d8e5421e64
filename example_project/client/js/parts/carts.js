/** What an empty cart shows. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { stateBox } from "../notices.js";

export const emptyCart = () =>
  stateBox({
    title: t("Your cart is empty"),
    text: t("Items that you add stay here until you come back."),
    mark: "bag",
    level: 2,
    actions: [h("a", { class: "button", href: "/" }, t("Browse the shop"))],
  });
