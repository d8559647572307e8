"""What SAM's AutoPublishAlias makes: versions of functions, and the alias that leads to the newest.

moto has no alias in CloudFormation, and its version has no ARN there. Both are made past boto,
since every start makes one of each per function.
"""

from typing import Any

from moto.awslambda.models import LambdaVersion, lambda_backends
from moto.core.common_models import CloudFormationModel

from infra.local.patches import Patches


class _Alias(CloudFormationModel):
    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::Lambda::Alias"

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> Any:
        wanted = cloudformation_json["Properties"]
        made = lambda_backends[account_id][region_name].create_alias(
            wanted["Name"], wanted["FunctionName"], wanted["FunctionVersion"], "", ""
        )
        return _make(cls, made.arn)


def install(patches: Patches) -> None:
    """Let CloudFormation publish versions that a machine can call by their ARNs."""
    patches.replace(LambdaVersion, "create_from_cloudformation_json", classmethod(_publish))
    patches.replace(LambdaVersion, "has_cfn_attr", classmethod(lambda cls, name: name == "Version"))
    patches.add(LambdaVersion, "get_cfn_attribute", lambda self, name: str(self.version))


def _make(cls: Any, *given: Any) -> Any:
    """moto makes models of types that its own annotations call abstract."""
    return cls(*given)


def _publish(cls: Any, /, name: str, document: Any, account: str, region: str, **_: Any) -> Any:
    backend = lambda_backends[account][region]
    function: Any = backend.publish_version(document["Properties"]["FunctionName"])
    made = _make(cls, {"Version": function.version})
    made.physical_resource_id = function.function_arn
    return made
