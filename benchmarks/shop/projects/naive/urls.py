"""Routes of the plain shop."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from rest_framework_nested import routers
from rest_framework_simplejwt.views import TokenObtainPairView
from shop import views

router = routers.DefaultRouter()
router.register("products", views.ProductViewSet, basename="products")
router.register("collections", views.CollectionViewSet)
router.register("carts", views.CartViewSet)
router.register("orders", views.OrderViewSet, basename="orders")

carts = routers.NestedDefaultRouter(router, "carts", lookup="cart")
carts.register("items", views.CartItemViewSet, basename="cart-items")

products = routers.NestedDefaultRouter(router, "products", lookup="product")
products.register("reviews", views.ReviewViewSet, basename="product-reviews")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("store/", include(router.urls)),
    path("store/", include(products.urls)),
    path("store/", include(carts.urls)),
    path("auth/jwt/create/", TokenObtainPairView.as_view()),
]
