using Google.Api;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.EndToEnd.Tests.Hostile;

/// <summary>One method of the contracts with its REST binding, read from the descriptors: a new method is covered at once.</summary>
internal sealed class ContractMethod
{
    private ContractMethod(MethodDescriptor method)
    {
        Method = method;
        var http = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        (Verb, Template) = http.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, http.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, http.Post),
            HttpRule.PatternOneofCase.Put => (HttpMethod.Put, http.Put),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, http.Patch),
            HttpRule.PatternOneofCase.Delete => (HttpMethod.Delete, http.Delete),
            _ => throw new InvalidOperationException($"{method.FullName} has another kind of binding."),
        };
        Body = http.Body;
    }

    public static IReadOnlyList<ContractMethod> All { get; } =
    [
        .. typeof(Contracts.Integration.V1.IntegrationService)
            .Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null))
            .OfType<ServiceDescriptor>()
            .SelectMany(service => service.Methods)
            .Select(method => new ContractMethod(method)),
    ];

    public MethodDescriptor Method { get; }

    public HttpMethod Verb { get; }

    /// <summary>The name of the field that is the body, <c>*</c>, or nothing.</summary>
    public string Body { get; }

    /// <summary>Path of gRPC.</summary>
    public string GrpcPath => $"/{Method.Service.FullName}/{Method.Name}";

    /// <summary>A request is one JSON object.</summary>
    public bool TakesObject => Body == "*" && !Method.IsClientStreaming;

    /// <summary>A request is a query string.</summary>
    public bool TakesQuery => Body.Length == 0;

    /// <summary>The fields that are not part of the path.</summary>
    public IEnumerable<FieldDescriptor> Fields =>
        Method
            .InputType.Fields.InDeclarationOrder()
            .Where(one => !IsInPath(one) && RulesOf(one) is { Hidden: false, Header.Length: 0 });

    private string Template { get; }

    public static FieldRules RulesOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(OptionsExtensions.Field) ?? new FieldRules();

    public bool IsInPath(FieldDescriptor field) => Template.Contains($"{{{field.Name}}}", StringComparison.Ordinal);

    /// <summary>The path for one integration; every other variable is a name that nothing has.</summary>
    public string PathFor(string integrationId) =>
        string.Join(
            '/',
            Template
                .Split('/')
                .Select(part =>
                    part.EndsWith("integration_id}", StringComparison.Ordinal) ? integrationId
                    : part.StartsWith('{') ? "none"
                    : part
                )
        );

    public override string ToString() => $"{Method.Service.Name}.{Method.Name}";
}
