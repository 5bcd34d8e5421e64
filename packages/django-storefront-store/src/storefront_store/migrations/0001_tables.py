"""All tables, without fields that refer to swappable models, which 0002_relations adds."""

from __future__ import annotations
from typing import Any, ClassVar
from collections.abc import Sequence


import django.core.validators
import django.utils.timezone
import storefront_store.addresses
import storefront_store.images
import storefront_store.models.fields
import storefront_store.options
import storefront_store.models.orders
import storefront_store.pricing
import storefront_store.text
import uuid
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial: ClassVar[bool] = True

    dependencies: ClassVar[Sequence[str]] = [
    ]

    operations: ClassVar[Any] = [
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_key', storefront_store.models.fields.FoldedField(blank=True, default='', editable=False, max_length=255, verbose_name='sort key')),
                ('title', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible], verbose_name='title')),
                ('active_products', models.PositiveIntegerField(default=0, editable=False, verbose_name='active products')),
                ('all_products', models.PositiveIntegerField(default=0, editable=False, verbose_name='all products')),
            ],
            options={
                'verbose_name': 'collection',
                'verbose_name_plural': 'collections',
                'ordering': ['title_key', 'pk'],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_COLLECTION_MODEL',
            },
        ),
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('version', models.PositiveBigIntegerField(default=0, verbose_name='version')),
            ],
            options={
                'verbose_name': 'catalogue version',
                'verbose_name_plural': 'catalogue versions',
            },
        ),
        migrations.CreateModel(
            name='Cart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'cart',
                'verbose_name_plural': 'carts',
                'ordering': ['-created_at', 'pk'],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_CART_MODEL',
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, max_length=255, verbose_name='phone')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='birth date')),
                ('membership', models.CharField(choices=[('B', 'Bronze'), ('S', 'Silver'), ('G', 'Gold')], default='B', max_length=1, verbose_name='membership')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
                'ordering': ['pk'],
                'permissions': [('view_history', 'Can view history')],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_CUSTOMER_MODEL',
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('placed_at', models.DateTimeField(auto_now_add=True, verbose_name='placed at')),
                ('payment_status', models.CharField(choices=[('P', 'Pending'), ('C', 'Complete'), ('F', 'Failed'), ('R', 'Refunded')], default='P', max_length=1, verbose_name='payment status')),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='cancelled at')),
                ('shipped_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='shipped at')),
                ('tracking', models.CharField(blank=True, default='', editable=False, max_length=255, verbose_name='tracking number')),
                ('subtotal', models.DecimalField(decimal_places=2, default=0, max_digits=15, verbose_name='subtotal')),
                ('tax', models.DecimalField(decimal_places=2, default=0, max_digits=15, verbose_name='tax')),
                ('total', models.DecimalField(decimal_places=2, default=0, max_digits=15, verbose_name='total')),
                ('currency', models.CharField(default=storefront_store.models.orders.default_currency, max_length=3, verbose_name='currency')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('note', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='note')),
                ('shipping_address', models.JSONField(blank=True, null=True, verbose_name='shipping address')),
                ('billing_address', models.JSONField(blank=True, null=True, verbose_name='billing address')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'ordering': ['-placed_at', '-pk'],
                'permissions': [('cancel_order', 'Can cancel order'), ('ship_order', 'Can ship order')],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_ORDER_MODEL',
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_key', storefront_store.models.fields.FoldedField(blank=True, default='', editable=False, max_length=255, verbose_name='sort key')),
                ('title', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible], verbose_name='title')),
                ('slug', models.SlugField(max_length=255, verbose_name='slug')),
                ('sku', models.CharField(blank=True, help_text='The article number, if there is one.', max_length=64, null=True, unique=True, verbose_name='SKU')),
                ('description', models.TextField(blank=True, null=True, verbose_name='description')),
                ('unit_price', models.DecimalField(decimal_places=2, max_digits=12, validators=[storefront_store.pricing.validate_min_price], verbose_name='unit price')),
                ('inventory', models.BigIntegerField(default=0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2147483647)], verbose_name='inventory')),
                ('is_active', models.BooleanField(default=True, help_text='Inactive products are hidden from everybody but staff.', verbose_name='active')),
                ('last_update', models.DateTimeField(auto_now=True, verbose_name='last update')),
                ('options', models.JSONField(blank=True, default=dict, help_text='What tells this product from the others of its group, such as the colour and the size.', validators=[storefront_store.options.validate_options], verbose_name='options')),
                ('sku_key', storefront_store.models.fields.FoldedField(blank=True, default='', editable=False, max_length=255, verbose_name='SKU key')),
                ('options_digest', models.CharField(blank=True, default='', editable=False, max_length=32, verbose_name='options digest')),
                ('search_digest', models.CharField(blank=True, default='', editable=False, max_length=32, verbose_name='search digest')),
                ('rating_average', models.DecimalField(blank=True, decimal_places=2, editable=False, max_digits=3, null=True, verbose_name='average rating')),
                ('rating_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='number of ratings')),
                ('facet_key', storefront_store.models.fields.FacetKeyField(verbose_name='facet key')),
                ('is_stocked', storefront_store.models.fields.StockedField(verbose_name='in stock')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'ordering': ['title_key', 'pk'],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_PRODUCT_MODEL',
            },
        ),
        migrations.CreateModel(
            name='OrderItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('quantity', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='quantity')),
                ('unit_price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='unit price')),
                ('tax_rate', models.DecimalField(decimal_places=6, default=0, max_digits=8, verbose_name='tax rate')),
                ('tax', models.DecimalField(decimal_places=2, default=0, max_digits=15, verbose_name='tax')),
            ],
            options={
                'verbose_name': 'order item',
                'verbose_name_plural': 'order items',
                'ordering': ['pk'],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_ORDERITEM_MODEL',
            },
        ),
        migrations.CreateModel(
            name='CartItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='quantity')),
            ],
            options={
                'verbose_name': 'cart item',
                'verbose_name_plural': 'cart items',
                'ordering': ['pk'],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_CARTITEM_MODEL',
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=255, validators=[storefront_store.addresses.validate_line], verbose_name='recipient')),
                ('company', models.CharField(blank=True, max_length=255, validators=[storefront_store.addresses.validate_line], verbose_name='company')),
                ('street', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible, storefront_store.addresses.validate_line], verbose_name='street')),
                ('street2', models.CharField(blank=True, max_length=255, validators=[storefront_store.addresses.validate_line], verbose_name='second line')),
                ('zip', models.CharField(blank=True, max_length=32, validators=[storefront_store.addresses.validate_line], verbose_name='postal code')),
                ('city', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible, storefront_store.addresses.validate_line], verbose_name='city')),
                ('region', models.CharField(blank=True, max_length=255, validators=[storefront_store.addresses.validate_line], verbose_name='region')),
                ('country', models.CharField(blank=True, help_text='The code of two letters, such as GB.', max_length=2, verbose_name='country')),
                ('phone', models.CharField(blank=True, max_length=64, validators=[storefront_store.addresses.validate_line], verbose_name='phone')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_digest', models.CharField(max_length=64, verbose_name='key digest')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                ('body', models.BinaryField(default=b'', verbose_name='body')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'idempotency record',
                'verbose_name_plural': 'idempotency records',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='OrderAdjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32, verbose_name='kind')),
                ('label', models.CharField(max_length=255, verbose_name='label')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=15, verbose_name='amount')),
                ('included', models.BooleanField(default=False, help_text='The prices contain this amount: it is shown and not added.', verbose_name='included')),
                ('taxable', models.BooleanField(default=True, verbose_name='taxable')),
                ('reference', models.CharField(blank=True, max_length=255, verbose_name='reference')),
            ],
            options={
                'verbose_name': 'order adjustment',
                'verbose_name_plural': 'order adjustments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('order_number', models.CharField(max_length=255, verbose_name='order number')),
                ('customer_number', models.CharField(max_length=255, verbose_name='customer number')),
                ('actor_id', models.CharField(blank=True, max_length=255, verbose_name='actor')),
                ('actor_name', models.CharField(blank=True, max_length=255, verbose_name="actor's name")),
                ('event', models.CharField(choices=[('placed', 'placed'), ('payment_status_changed', 'payment status changed'), ('payment_captured', 'payment received'), ('payment_refunded', 'payment refunded'), ('shipped', 'shipped'), ('cancelled', 'cancelled'), ('total_corrected', 'total corrected'), ('deleted', 'deleted')], max_length=32, verbose_name='event')),
                ('old_value', models.CharField(blank=True, max_length=255, verbose_name='from')),
                ('new_value', models.CharField(blank=True, max_length=255, verbose_name='to')),
            ],
            options={
                'verbose_name': 'order history entry',
                'verbose_name_plural': 'order history',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ProductGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_key', storefront_store.models.fields.FoldedField(blank=True, default='', editable=False, max_length=255, verbose_name='sort key')),
                ('title', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible], verbose_name='title')),
                ('slug', models.SlugField(max_length=255, verbose_name='slug')),
                ('description', models.TextField(blank=True, default='', verbose_name='description')),
                ('varies_by', models.JSONField(blank=True, default=list, help_text='The names of the options in the order in which they are shown, such as Colour, Size.', validators=[storefront_store.options.validate_varies_by], verbose_name='varies by')),
                ('shown_key', storefront_store.models.fields.FoldedField(blank=True, default='', editable=False, max_length=255, verbose_name='sort key of the representative')),
                ('shown_price', models.DecimalField(blank=True, decimal_places=2, editable=False, max_digits=12, null=True, verbose_name='price of the representative')),
                ('shown_update', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last update of the representative')),
                ('is_shown', models.BooleanField(default=False, editable=False, verbose_name='shown')),
                ('is_stocked', models.BooleanField(default=False, editable=False, verbose_name='in stock')),
            ],
            options={
                'verbose_name': 'product group',
                'verbose_name_plural': 'product groups',
                'ordering': ['title_key', 'pk'],
                'abstract': False,
                'swappable': 'STOREFRONT_STORE_PRODUCTGROUP_MODEL',
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('w', 'text'), ('s', 'SKU'), ('c', 'collection')], default='w', max_length=1, verbose_name='kind')),
                ('word', storefront_store.models.fields.FoldedField(blank=True, max_length=64, verbose_name='word')),
            ],
            options={
                'verbose_name': 'search word',
                'verbose_name_plural': 'search words',
            },
        ),
        migrations.CreateModel(
            name='ProductImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(max_length=255, upload_to=storefront_store.images.image_path, verbose_name='image')),
                ('alt_text', models.CharField(blank=True, help_text="What the picture shows, for those who can't see it.", max_length=255, verbose_name='alternative text')),
            ],
            options={
                'verbose_name': 'product image',
                'verbose_name_plural': 'product images',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('description', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible], verbose_name='description')),
                ('discount', models.DecimalField(decimal_places=2, help_text='Percent off the list price.', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0.01')), django.core.validators.MaxValueValidator(100)], verbose_name='discount')),
                ('starts_at', models.DateTimeField(blank=True, null=True, validators=[storefront_store.pricing.validate_moment], verbose_name='starts at')),
                ('ends_at', models.DateTimeField(blank=True, null=True, validators=[storefront_store.pricing.validate_moment], verbose_name='ends at')),
            ],
            options={
                'verbose_name': 'promotion',
                'verbose_name_plural': 'promotions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='OptionSet',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name='digest')),
                ('options', models.JSONField(default=dict, verbose_name='options')),
            ],
            options={
                'verbose_name': 'option set',
                'verbose_name_plural': 'option sets',
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, validators=[storefront_store.text.validate_visible], verbose_name='name')),
                ('description', models.TextField(validators=[storefront_store.text.validate_visible, django.core.validators.MaxLengthValidator(10000)], verbose_name='description')),
                ('rating', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='rating')),
                ('date', models.DateField(auto_now_add=True, verbose_name='date')),
                ('is_hidden', models.BooleanField(default=False, help_text='Hidden reviews are shown to staff only and do not count.', verbose_name='hidden')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(fields=['updated_at', 'id'], name='storefront__updated_857e5f_idx'),
        ),
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(fields=['created_at', 'id'], name='storefront__created_f960fa_idx'),
        ),
        migrations.AddConstraint(
            model_name='idempotencyrecord',
            constraint=models.UniqueConstraint(fields=('key_digest',), name='storefront_store_idempotency_key'),
        ),
        migrations.AddIndex(
            model_name='orderevent',
            index=models.Index(fields=['order_number', 'id'], name='storefront_store_event_order'),
        ),
        migrations.AddIndex(
            model_name='orderevent',
            index=models.Index(fields=['customer_number', 'id'], name='storefront_store_event_cust'),
        ),
        migrations.AddIndex(
            model_name='orderevent',
            index=models.Index(fields=['actor_id'], name='storefront_store_event_actor'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['placed_at', 'id'], name='storefront__placed__b8b0ef_idx'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['membership', 'id'], name='storefront__members_a086b4_idx'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shipped_at', 'cancelled_at', 'placed_at'], name='storefront__shipped_a05b46_idx'),
        ),
        migrations.AddIndex(
            model_name='orderevent',
            index=models.Index(fields=['event', 'id'], name='storefront_store_event_kind'),
        ),
        migrations.AddIndex(
            model_name='orderevent',
            index=models.Index(fields=['at', 'id'], name='storefront_store_event_at'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['is_hidden', 'id'], name='storefront_store_review_hidden'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['rating', 'id'], name='storefront_store_review_rating'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['date', 'id'], name='storefront_store_review_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['payment_status', 'placed_at'], name='storefront__payment_ba460e_idx'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('payment_status__in', ['P', 'C', 'F', 'R'])), name='storefront_store_order_payment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='storefront_store_order_total_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', True), ('shipped_at__isnull', True), _connector='OR'), name='storefront_store_order_not_shipped_and_cancelled'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('subtotal__gte', 0), ('tax__gte', 0)), name='storefront_store_order_parts_not_negative'),
        ),
        migrations.AddIndex(
            model_name='collection',
            index=models.Index(fields=['title_key', 'id'], name='storefront__title_k_7b91b4_idx'),
        ),
        migrations.AddIndex(
            model_name='productgroup',
            index=models.Index(fields=['title_key', 'id'], name='storefront__title_k_8a45b0_idx'),
        ),
        migrations.AddIndex(
            model_name='searchword',
            index=models.Index(fields=['kind', 'word'], name='storefront_store_word_kind'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('unit_price__gt', 0)), name='storefront_store_product_price_positive'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('inventory__gte', 0)), name='storefront_store_product_inventory_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='orderitem',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='storefront_store_orderitem_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='orderitem',
            constraint=models.CheckConstraint(condition=models.Q(('unit_price__gte', 0)), name='storefront_store_orderitem_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='cartitem',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='storefront_store_cartitem_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('discount__gt', 0), ('discount__lte', 100)), name='storefront_store_promotion_discount_percent'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='storefront_store_promotion_ends_after_start', violation_error_message='A promotion must end after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('rating__isnull', True), ('rating__range', (1, 5)), _connector='OR'), name='storefront_store_review_rating_range'),
        ),
    ]
