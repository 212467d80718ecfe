"""Versions of the handbook, and the drafts on their way to becoming one; how often its rules fired."""

from datetime import date

from django.db import models
from django.db.models import F, Q

FOUNDING_DAY = date(1900, 1, 1)  # from when the founding edition holds: before every night


class Version(models.Model):
    """One handbook, whole and unchangeable, named by the hash of its content."""

    version = models.CharField(
        primary_key=True, max_length=64
    )  # SHA-256 over its files, in order of their paths
    first_used_on = models.DateField(null=True)  # the book date of the first night that decided by it
    # {"2.2/tier.dmn": "<text>", ...}: every file of the handbook folder, so that it can be written out again.
    files = models.JSONField()

    def __str__(self) -> str:
        return self.version[:12]


class Draft(models.Model):
    """A change of the handbook on its way, from the first edit to the end; an edition once approved.

    The founding edition is the only one without a base: the night imports it when there is none, so that
    there is always a handbook in force. Its author and approver is a program.
    """

    class State(models.TextChoices):
        """How far it is. A draft that was given back is a draft again; its steps tell of it."""

        DRAFT = "draft"
        SUBMITTED = "submitted"
        APPROVED = "approved"
        WITHDRAWN = "withdrawn"

    name = models.CharField(max_length=60, unique=True)  # "2026.5", chosen by the policy officer
    # What it was started from, or last merged with.
    base = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="drafts_from")
    files = models.JSONField(default=dict)  # path to text: what is being worked on
    # The content as submitted; from then on `files` says the same.
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="drafts_of")
    # How much it changes in its base, for lists; written with each change of either.
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    author = models.CharField(max_length=150)  # the username of who began it
    editors = models.JSONField(default=list)  # usernames of all who changed something; none may approve
    submitted_by = models.CharField(max_length=150, blank=True, default="")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=150, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    effective_from = models.DateField(null=True)  # the first book date whose night decides by it
    simulation = models.CharField(max_length=64, blank=True, default="")  # which one was attached, by its id
    # The summary of that simulation as it was at submission, so that it outlives the simulation's files.
    evidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    revision = models.IntegerField(
        default=1
    )  # one more with each saved edit: two tabs cannot undo each other

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="draft_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="draft_has_an_author", condition=~Q(author="")),
            models.CheckConstraint(
                name="submitted_draft_is_frozen_and_dated",
                condition=~Q(state__in=["submitted", "approved"])
                | (
                    Q(version__isnull=False, effective_from__isnull=False, submitted_at__isnull=False)
                    & ~Q(submitted_by="")
                ),
            ),
            models.CheckConstraint(
                name="only_the_approved_have_an_approver",
                condition=(Q(state__in=["draft", "submitted"], approved_by="", approved_at__isnull=True))
                | (Q(state="approved", approved_at__isnull=False) & ~Q(approved_by=""))
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="nobody_approves_their_own_draft",
                condition=Q(base__isnull=True)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("author")))
                | Q(approved_by=""),
            ),
            models.CheckConstraint(
                name="only_the_founding_edition_has_no_base",
                condition=Q(base__isnull=False) | Q(state="approved", effective_from=FOUNDING_DAY),
            ),
            # One founding edition: the only rows without a base all have the same date.
            models.UniqueConstraint(
                name="one_founding_edition", fields=["effective_from"], condition=Q(base__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["state", "-effective_from"], name="handbook_in_force")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether its files may be changed."""
        return self.state == self.State.DRAFT


COMMAND_LINE = "command line"  # `via` of a step whose content no page sent


class Step(models.Model):
    """One step in the life of a draft. Rows are only ever added; the database refuses the rest."""

    class Kind(models.TextChoices):
        """What was done."""

        CREATED = "created"
        EDITED = "edited"
        MERGED = "merged"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        APPROVED = "approved"
        WITHDRAWN = "withdrawn"

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150)
    kind = models.CharField(max_length=10, choices=Kind)
    comment = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.kind} {self.by}"


class Firing(models.Model):
    """How many decisions a rule made in one night; written in the night's publication, by the night."""

    run_id = models.CharField(max_length=40)
    book_date = models.DateField()
    table = models.CharField(max_length=120)  # clause and decision, such as "2.2/tier"
    rule_id = models.CharField(max_length=120)
    version = models.CharField(max_length=64)
    count = models.BigIntegerField()
    shown = models.BooleanField(default=True)  # false once another run of the same date was published

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run_id", "table", "rule_id"], name="one_firing_a_rule_and_run")
        ]
        indexes = [models.Index(fields=["book_date", "table"], name="handbook_fired")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.table} {self.rule_id} {self.count}"
