/** Tags and likes of a product. */

import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { likesOf, listTags, tagsOf } from "../social.js";
import { likeButton } from "./products.js";

/**
 * Tags and likes, where there are any; the page does not wait for them.
 * @param {any} shown
 * @param {HTMLElement} place
 */
export async function loadExtras(shown, place) {
  const [tags, known, likes] = await Promise.all([
    tagsOf(shown).catch(() => null),
    listTags(),
    likesOf(shown).catch(() => null),
  ]);
  const nameOfTag = (label) => known?.find((tag) => tag.label === label)?.slug ?? label;
  fill(
    place,
    likes && likeButton(shown, likes),
    tags &&
      tags.length > 0 &&
      h(
        "ul",
        { class: "chips", "aria-label": t("Tags") },
        tags.map((label) =>
          h("li", null, h("a", { class: "chip", href: `/?tags=${encodeURIComponent(nameOfTag(label))}` }, label)),
        ),
      ),
  );
}
