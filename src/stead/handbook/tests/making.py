"""A small handbook and its officers, for tests of drafts and editions."""

from datetime import date

from tests import factories

from stead.access.models import Role, User
from stead.handbook import actions
from stead.handbook.models import Draft

HEADER = "name,value,unit,effective_from,effective_to,source\n"
INPUT = (
    '<input id="a" label="Assets"><inputExpression typeRef="number"><text>assets</text></inputExpression>'
    "</input>"
)


def rule(rule_id: str, assets: str, tier: int) -> str:
    """A row of the table of tiers."""
    entries = f"<inputEntry><text>{assets}</text></inputEntry><outputEntry><text>{tier}</text></outputEntry>"
    return f'<rule id="{rule_id}">{entries}</rule>'


FILES = {
    "params.csv": f"{HEADER}horizon_days,31,days,1900-01-01,,x\nadult_age,18,years,1900-01-01,,x\n",
    "2.2/tier.dmn": f"""
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="t" name="t" namespace="n">
  <inputData id="in" name="assets"><variable name="assets" typeRef="number"/></inputData>
  <decision id="tier" name="tier">
    <variable name="tier"/>
    <informationRequirement id="req"><requiredInput href="#in"/></informationRequirement>
    <decisionTable id="table" hitPolicy="FIRST">
      {INPUT}
      <output id="b" name="tier" typeRef="number"/>
      {rule("2.2-tier-1", "&gt;= 100", 1)}
      {rule("2.2-tier-2", "-", 0)}
    </decisionTable>
  </decision>
</definitions>
""".lstrip(),
}
LATER = date(2027, 1, 1)


def officer(username: str) -> User:
    return factories.user(Role.POLICY_OFFICER, username)


def horizon(days: int, files: dict[str, str] = FILES) -> str:
    """params.csv with another horizon."""
    return files["params.csv"].replace("horizon_days,31,", f"horizon_days,{days},")


def begun(by: User, name: str = "2027.1") -> Draft:
    """A draft on the newest version, after the founding edition."""
    actions.found(by="night", files=FILES)
    return actions.start_draft(by=by, name=name)


def edited(by: User, draft: Draft, text: str = "", path: str = "params.csv") -> Draft:
    return actions.save_file(by=by, draft=draft, path=path, text=text or horizon(30), revision=draft.revision)


def submitted(by: User, draft: Draft, day: date = LATER) -> Draft:
    return actions.submit(by=by, draft=draft, comment="fewer days", effective_from=day)


def approved(by: User, draft: Draft) -> Draft:
    return actions.approve(by=by, draft=draft, comment="agreed")
