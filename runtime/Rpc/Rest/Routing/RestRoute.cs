using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Json.Members;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>One HTTP rule of one bound method, with everything that is worked out once.</summary>
internal sealed class RestRoute
{
    public RestRoute(MethodHandler handler, MethodDescriptor method, HttpBinding binding, JsonCodec codec)
    {
        Handler = handler;
        Method = method;
        Binding = binding;
        Codec = codec;
        Rules = method.GetOptions()?.GetExtension(OptionsExtensions.Method) ?? new MethodRules();
        Input = PlanOf(method.InputType, codec);
        Upload = Rules.RestBody == RestBody.Upload ? StreamedMessage.Of(method.InputType, codec) : null;
        Download = Rules.RestBody == RestBody.Download ? StreamedMessage.Of(method.OutputType, codec) : null;
        if (method.IsClientStreaming && Upload is null)
        {
            throw new InvalidOperationException($"{method.FullName}: a client stream has no REST form but an upload.");
        }

        Variables = [.. binding.Path.Variables.Select(variable => (variable, Resolve(variable)))];
        BodyMember = Member(method.InputType, Input, binding.Body);
        ResponseMember =
            binding.ResponseBody.Length == 0
                ? null
                : Member(method.OutputType, PlanOf(method.OutputType, codec), binding.ResponseBody);
        NeedsBody = Upload is null && binding.Body.Length > 0 && Body.Any(member => member.Rules.Required);
    }

    public MethodHandler Handler { get; }

    public MethodDescriptor Method { get; }

    public HttpBinding Binding { get; }

    public JsonCodec Codec { get; }

    public MethodRules Rules { get; }

    public MessagePlan Input { get; }

    public StreamedMessage? Upload { get; }

    public StreamedMessage? Download { get; }

    /// <summary>The fields of the path; of an upload, those of its header.</summary>
    public IReadOnlyList<(PathVariable Variable, FieldPath Field)> Variables { get; }

    /// <summary>The field that is the whole body, when the rule names one.</summary>
    public JsonMember? BodyMember { get; }

    /// <summary>The field that is the whole answer, when the rule names one.</summary>
    public JsonMember? ResponseMember { get; }

    /// <summary>An empty body cannot be right.</summary>
    public bool NeedsBody { get; }

    public int SuccessCode => Rules.SuccessCode == 0 ? 200 : Rules.SuccessCode;

    /// <summary>The message whose members are given by path, query, headers and body.</summary>
    public MessagePlan Target => Upload?.Header ?? Input;

    private IEnumerable<JsonMember> Body =>
        BodyMember is not null
            ? [BodyMember]
            : Input.Body.Where(member => Variables.All(v => v.Field.Members[^1] != member));

    public static IMessage Create(MessagePlan plan) => plan.Descriptor.Parser.ParseFrom([]);

    private static MessagePlan PlanOf(MessageDescriptor type, JsonCodec codec) =>
        codec.PlanOf(type) ?? new MessagePlan(type, codec);

    private JsonMember? Member(MessageDescriptor type, MessagePlan plan, string name) =>
        name is "" or HttpBinding.WholeBody
            ? null
            : plan.FindField(name)
                ?? throw new InvalidOperationException($"{Method.FullName}: {type.FullName} has no field {name}.");

    private FieldPath Resolve(PathVariable variable)
    {
        var names = variable.Field;
        if (Upload is not null && names.Count > 1 && names[0] == Upload.HeaderField.Name)
        {
            names = [.. names.Skip(1)];
        }

        return FieldPath.Find(Target, names, static (plan, name) => plan.FindField(name))
            ?? throw new InvalidOperationException(
                $"{Method.FullName}: the path names the unknown field {string.Join('.', variable.Field)}."
            );
    }
}
