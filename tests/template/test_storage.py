"""The tables that CloudFormation creates are the tables that the code knows."""

from typing import Any

import pytest
from pynamodb.models import Model

from tests.template.documents import Document, read, resources, transformed
from toban.settings import stack
from toban.store.tables import MODELS

EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def storage(kind: str) -> Document:
    return resources(read("infra/storage.yaml"), kind)


def tables() -> dict[str, Document]:
    found = storage("AWS::DynamoDB::Table").values()
    return {each["TableName"]["Fn::Sub"].replace("${Name}", stack()): each for each in found}


def table_of(model: Any) -> str:
    return str(model.Meta.table_name)


def keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {each["KeyType"]: each["AttributeName"] for each in schema}


def keys_of_model(model: type[Model]) -> dict[str, str]:
    found = {}
    for attribute in model.get_attributes().values():
        if attribute.is_hash_key:
            found["HASH"] = attribute.attr_name
        if attribute.is_range_key:
            found["RANGE"] = attribute.attr_name
    return found


def indexes_of_table(name: str) -> dict[str, tuple[dict[str, str], str]]:
    created = tables()[name].get("GlobalSecondaryIndexes", [])
    return {
        each["IndexName"]: (keys(each["KeySchema"]), each["Projection"]["ProjectionType"])
        for each in created
    }


def indexes_of_models(name: str) -> dict[str, tuple[dict[str, str], str]]:
    """Return the indexes of all models of the table, by their names."""
    models: list[Any] = [model for model in MODELS if table_of(model) == name]
    indexes = [index for model in models for index in model._indexes.values()]
    return {
        each.Meta.index_name: (
            keys_of_schema(each._get_schema()),
            each.Meta.projection.projection_type,
        )
        for each in indexes
    }


def keys_of_schema(schema: Any) -> dict[str, str]:
    """Return the keys of pynamodb's own form of a schema."""
    return {each["KeyType"]: each["AttributeName"] for each in schema["key_schema"]}


def test_every_table_of_the_code_is_created_and_no_other() -> None:
    assert tables().keys() == {table_of(model) for model in MODELS}


@EVERY_MODEL
def test_a_model_and_its_table_have_the_same_keys(model: type[Model]) -> None:
    assert keys_of_model(model) == keys(tables()[table_of(model)]["KeySchema"])


@pytest.mark.parametrize("name", tables())
def test_the_models_of_a_table_and_the_table_have_the_same_indexes(name: str) -> None:
    assert indexes_of_models(name) == indexes_of_table(name)


@EVERY_MODEL
def test_what_a_model_lets_expire_the_table_deletes(model: Any) -> None:
    """A table deletes by one attribute; a model without it would be kept for ever."""
    table = tables()[table_of(model)].get("TimeToLiveSpecification", {"AttributeName": None})
    attribute = model._ttl_attribute()
    assert (attribute.attr_name if attribute else None) == table["AttributeName"]


@pytest.mark.parametrize("name", tables())
def test_a_table_declares_its_keys_as_strings_and_nothing_else(name: str) -> None:
    table = tables()[name]
    key_schemas = [
        keys(table["KeySchema"]),
        *(schema for schema, _ in indexes_of_table(name).values()),
    ]
    declared = {
        each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]
    }
    assert declared == {key: "S" for schema in key_schemas for key in schema.values()}


@pytest.mark.parametrize("name", tables())
def test_a_table_can_be_put_back_and_is_not_deleted_by_mistake(name: str) -> None:
    table = tables()[name]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", read("infra/storage.yaml")["Resources"])
def test_what_toban_remembers_outlives_the_stack(name: str) -> None:
    resource = read("infra/storage.yaml")["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize("name", storage("AWS::S3::Bucket"))
def test_a_bucket_is_never_public_and_travels_over_tls_only(name: str) -> None:
    bucket = storage("AWS::S3::Bucket")[name]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["BucketEncryption"]
    policy = storage("AWS::S3::BucketPolicy")[f"{name}Policy"]
    assert policy["Bucket"] == {"Ref": name}
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.clause("C-7")
def test_evidence_ends_when_the_term_of_keeping_does_also_what_was_overwritten() -> None:
    bucket = storage("AWS::S3::Bucket")["EvidenceBucket"]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    (ends,) = [rule for rule in rules if "ExpirationInDays" in rule]
    assert ends["Status"] == "Enabled"
    assert ends["ExpirationInDays"] == {"Ref": "EvidenceDays"}
    assert ends["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert "Prefix" not in ends


@pytest.mark.clause("C-7")
def test_hearing_sheets_do_not_lie_about_once_they_are_taken_in() -> None:
    rules = storage("AWS::S3::Bucket")["IntakeBucket"]["LifecycleConfiguration"]["Rules"]
    (ends,) = [rule for rule in rules if "ExpirationInDays" in rule]
    assert (ends["Status"], ends["ExpirationInDays"]) == ("Enabled", 30)
    assert "Prefix" not in ends


@pytest.mark.clause("C-2")
def test_a_result_in_the_intake_bucket_never_starts_its_function_again() -> None:
    rules = resources(transformed(), "AWS::Events::Rule").values()
    (rule,) = [each for each in rules if each["EventPattern"]["source"] == ["aws.s3"]]
    wanted = rule["EventPattern"]["detail"]
    assert wanted["bucket"]["name"] == [{"Fn::GetAtt": ["Storage", "Outputs.IntakeBucket"]}]
    prefixes = {each["prefix"] for each in wanted["object"]["key"]}
    assert prefixes == {"plan/", "apply/", "accept/", "accept-with-call/"}
    assert [target["Arn"] for target in rule["Targets"]] == [{"Ref": "TakeInFunctionAliaslive"}]
