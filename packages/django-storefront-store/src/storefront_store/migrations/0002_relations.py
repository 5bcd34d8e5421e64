"""Relations to swappable models, and the indexes and constraints over them.

At this point the tables of 0001_tables exist, and those of swapped models, which may refer to them.
"""

from __future__ import annotations
from typing import Any, ClassVar


import django.db.models.deletion
import swapper
from django.conf import settings
from django.db import migrations, models

SWAPPABLE = ["Collection", "Product", "ProductGroup", "Customer", "Cart", "CartItem", "Order", "OrderItem"]


class Migration(migrations.Migration):

    initial: ClassVar[bool] = True

    dependencies: ClassVar[Any] = [
        ("storefront_store", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        *(swapper.dependency("storefront_store", name) for name in SWAPPABLE),
    ]

    operations: ClassVar[Any] = [
        migrations.AddField(
            model_name='collection',
            name='featured_product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='featured product'),
        ),
        migrations.AddField(
            model_name='customer',
            name='user',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='customer', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddField(
            model_name='order',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to=settings.STOREFRONT_STORE_CUSTOMER_MODEL, verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='product',
            name='collection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='products', to=settings.STOREFRONT_STORE_COLLECTION_MODEL, verbose_name='collection'),
        ),
        migrations.AddField(
            model_name='product',
            name='group',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The group that this product is a variant of.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='products', to=settings.STOREFRONT_STORE_PRODUCTGROUP_MODEL, verbose_name='group'),
        ),
        migrations.AddField(
            model_name='productgroup',
            name='representative',
            field=models.ForeignKey(blank=True, editable=False, help_text='The product that is shown for the group: the first in stock, else the first.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='representative'),
        ),
        migrations.AddField(
            model_name='productgroup',
            name='shown_collection',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, help_text='The collection of all products of the group, if they are in the same.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.STOREFRONT_STORE_COLLECTION_MODEL, verbose_name='collection'),
        ),
        migrations.CreateModel(
            name='ProductWord',
            fields=[
                ('pk', models.CompositePrimaryKey('word', 'product', blank=True, editable=False, primary_key=True, serialize=False)),
                ('word', models.BigIntegerField(verbose_name='word')),
                ('product', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='words', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='product')),
            ],
            options={
                'verbose_name': 'product word',
                'verbose_name_plural': 'product words',
            },
        ),
        migrations.AddField(
            model_name='orderitem',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to=settings.STOREFRONT_STORE_ORDER_MODEL, verbose_name='order'),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orderitems', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='product'),
        ),
        migrations.AddField(
            model_name='orderadjustment',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='adjustments', to=settings.STOREFRONT_STORE_ORDER_MODEL, verbose_name='order'),
        ),
        migrations.AddField(
            model_name='cartitem',
            name='cart',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to=settings.STOREFRONT_STORE_CART_MODEL, verbose_name='cart'),
        ),
        migrations.AddField(
            model_name='cartitem',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cartitems', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='product'),
        ),
        migrations.AddField(
            model_name='address',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to=settings.STOREFRONT_STORE_CUSTOMER_MODEL, verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='address',
            name='shipping_default_of',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shipping_default', to=settings.STOREFRONT_STORE_CUSTOMER_MODEL, verbose_name='default for shipping of'),
        ),
        migrations.AddField(
            model_name='address',
            name='billing_default_of',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='billing_default', to=settings.STOREFRONT_STORE_CUSTOMER_MODEL, verbose_name='default for billing of'),
        ),
        migrations.AddField(
            model_name='cart',
            name='customer',
            field=models.OneToOneField(blank=True, editable=False, help_text='A cart without a customer is open to whoever knows its ID.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='cart', to=settings.STOREFRONT_STORE_CUSTOMER_MODEL, verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='idempotencyrecord',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddField(
            model_name='productimage',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='product'),
        ),
        migrations.AddField(
            model_name='promotion',
            name='products',
            field=models.ManyToManyField(blank=True, related_name='promotions', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='products'),
        ),
        migrations.AddField(
            model_name='review',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='review',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to=settings.STOREFRONT_STORE_PRODUCT_MODEL, verbose_name='product'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer', 'placed_at', 'id'], name='storefront__custome_b08ec6_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['title_key', 'id', 'is_active', 'group', 'is_stocked'], name='storefront__title_k_481e46_idx'),
        ),
        migrations.AddIndex(
            model_name='productgroup',
            index=models.Index(fields=['shown_key', 'representative', 'is_shown', 'is_stocked'], name='storefront__shown_k_31b927_idx'),
        ),
        migrations.AddIndex(
            model_name='productgroup',
            index=models.Index(fields=['shown_price', 'representative', 'is_shown', 'is_stocked'], name='storefront__shown_p_2b87e8_idx'),
        ),
        migrations.AddIndex(
            model_name='productgroup',
            index=models.Index(fields=['shown_update', 'representative', 'is_shown', 'is_stocked', 'shown_collection'], name='storefront__shown_u_c96510_idx'),
        ),
        migrations.AddIndex(
            model_name='productgroup',
            index=models.Index(fields=['shown_collection', 'shown_key', 'representative', 'is_shown', 'is_stocked'], name='storefront__shown_c_35fee3_idx'),
        ),
        migrations.AddIndex(
            model_name='productgroup',
            index=models.Index(fields=['shown_collection', 'shown_price', 'representative', 'is_shown', 'is_stocked', 'id'], name='storefront__shown_c_f45f0f_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['last_update', 'id', 'is_active', 'is_stocked', 'group'], name='storefront__last_up_50ba02_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['unit_price', 'id', 'is_active', 'is_stocked', 'collection', 'facet_key', 'options_digest', 'group'], name='storefront__unit_pr_85f4aa_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['collection', 'title_key', 'id', 'is_active', 'group', 'is_stocked'], name='storefront__collect_d3d2c2_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['collection', 'unit_price', 'id', 'is_active', 'is_stocked', 'group'], name='storefront__collect_98343c_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['group', 'id', 'is_active', 'is_stocked', 'collection'], name='storefront__group_i_6dd137_idx'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['collection', 'facet_key', 'options_digest', 'is_active'], name='storefront__collect_edc2fd_idx'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(fields=('group', 'options_digest'), name='storefront_store_product_unique_options', violation_error_message='Another product of this group has the same options.'),
        ),
        migrations.AddConstraint(
            model_name='cartitem',
            constraint=models.UniqueConstraint(fields=('cart', 'product'), name='storefront_store_cartitem_unique_product'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.CheckConstraint(condition=models.Q(('shipping_default_of__isnull', True), ('shipping_default_of', models.F('customer')), _connector='OR'), name='storefront_store_address_shipping_default_is_own'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.CheckConstraint(condition=models.Q(('billing_default_of__isnull', True), ('billing_default_of', models.F('customer')), _connector='OR'), name='storefront_store_address_billing_default_is_own'),
        ),
    ]
