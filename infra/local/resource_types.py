"""The resource types of the template that moto's CloudFormation lacks or handles differently.

moto skips a type that it does not know with a warning; `unknown_types` finds them before it does.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self

from moto.cloudformation import parsing
from moto.cloudformation.models import Stack
from moto.core.common_models import CloudFormationModel
from moto.dynamodb.models.table import Table
from moto.s3.models import FakeBucket
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from infra.local import mail_events, published, signing_keys
from infra.local.journal import Journal
from infra.local.patches import Patches
from toban.clients import client

Properties = dict[str, Any]
Create = Callable[[str, Properties], str]


class _Resource:
    """One resource of a type that is missing in moto; the class attributes make the type."""

    kind: ClassVar[str]
    create: ClassVar[Create]
    name_property: ClassVar[str]
    arn: ClassVar[str]
    endpoint: ClassVar[str] = ""

    def __init__(self, physical_id: str, account: str, region: str) -> None:
        self.physical_resource_id = physical_id
        self._account, self._region = account, region

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.name_property

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.kind

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if not attribute_name.endswith(("Arn", "Url")) or not self.arn:
            raise NotImplementedError(f"{self.kind} has no attribute {attribute_name} here")
        known = {"region": self._region, "account": self._account, "id": self.physical_resource_id}
        return self.arn.format(**known, endpoint=self.endpoint)

    @classmethod
    def create_from_cloudformation_json(
        cls, name: str, document: Any, account: str, region: str, **_: Any
    ) -> Self:
        return cls(cls.create(name, document.get("Properties", {})), account, region)

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
        """Nothing is ever deleted: the stack ends with the process."""


def _model(kind: str, create: Create, name_property: str = "Name", arn: str = "") -> Any:
    """Make a resource type: `create(name, properties)` returns the physical id, `arn` is the
    pattern of GetAtt Arn or FunctionUrl.
    """
    # moto finds the direct subclasses of CloudFormationModel
    attributes = {
        "kind": kind,
        "create": staticmethod(create),
        "name_property": name_property,
        "arn": arn,
        "__module__": __name__,
    }
    return type(kind.replace("::", ""), (_Resource, CloudFormationModel), attributes)


def _passive(name: str, properties: Properties) -> str:
    """A resource that changes nothing on one machine: no permission is asked for, no alarm
    evaluated.
    """
    return name


def _schedule(name: str, properties: Properties) -> str:
    wanted = {key: value for key, value in properties.items() if key != "Name"}
    client("scheduler").create_schedule(Name=name, **wanted)
    return name


def _schedule_group(name: str, properties: Properties) -> str:
    client("scheduler").create_schedule_group(Name=name)
    return name


def _event_invoke_config(name: str, properties: Properties) -> str:
    function_name = properties["FunctionName"].rpartition(":")[2]
    wanted: Any = {key: properties[key] for key in ("DestinationConfig",) if key in properties}
    wanted |= {key: int(properties[key]) for key in _INVOKE_LIMITS if key in properties}
    client("lambda").put_function_event_invoke_config(FunctionName=function_name, **wanted)
    return name


_INVOKE_LIMITS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")


def _function_url(name: str, properties: Properties) -> str:
    return str(properties["TargetFunctionArn"]).rpartition(":function:")[2].split(":")[0]


def _identity(name: str, properties: Properties) -> str:
    client("sesv2").create_email_identity(EmailIdentity=name)
    return name


def _configuration_set(name: str, properties: Properties) -> str:
    client("sesv2").create_configuration_set(ConfigurationSetName=name)
    return name


def _contact_flow(name: str, properties: Properties) -> str:
    made = client("connect").create_contact_flow(
        InstanceId=properties["InstanceArn"].rpartition("/")[2],
        Name=name,
        Type=properties["Type"],
        Content=properties["Content"],
    )
    return str(made["ContactFlowArn"])


def _alarm(name: str, properties: Properties) -> str:
    wanted = {key: value for key, value in properties.items() if key not in ("AlarmName", "Tags")}
    client("cloudwatch").put_metric_alarm(AlarmName=name, **wanted)
    return name


_ALARM = "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"
_SCHEDULE = "arn:aws:scheduler:{region}:{account}:schedule/default/{id}"
_GROUP = "arn:aws:scheduler:{region}:{account}:schedule-group/{id}"

MODELS = (
    _model("AWS::Scheduler::Schedule", _schedule, arn=_SCHEDULE),
    _model("AWS::Scheduler::ScheduleGroup", _schedule_group, arn=_GROUP),
    _model("AWS::SES::EmailIdentity", _identity, "EmailIdentity"),
    _model("AWS::SES::ConfigurationSet", _configuration_set),
    _model("AWS::SES::ConfigurationSetEventDestination", mail_events.subscribe, ""),
    _model("AWS::CloudWatch::Alarm", _alarm, "AlarmName", _ALARM),
    _model("AWS::CloudWatch::CompositeAlarm", _passive, "AlarmName", _ALARM),
    _model("AWS::AppConfig::Application", _passive),
    _model("AWS::AppConfig::ConfigurationProfile", _passive),
    _model("AWS::AppConfig::HostedConfigurationVersion", _passive, ""),
    _model("AWS::Connect::ContactFlow", _contact_flow, arn="{id}"),
    _model("AWS::Connect::IntegrationAssociation", _passive, ""),
    _model("AWS::Lambda::EventInvokeConfig", _event_invoke_config, ""),
    _model("AWS::Lambda::Permission", _passive, ""),
    _model("AWS::Lambda::Url", _function_url, "", arn="{endpoint}/u/{id}/"),
    _model("AWS::Logs::MetricFilter", _passive, "FilterName"),
    _model("AWS::S3::BucketPolicy", _passive, ""),
    _model("AWS::SNS::Subscription", _passive, ""),
    _model("AWS::SNS::TopicPolicy", _passive, ""),
    _model("AWS::SQS::QueuePolicy", _passive, ""),
)


def install(patches: Patches, journal: Journal, endpoint: str) -> None:
    """Let moto find the types above and create the others as CloudFormation does."""
    patches.replace(_Resource, "endpoint", endpoint)
    for cached in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cached.cache_clear()
    patches.replace(parsing, "generate_resource_name", _stable_name)
    patches.replace(StateMachine, "create_from_cloudformation_json", classmethod(_state_machine))
    patches.replace(Table, "create_from_cloudformation_json", classmethod(_table))
    patches.replace(FakeBucket, "create_from_cloudformation_json", classmethod(_bucket))
    signing_keys.install(patches, journal)
    published.install(patches)
    patches.add(Stack, "get_cfn_attribute", _stack_output)
    patches.replace(Stack, "parse_template", staticmethod(_parse_template))


def unknown_types(kinds: Iterable[str]) -> list[str]:
    """Return the resource types that would be skipped."""
    known = {model.cloudformation_type() for model in CloudFormationModel.__subclasses__()}
    return sorted(set(kinds) - known)


def _stable_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    """moto's random suffix would give every start other names than the journal has."""
    name = f"{stack_name}-{logical_id}"
    return name.lower() if resource_type == "AWS::S3::Bucket" else name[:64]


def _state_machine(
    cls: Any, /, name: str, document: Any, account: str, region: str, **_: Any
) -> Any:
    """moto puts machines into the backend that executes nothing, and ignores
    DefinitionSubstitutions.
    """
    properties = document["Properties"]
    definition = properties["DefinitionString"]
    for key, value in (properties.get("DefinitionSubstitutions") or {}).items():
        definition = definition.replace(f"${{{key}}}", str(value))
    backend: Any = stepfunctions_parser_backends[account][region]
    chosen = properties.get("StateMachineName", name)
    return backend.create_state_machine(chosen, definition, properties["RoleArn"])


_create_table: Any = vars(Table)["create_from_cloudformation_json"].__func__


def _table(cls: Any, /, name: str, document: Any, *rest: Any, **named: Any) -> Any:
    """moto ignores TimeToLiveSpecification."""
    table = _create_table(cls, name, document, *rest, **named)
    wanted = document["Properties"].get("TimeToLiveSpecification")
    if wanted and str(wanted["Enabled"]).lower() == "true":
        table.ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": wanted["AttributeName"]}
    return table


_create_bucket: Any = vars(FakeBucket)["create_from_cloudformation_json"].__func__


def _bucket(cls: Any, /, name: str, document: Any, *rest: Any, **named: Any) -> Any:
    """moto ignores NotificationConfiguration."""
    bucket = _create_bucket(cls, name, document, *rest, **named)
    wanted = document.get("Properties", {}).get("NotificationConfiguration")
    bucket.set_notification_configuration(wanted)
    return bucket


def _stack_output(self: Any, attribute_name: str) -> str:
    """GetAtt of a nested stack's Outputs, which moto lacks."""
    return str(self.output_map[attribute_name.removeprefix("Outputs.")].value)


_parse_yaml = Stack.parse_template


def _parse_template(template: str) -> dict[str, Any]:
    """moto reads JSON as YAML, which takes it a second; ours is JSON."""
    try:
        return dict(json.loads(template))
    except ValueError:
        return _parse_yaml(template)
