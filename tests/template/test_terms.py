"""Whatever keeps data has a term, and docs/operations/data.md states it (clause C-7)."""

import re
from collections.abc import Iterator

import pytest

from tests.template.documents import ROOT, Document, read, resources, root
from toban.domain.rollup import DAILY_DAYS, HALF_HOUR_DAYS, RAW_DAYS

PAGE = (ROOT / "docs/operations/data.md").read_text(encoding="utf-8")
KEEPS = {
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
}
KEEPS_NOTHING_OF_CUSTOMERS = {
    "AWS::AppConfig",
    "AWS::AutoScaling",
    "AWS::CloudFormation",
    "AWS::CloudWatch",
    "AWS::Connect",
    "AWS::EC2",
    "AWS::IAM",
    "AWS::KMS",
    "AWS::Lambda",
    "AWS::S3::BucketPolicy",
    "AWS::SES",
    "AWS::SNS",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler",
    "AWS::Serverless",
}
"""Types, or whole services; what Connect, Lambda and SES keep by themselves, the page tells."""


def templates() -> list[Document]:
    nested = resources(root(), "AWS::CloudFormation::Stack").values()
    return [root(), *(read(each["TemplateURL"]) for each in nested)]


def made(kind: str) -> Iterator[tuple[str, Document]]:
    return (each for document in templates() for each in resources(document, kind).items())


@pytest.mark.clause("C-7")
def test_a_resource_of_a_new_kind_is_asked_for_its_term() -> None:
    types = {each["Type"] for document in templates() for each in document["Resources"].values()}

    unknown = {
        each
        for each in types - KEEPS
        if not {each, each.rpartition("::")[0]} & KEEPS_NOTHING_OF_CUSTOMERS
    }
    assert unknown == set()


@pytest.mark.clause("C-7")
def test_every_bucket_ends_all_that_lies_in_it() -> None:
    for name, bucket in made("AWS::S3::Bucket"):
        rules = bucket["LifecycleConfiguration"]["Rules"]
        (ends,) = [each for each in rules if "ExpirationInDays" in each]
        assert ends["Status"] == "Enabled", name
        assert not {"Prefix", "TagFilters", "ObjectSizeLessThan"} & ends.keys(), name
        assert ends["NoncurrentVersionExpiration"].keys() == {"NoncurrentDays"}, name


@pytest.mark.clause("C-7")
def test_every_queue_and_every_table_but_that_of_contracts_ends_what_it_keeps() -> None:
    assert all("MessageRetentionPeriod" in each for _, each in made("AWS::SQS::Queue"))
    tables = dict(made("AWS::DynamoDB::Table"))
    without = {name for name, each in tables.items() if "TimeToLiveSpecification" not in each}
    assert without == {"ContractsTable"}


@pytest.mark.clause("C-7")
def test_the_parameters_of_the_stack_are_none_of_a_customers() -> None:
    names = [each["Name"]["Fn::Sub"] for _, each in made("AWS::SSM::Parameter")]
    assert names
    assert [each for each in names if not each.startswith("/toban/graph.links/")] == []


@pytest.mark.clause("C-7")
def test_the_page_names_every_store() -> None:
    tables = [each["TableName"]["Fn::Sub"] for _, each in made("AWS::DynamoDB::Table")]
    others = [name for kind in ("AWS::S3::Bucket", "AWS::SQS::Queue") for name, _ in made(kind)]
    named = [*(each.removeprefix("${Name}-") for each in tables), *others]

    assert [each for each in named if f"| table `{each}` |" not in PAGE] == others
    assert [each for each in others if f"`{each}` |" not in PAGE] == []


@pytest.mark.clause("C-7")
def test_the_page_tells_the_terms_that_hold() -> None:
    told = dict(re.findall(r"`(\w+Days)`,? \(?(\d+)\)", PAGE.replace("(`GraphLinkDays`, 90)", "")))
    defaults = {name: str(root()["Parameters"][name]["Default"]) for name in told}
    rules = dict(made("AWS::S3::Bucket"))["IntakeBucket"]["LifecycleConfiguration"]["Rules"]
    (queue,) = [each for _, each in made("AWS::SQS::Queue")]

    assert told == defaults
    assert told.keys() == {"ContractDays", "EvidenceDays", "LogDays"}
    assert f"| {RAW_DAYS} days; {HALF_HOUR_DAYS} days; {DAILY_DAYS // 366} years |" in PAGE
    noncurrent = rules[0]["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert f"| {rules[0]['ExpirationInDays']} days; what ended or was " in PAGE
    assert f"overwritten {noncurrent} days more |" in PAGE
    assert f"| {queue['MessageRetentionPeriod'] // 86_400} days |" in PAGE
