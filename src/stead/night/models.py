"""The nights that were run: stages, rejects, manifest."""

from django.db import models

from stead.customers.models import Published


class Run(models.Model):
    """One attempt at a night. Progress is written as it goes, so that the page can show it."""

    class Status(models.TextChoices):
        """How it stands."""

        RUNNING = "running"
        PUBLISHED = "published"
        REFUSED = "refused"  # the contract stopped it before anything was published
        FAILED = "failed"

    run_id = models.CharField(primary_key=True, max_length=40)  # <date>-<first 12 of the input hash>
    book_date = models.DateField()
    work_date = models.DateField()  # the working day that the night prepares
    status = models.CharField(max_length=10, choices=Status)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    handbook_version = models.CharField(max_length=64)
    unapproved = models.CharField(max_length=500, blank=True, default="")  # folder of rules nobody approved
    book_currency = models.CharField(max_length=3)
    # In which the handbook's amounts are written; empty when its edition does not say, or no night began.
    handbook_currency = models.CharField(max_length=3, blank=True, default="")
    lake = models.CharField(max_length=500)
    message = models.TextField(blank=True)  # why it was refused or failed
    # Who took a delivery that differs from the last one by more than the limits, why, and how it differs.
    accepted_by = models.CharField(max_length=150, blank=True, default="")
    accepted_reason = models.CharField(max_length=500, blank=True, default="")
    differs = models.TextField(blank=True, default="")
    manifest = models.JSONField(default=dict)
    # How the bank's folder differed from the edition in force: FolderChanges with its command; {} where not.
    folder_changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.run_id

    @property
    def has_other_currency(self) -> bool:
        """Whether the handbook's amounts are written in another currency than the bank's book currency."""
        return bool(self.handbook_currency) and self.handbook_currency != self.book_currency

    @property
    def seconds(self) -> float:
        """The seconds that its stages took together; from fetched rows where the stages were fetched."""
        return sum(stage.seconds or 0.0 for stage in self.stages.all())


class StageRun(models.Model):
    """One stage of a run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=20)
    position = models.SmallIntegerField()
    status = models.CharField(max_length=10)  # waiting, running, done, reused, failed
    seconds = models.FloatField(null=True)
    rows = models.BigIntegerField(null=True)
    progress = models.FloatField(default=0)  # 0 to 1
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "stage"], name="one_stage_of_a_name")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.stage}"


class RejectSummary(models.Model):
    """How many rows of a table were set aside for one reason, with an example."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejects")
    table = models.CharField(max_length=40)
    column = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    count = models.BigIntegerField()
    share = models.FloatField()  # of the table's rows
    example = models.JSONField(default=dict)  # file, row, value

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.reason}"


class Publication(models.Model):
    """Which run the desk shows. One row; changed in the transaction that publishes."""

    only = models.SmallIntegerField(primary_key=True, default=1)
    run = models.ForeignKey(Run, on_delete=models.PROTECT)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_publication", condition=models.Q(only=1))]

    def __str__(self) -> str:
        return self.run_id


class Measured(Published):
    """A measure of a practice, counted over the customers of one banker and tier."""

    key = models.CharField(primary_key=True, max_length=140)  # measure/branch/banker/tier
    measure = models.CharField(max_length=40)
    branch_id = models.CharField(max_length=32)
    banker_id = models.CharField(max_length=32)
    tier = models.SmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        indexes = [models.Index(fields=["branch_id", "measure"], name="measured_branch")]

    def __str__(self) -> str:
        return self.key
