"""A host's own API, with the mixins added from outside."""

from __future__ import annotations

from rest_framework import permissions, serializers, viewsets
from rest_framework.routers import SimpleRouter

from generic_tags.api.filters import TagsFilterBackend
from generic_tags.api.mixins import TagsViewSetMixin
from generic_tags.api.serializers import TagsSerializerMixin
from generic_tags_testapp.models import Article


class ArticleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Article
        fields = ["id", "title"]


class TaggedArticleSerializer(TagsSerializerMixin, ArticleSerializer):
    class Meta(ArticleSerializer.Meta):
        fields = [*ArticleSerializer.Meta.fields, "tags"]


class ArticleViewSet(viewsets.ModelViewSet):
    queryset = Article.objects.order_by("pk")
    serializer_class = ArticleSerializer
    permission_classes = [permissions.AllowAny]


class TaggedArticleViewSet(TagsViewSetMixin, ArticleViewSet):
    serializer_class = TaggedArticleSerializer
    filter_backends = [TagsFilterBackend]


router = SimpleRouter()
router.register("articles", TaggedArticleViewSet, basename="article")
urlpatterns = router.urls
