"""A host's own API, with the mixins added from outside."""

from __future__ import annotations

from rest_framework import permissions, serializers, viewsets
from rest_framework.routers import SimpleRouter

from generic_likes.api.mixins import LikesViewSetMixin
from generic_likes.api.serializers import LikesSerializerMixin
from generic_likes_testapp.models import Article


class ArticleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Article
        fields = ["id", "title"]


class LikedArticleSerializer(LikesSerializerMixin, ArticleSerializer):
    class Meta(ArticleSerializer.Meta):
        fields = [*ArticleSerializer.Meta.fields, "likes_count", "is_liked"]


class ReadOnly(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.method in permissions.SAFE_METHODS


class ArticleViewSet(viewsets.ModelViewSet):
    queryset = Article.objects.order_by("pk")
    serializer_class = ArticleSerializer
    permission_classes = [ReadOnly]


class LikedArticleViewSet(LikesViewSetMixin, ArticleViewSet):
    serializer_class = LikedArticleSerializer


class AnnotatedArticleViewSet(LikedArticleViewSet):
    def get_queryset(self):
        return super().get_queryset().most_liked(self.request.user)


router = SimpleRouter()
router.register("articles", LikedArticleViewSet, basename="article")
router.register("popular", AnnotatedArticleViewSet, basename="popular")
urlpatterns = router.urls
