/** A product's pictures, for staff: upload with progress, description, removal. */

import { isStaff, signedInOrAway } from "../account.js";
import { get, patch, remove, upload } from "../api.js";
import { getProduct } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { kilobytes, percent as percentOf } from "../format.js";
import { t } from "../i18n.js";
import { announce, ask, notice, stateBox, toast } from "../notices.js";
import { field, makeForm, onPress } from "../parts/forms.js";
import { pictureOf, productAddress } from "../parts/products.js";

/** @param {import("../router.js").Context} context */
export default async function pictures({ params, signal }) {
  if (!(await signedInOrAway(signal))) return { title: t("Pictures"), node: h("h1", null, t("Pictures")) };
  if (!(await isStaff())) {
    return {
      title: t("For staff"),
      node: stateBox({
        title: t("This page is for staff"),
        text: t("Pictures are looked after by the people of the shop."),
        mark: "warning",
      }),
    };
  }
  const product = await getProduct(params.id, signal);
  const path = `/store/products/${encodeURIComponent(product.id)}/images/`;
  const list = h("ul", { class: "pictures" });
  const load = async () => fill(list, listOf(await get(path), path, product.title, load));
  await load();
  return {
    title: t("Pictures of {title}", { title: product.title }),
    node: h(
      "div",
      null,
      h(
        "nav",
        { class: "crumbs", "aria-label": t("Where you are") },
        h(
          "ol",
          null,
          h("li", null, h("a", { href: productAddress(product) }, product.title)),
          h("li", { "aria-current": "page" }, t("Pictures")),
        ),
      ),
      h("h1", null, t("Pictures")),
      h(
        "div",
        { class: "pictures-page" },
        h(
          "section",
          { class: "panel", "aria-labelledby": "upload-title" },
          h("h2", { id: "upload-title" }, t("Add a picture")),
          uploadForm(path, product, load, signal),
        ),
        h("section", { "aria-labelledby": "list-title" }, h("h2", { id: "list-title" }, t("In the shop")), list),
      ),
    ),
  };
}

/** @param {string} path @param {any} product @param {() => Promise<unknown>} load @param {AbortSignal} signal */
function uploadForm(path, product, load, signal) {
  const preview = h(
    "div",
    { class: "preview" },
    icon("image"),
    h("span", null, t("Drop a picture here, or choose one")),
  );
  const file = /** @type {HTMLInputElement} */ (
    h("input", {
      class: "hidden",
      type: "file",
      name: "image",
      id: "image",
      accept: "image/jpeg,image/png,image/webp",
      "aria-describedby": "image-hint image-error",
    })
  );
  const drop = h(
    "label",
    { class: "drop", for: "image" },
    h("span", { class: "hidden" }, `${t("Picture:")} `),
    preview,
  );
  const bar = /** @type {HTMLProgressElement} */ (
    h("progress", { max: 100, value: 0, "aria-label": t("Upload"), id: "upload-progress" })
  );
  const percent = h("span", null, percentOf(0));
  const progress = h("div", { class: "progress", hidden: true }, bar, percent);
  const error = h("p", { class: "error", id: "image-error" });
  let url = "";

  const choose = () => {
    URL.revokeObjectURL(url);
    fill(error);
    const [chosen] = file.files ?? [];
    if (!chosen) return fill(preview, icon("image"), h("span", null, t("Drop a picture here, or choose one")));
    url = URL.createObjectURL(chosen);
    const size = kilobytes(Math.max(1, Math.round(chosen.size / 1024)));
    return fill(
      preview,
      h("img", { src: url, alt: "", width: 400, height: 400 }),
      h("span", null, `${chosen.name}, ${size}`),
    );
  };
  file.addEventListener("change", choose);
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      const { dataTransfer } = /** @type {DragEvent} */ (event);
      if (name !== "drop" || !dataTransfer?.files.length) return;
      file.files = dataTransfer.files;
      choose();
    });
  }
  signal.addEventListener("abort", () => URL.revokeObjectURL(url));

  return makeForm({
    label: t("Add a picture"),
    fields: [
      h(
        "div",
        { class: "field" },
        file,
        drop,
        h("p", { class: "hint", id: "image-hint" }, t("JPEG, PNG or WebP, up to 500 KB.")),
        error,
      ),
      field({
        name: "alt_text",
        label: t("What it shows"),
        hint: t("For people who can't see it, in a few words."),
        attributes: { maxlength: 255 },
      }),
      progress,
    ],
    button: t("Upload"),
    busy: t("Uploading…"),
    act: async ({ alt_text }, self) => {
      if (!file.files?.length) {
        file.focus();
        return void fill(error, t("Please choose a picture."));
      }
      const form = new FormData();
      form.append("image", file.files[0]);
      form.append("alt_text", alt_text);
      progress.hidden = false;
      announce(t("Uploading."));
      try {
        await upload(
          path,
          form,
          (part) => {
            bar.value = Math.round(part * 100);
            percent.textContent = part < 1 ? percentOf(bar.value / 100) : t("Nearly there…");
          },
          signal,
        );
      } finally {
        progress.hidden = true;
        bar.value = 0;
      }
      self.reset();
      choose();
      await load();
      toast(t("The picture of {title} is in the shop.", { title: product.title }));
    },
  });
}

/** @param {any[]} images @param {string} path @param {string} title @param {() => Promise<unknown>} load */
function listOf(images, path, title, load) {
  if (!images.length) return h("li", null, notice(t("This product has no picture yet."), "hint"));
  return images.map((image) => {
    const own = `${path}${encodeURIComponent(image.id)}/`;
    const out = h("button", { class: "button quiet danger-text small", type: "button" }, t("Remove"));
    onPress(out, async () => {
      if (
        !(await ask({
          title: t("Remove this picture?"),
          text: t("It will be deleted for good."),
          yes: t("Yes, remove it"),
        }))
      )
        return;
      try {
        await remove(own);
        await load();
        toast(t("The picture is removed."));
      } catch (error) {
        toast(error.message, { kind: "problem" });
      }
    });
    const form = makeForm({
      label: image.alt_text ? t("Describe {what}", { what: image.alt_text }) : t("Describe this picture"),
      fields: [
        field({ name: "alt_text", label: t("What it shows"), value: image.alt_text, attributes: { maxlength: 255 } }),
      ],
      button: t("Save"),
      also: [out],
      act: async ({ alt_text }) => {
        await patch(own, { alt_text });
        return t("Saved.");
      },
    });
    return h("li", { class: "panel picture-item" }, h("div", { class: "card-picture" }, pictureOf(image, title)), form);
  });
}
