/** The pictures of a product: a big one, and the others to choose from. */

import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { pictureOf } from "./products.js";

/** @param {import("../catalogue.js").Product} shown */
export function gallery(shown) {
  const place = h("div", { class: "product-picture" }, pictureOf(shown.images[0], shown.title, { eager: true }));
  if (shown.images.length < 2) return h("div", null, place);
  const buttons = shown.images.map((picture, index) => {
    const text = picture.alt_text || t("{title}, picture {number}", { title: shown.title, number: index + 1 });
    const button = h(
      "button",
      {
        class: "thumb",
        type: "button",
        "aria-label": t("Show: {text}", { text }),
        "aria-pressed": String(index === 0),
      },
      pictureOf(picture, shown.title, { decorative: true }),
    );
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      fill(place, pictureOf(picture, shown.title, { eager: true }));
    });
    return button;
  });
  return h("div", null, place, h("div", { class: "thumbs", role: "group", "aria-label": t("Pictures") }, buttons));
}
