"""What a banker noted, and what a night made of it."""

from django.db import models

from stead.customers.models import Published


class Note(models.Model):
    """So many stamps that a customer spoke of."""

    customer_id = models.CharField(max_length=32, db_index=True)
    said_on = models.DateField()
    stamps = models.IntegerField()


class Collector(Published):
    """A customer who collects stamps: how many, and how keenly by 2.5/survey.dmn."""

    customer_id = models.CharField(primary_key=True, max_length=32)
    stamps = models.IntegerField()
    zeal = models.CharField(max_length=10)
