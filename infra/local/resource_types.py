"""The resource types of the template that moto's CloudFormation lacks or handles differently.

moto skips a type that it does not know with a warning; `unknown_types` finds them before it does.
"""

from collections.abc import Callable, Iterable
from typing import Any

import boto3
from moto.cloudformation import parsing
from moto.cloudformation.models import Stack
from moto.core.common_models import CloudFormationModel
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from infra.local.patches import Patches

Properties = dict[str, Any]
Create = Callable[[str, Properties], str]


def _model(
    kind: str, create: Create, name_property: str = "Name", arn: str = ""
) -> type[CloudFormationModel]:
    """Make a resource type: `create(name, properties)` returns the physical id, `arn` is GetAtt Arn's pattern."""

    class Model(CloudFormationModel):
        """One resource of the type."""

        def __init__(self, physical_id: str, account: str, region: str) -> None:
            self._physical_id, self._account, self._region = physical_id, account, region

        @property
        def physical_resource_id(self) -> str:
            return self._physical_id

        @staticmethod
        def cloudformation_name_type() -> str:
            return name_property

        @staticmethod
        def cloudformation_type() -> str:
            return kind

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return True

        def get_cfn_attribute(self, attribute_name: str) -> str:
            if attribute_name != "Arn" or not arn:
                raise NotImplementedError(f"{kind} has no attribute {attribute_name} here")
            return arn.format(region=self._region, account=self._account, id=self._physical_id)

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
            **_: Any,
        ) -> Any:
            properties = cloudformation_json.get("Properties", {})
            return cls(create(resource_name, properties), account_id, region_name)

        @classmethod
        def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
            """Nothing is ever deleted: the stack ends with the process."""

    return Model


def _passive(name: str, properties: Properties) -> str:
    """A resource that changes nothing on one machine: no permission is asked for, no alarm evaluated."""
    return name


def _schedule(name: str, properties: Properties) -> str:
    wanted = {key: value for key, value in properties.items() if key != "Name"}
    boto3.client("scheduler").create_schedule(Name=name, **wanted)
    return name


def _schedule_group(name: str, properties: Properties) -> str:
    boto3.client("scheduler").create_schedule_group(Name=name)
    return name


def _event_invoke_config(name: str, properties: Properties) -> str:
    limits = {key: int(properties[key]) for key in _INVOKE_LIMITS if key in properties}
    boto3.client("lambda").put_function_event_invoke_config(
        FunctionName=properties["FunctionName"].rpartition(":")[2],
        **limits,  # type: ignore[arg-type]
    )
    return name


_INVOKE_LIMITS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")


def _identity(name: str, properties: Properties) -> str:
    boto3.client("sesv2").create_email_identity(EmailIdentity=name)
    return name


def _configuration_set(name: str, properties: Properties) -> str:
    boto3.client("sesv2").create_configuration_set(ConfigurationSetName=name)
    return name


def _alarm(name: str, properties: Properties) -> str:
    wanted = {key: value for key, value in properties.items() if key not in ("AlarmName", "Tags")}
    boto3.client("cloudwatch").put_metric_alarm(AlarmName=name, **wanted)
    return name


_HERE = "arn:aws:{service}:{{region}}:{{account}}:{kind}{{id}}"

MODELS = (
    _model("AWS::Scheduler::Schedule", _schedule, arn=_HERE.format(service="scheduler", kind="schedule/default/")),
    _model("AWS::Scheduler::ScheduleGroup", _schedule_group,
           arn=_HERE.format(service="scheduler", kind="schedule-group/")),
    _model("AWS::SES::EmailIdentity", _identity, "EmailIdentity"),
    _model("AWS::SES::ConfigurationSet", _configuration_set),
    _model("AWS::CloudWatch::Alarm", _alarm, "AlarmName", _HERE.format(service="cloudwatch", kind="alarm:")),
    _model("AWS::Lambda::EventInvokeConfig", _event_invoke_config, ""),
    _model("AWS::Lambda::Permission", _passive, ""),
    _model("AWS::S3::BucketPolicy", _passive, ""),
    _model("AWS::SNS::Subscription", _passive, ""),
    _model("AWS::SNS::TopicPolicy", _passive, ""),
    _model("AWS::SQS::QueuePolicy", _passive, ""),
    _model("AWS::CloudWatch::CompositeAlarm", _passive, "AlarmName",
           _HERE.format(service="cloudwatch", kind="alarm:")),
    _model("AWS::Logs::MetricFilter", _passive, "FilterName"),
    _model("AWS::Connect::ContactFlow", _passive),
    _model("AWS::Connect::IntegrationAssociation", _passive, ""),
)  # fmt: skip


def install(patches: Patches) -> None:
    """Let moto's CloudFormation find the types above and create the others as CloudFormation does."""
    for cached in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cached.cache_clear()
    patches.replace(parsing, "generate_resource_name", _stable_name)
    patches.replace(StateMachine, "create_from_cloudformation_json", classmethod(_state_machine))
    patches.add(Stack, "get_cfn_attribute", _stack_output)


def unknown_types(kinds: Iterable[str]) -> list[str]:
    """Return the resource types that would be skipped."""
    known = {model.cloudformation_type() for model in CloudFormationModel.__subclasses__()}
    return sorted(set(kinds) - known)


def _stable_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    """moto's random suffix would give every start of the system other names than its journal has."""
    name = f"{stack_name}-{logical_id}"
    return name.lower() if resource_type == "AWS::S3::Bucket" else name[:64]


def _state_machine(cls: Any, /, name: str, document: Any, account: str, region: str, **_: Any) -> Any:
    """moto puts machines into the backend that executes nothing, and ignores DefinitionSubstitutions."""
    properties = document["Properties"]
    definition = properties["DefinitionString"]
    for key, value in (properties.get("DefinitionSubstitutions") or {}).items():
        definition = definition.replace(f"${{{key}}}", str(value))
    backend: Any = stepfunctions_parser_backends[account][region]
    chosen = properties.get("StateMachineName", name)
    return backend.create_state_machine(chosen, definition, properties["RoleArn"])


def _stack_output(self: Any, attribute_name: str) -> str:
    """GetAtt of a nested stack's Outputs, which moto lacks."""
    return str(self.output_map[attribute_name.removeprefix("Outputs.")].value)
