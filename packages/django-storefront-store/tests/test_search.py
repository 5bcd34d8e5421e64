"""What a search finds, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from storefront_store.models import Collection, Product
from storefront_store.querysets import search, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def found(text: str) -> list[str]:
    return [product.title for product in Product.objects.search(text).by_relevance()]


class TestRanking:
    def test_matches_in_title_rank_first(self, make_product: Any) -> None:
        make_product(title="Clamp")
        make_product(title="A light", description="Better than a lamp.")
        make_product(title="Lampshade")
        make_product(title="Zebra lamp")
        make_product(title="Blue lamp")
        make_product(title="Oil", sku="LAMP-1")  # begins with a word, which is no number of an article
        make_product(title="Wick", sku="lamp")

        assert found("LAMP") == [
            *("Wick", "Blue lamp", "Zebra lamp"),
            *("Lampshade", "Clamp", "A light", "Oil"),
        ]
        assert found("lamp 1")[0] == "Oil"

    def test_ranking_considers_all_words(self, make_product: Any) -> None:
        make_product(title="Copper kettle")
        make_product(title="Kettle", description="Made of copper")
        make_product(title="Coppersmith's kettle")

        assert found("copper kettle") == ["Copper kettle", "Coppersmith's kettle", "Kettle"]

    @pytest.mark.parametrize("text", ["ab-12/x", "AB12X", "ab 12 x", "ab-12", "ab12"])
    def test_sku_is_found_in_full_and_by_prefix(self, text: str, make_product: Any) -> None:
        make_product(title="Cup", sku="AB-12/X")
        make_product(title="Mug", sku="CD-12/X")

        assert found(text) == ["Cup"]


class TestManyWords:
    """Where more words match than are listed in a statement, the database looks them up itself."""

    def test_results_are_unchanged(self, make_product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        tea = Collection.objects.create(title="Teas")
        make_product(title="Assam", collection=tea)
        make_product(title="Teapot", description="For Assam")
        make_product(title="Mug", sku="TEA-1")
        make_product(title="Kettle")
        listed = [found(text) for text in ("tea", "assam tea", "e")]

        monkeypatch.setattr(words, "MAX_MATCHES", 0)

        assert [found(text) for text in ("tea", "assam tea", "e")] == listed
        assert listed == [["Teapot", "Assam", "Mug"], ["Assam", "Teapot"], ["Kettle", "Teapot", "Assam", "Mug"]]


class TestKeysReadFirst:
    """If few products have the words, their keys are read first; the same is found without that."""

    @pytest.mark.parametrize("few", [0, 2, 500])
    def test_results_are_unchanged(self, few: int, make_product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        make_product(title="Copper kettle", sku="KIT-1")
        make_product(title="Kettle", sku="KIT-10", description="Made of copper")
        make_product(title="Copper wire", sku="KIT-12")
        make_product(title="Steel kettle", is_active=False)
        monkeypatch.setattr(search, "FEW", few)
        monkeypatch.setattr(search, "SOME_WORDS", 0)

        assert found("copper kettle") == ["Copper kettle", "Kettle"]
        assert found("kit-1") == ["Copper kettle", "Copper wire", "Kettle"]
        assert found("kettle") == ["Copper kettle", "Kettle", "Steel kettle"]
        assert found("copper nothing") == []

    def test_count_includes_only_visible_results(self, make_product: Any, api: Any) -> None:
        for number in range(5):
            make_product(title=f"Kettle {number}", is_active=number > 0)

        for page in (1, 2):
            answer = api.get(f"/store/products/?search=kettle&page_size=2&page={page}").json()
            assert (answer["count"], len(answer["results"])) == (4, 2)


class TestLongWords:
    def test_any_part_is_found_in_text_without_spaces(self, make_product: Any) -> None:
        text = "".join(chr(0x4E00 + number) for number in range(300))
        make_product(title="Book", description=text)

        assert all(found(text[start : start + 8]) == ["Book"] for start in range(0, 292, 7))

    def test_long_search_word_is_found(self, make_product: Any) -> None:
        make_product(title="Data", description="q" * 500)

        assert found("q" * 190) == ["Data"]


class TestParameters:
    @pytest.fixture(autouse=True)
    def _products(self, make_product: Any) -> None:
        make_product(title="Lampshade")
        make_product(title="Lamp")

    def test_ordering_by_relevance(self, api: Any) -> None:
        for question in ("search=lamp", "search=lamp&ordering=relevance"):
            answer = api.get(f"/store/products/?{question}").json()
            assert [row["title"] for row in answer["results"]] == ["Lamp", "Lampshade"]

        answer = api.get("/store/products/?search=lamp&ordering=-relevance").json()
        assert [row["title"] for row in answer["results"]] == ["Lampshade", "Lamp"]

    def test_relevance_is_ignored_without_search(self, api: Any) -> None:
        assert api.get("/store/products/?ordering=relevance").json()["count"] == 2

    def test_search_parameter_name_is_configurable(self, api: Any, settings: Any) -> None:
        settings.REST_FRAMEWORK = {**getattr(settings, "REST_FRAMEWORK", {}), "SEARCH_PARAM": "q"}

        assert api.get("/store/products/?q=shade").json()["count"] == 1
        assert api.get("/store/products/?search=shade").json()["count"] == 2
        assert api.get(f"/store/products/?q={'x' * 300}").json().keys() == {"q"}
