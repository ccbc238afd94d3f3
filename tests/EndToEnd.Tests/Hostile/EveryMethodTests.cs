using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Hostile;

/// <summary>What can be wrong with any method, tried with every one of them, over REST and over gRPC.</summary>
public sealed class EveryMethodTests(HostProcess host) : IClassFixture<HostProcess>
{
    private const int InvalidArgument = 3;
    private const int Internal = 13;
    private const int Unauthenticated = 16;

    public static TheoryData<string> Names { get; } = [.. ContractMethod.All.Select(method => method.ToString())];

    public static TheoryData<string> ObjectNames { get; } =
    [.. ContractMethod.All.Where(method => method.TakesObject).Select(method => method.ToString())];

    public static TheoryData<string> QueryNames { get; } =
    [.. ContractMethod.All.Where(method => method.TakesQuery).Select(method => method.ToString())];

    public static TheoryData<string> SingleNames { get; } =
    [.. ContractMethod.All.Where(method => !method.Method.IsClientStreaming).Select(method => method.ToString())];

    public static TheoryData<string> TenantNames { get; } =
    [
        .. ContractMethod
            .All.Where(method => method.PathFor("int-x").Contains("int-x", StringComparison.Ordinal))
            .Where(method => !method.Method.IsClientStreaming)
            .Select(method => method.ToString()),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_a_key_nobody_gets_in(string name)
    {
        var method = Find(name);
        using var rest = new RestClient(host.Http, null);
        using var grpc = new GrpcClient(host.Grpc, null);

        var answer = await rest.SendAsync(method.Verb, method.PathFor("int-none"), "{}");
        var (_, status) = await grpc.SendAsync(method.GrpcPath, GrpcClient.Frame([]));

        Assert.Equal((401, "UNAUTHENTICATED"), (answer.Status, answer.Code));
        Assert.Equal(Unauthenticated, status.Code);
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public async Task Json_that_breaks_off_is_malformed(string name)
    {
        var method = Find(name);
        using var rest = host.Client();

        var answer = await rest.SendAsync(method.Verb, method.PathFor("int-none"), "{\"");

        Assert.Equal((400, "MALFORMED_JSON"), (answer.Status, answer.Code));
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public async Task An_unknown_member_is_named(string name)
    {
        var method = Find(name);
        if (method.Fields.Any(field => ContractMethod.RulesOf(field).CollectsUnknown))
        {
            return;
        }

        using var rest = host.Client();
        var body = Complete(method);
        body["surprise"] = 1;

        Refused(await rest.SendAsync(method.Verb, method.PathFor("int-none"), body.ToJsonString()), "surprise");
    }

    [Theory]
    [MemberData(nameof(QueryNames))]
    public async Task An_unknown_query_parameter_is_named(string name)
    {
        var method = Find(name);
        using var rest = host.Client();

        Refused(await rest.SendAsync(method.Verb, method.PathFor("int-none") + "?surprise=1", null), "surprise");
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public async Task A_member_of_the_wrong_type_is_named(string name)
    {
        var method = Find(name);
        using var rest = host.Client();
        foreach (var field in method.Fields)
        {
            if (Samples.WrongJson(field) is { } wrong)
            {
                var body = Complete(method);
                body[field.JsonName] = wrong;
                var answer = await rest.SendAsync(method.Verb, method.PathFor("int-none"), body.ToJsonString());
                Refused(answer, field.JsonName);
            }
        }
    }

    [Theory]
    [MemberData(nameof(QueryNames))]
    public async Task A_query_parameter_of_the_wrong_type_is_named(string name)
    {
        var method = Find(name);
        using var rest = host.Client();
        foreach (var field in method.Fields)
        {
            if (Samples.WrongText(field) is { } wrong)
            {
                var path = $"{method.PathFor("int-none")}?{field.JsonName}={wrong}";
                Refused(await rest.SendAsync(method.Verb, path, null), field.JsonName);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SingleNames))]
    public async Task A_required_field_that_is_missing_is_named_alike_by_both(string name)
    {
        var method = Find(name);
        using var rest = host.Client();
        using var grpc = new GrpcClient(host.Grpc, HostProcess.AdminKey);
        foreach (var field in method.Method.InputType.Fields.InDeclarationOrder())
        {
            if (!ContractMethod.RulesOf(field).Required)
            {
                continue;
            }

            var (_, status) = await grpc.SendAsync(method.GrpcPath, Request(method, without: field));
            Refused(status, field.JsonName);
            if (method.TakesObject && !method.IsInPath(field))
            {
                var body = Complete(method);
                body.Remove(field.JsonName);
                var answer = await rest.SendAsync(method.Verb, method.PathFor("int-none"), body.ToJsonString());
                Refused(answer, field.JsonName);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SingleNames))]
    public async Task What_is_out_of_range_is_named(string name)
    {
        var method = Find(name);
        using var grpc = new GrpcClient(host.Grpc, HostProcess.AdminKey);
        foreach (var field in method.Method.InputType.Fields.InDeclarationOrder())
        {
            foreach (var value in OutOfRange(field))
            {
                var (_, status) = await grpc.SendAsync(method.GrpcPath, Request(method, field, value));
                Refused(status, field.JsonName);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bytes_that_are_no_message_get_a_status(string name)
    {
        var method = Find(name);
        using var grpc = new GrpcClient(host.Grpc, HostProcess.AdminKey);

        var (_, garbage) = await grpc.SendAsync(method.GrpcPath, GrpcClient.Frame([0xff, 0xff, 0xff, 0xff]));
        var (_, truncated) = await grpc.SendAsync(method.GrpcPath, [0, 0, 0, 1, 0, 1]);
        var (_, twoGigabytes) = await grpc.SendAsync(method.GrpcPath, [0, 0x80, 0, 0, 0]);

        Assert.Equal(Internal, garbage.Code);
        Assert.Equal(Internal, truncated.Code);
        Assert.Equal("PAYLOAD_TOO_LARGE", Info(twoGigabytes).Type);
    }

    [Theory]
    [MemberData(nameof(TenantNames))]
    public async Task Another_tenants_integration_is_not_there(string name)
    {
        var method = Find(name);
        using var admin = host.Client();
        var id = await admin.CreateAsync("storage", "local-fs");
        await admin.PostAsync("/v1/access/tenants", """{"id":"stranger"}""");
        var key = await admin.PostAsync("/v1/access/keys", """{"name":"s","tenantId":"stranger","admin":true}""");
        using var rest = host.Client(key.Data["key"]!.GetValue<string>());

        var path = method.PathFor(id) + Query(method);
        var body = method.TakesQuery ? null : Complete(method).ToJsonString();
        var answer = await rest.SendAsync(method.Verb, path, body);

        Assert.Equal((404, "INTEGRATION_NOT_FOUND"), (answer.Status, answer.Code));
    }

    [Theory]
    [MemberData(nameof(SingleNames))]
    public async Task No_answer_is_a_500_or_tells_of_the_code_behind_it(string name)
    {
        var method = Find(name);
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs");
        foreach (var body in new[] { "[]", "null", "\"x\"", "{\"a\":{\"b\":[]}}", "\u0000", new string('[', 10_000) })
        {
            var answer = await rest.SendAsync(method.Verb, method.PathFor(id) + Query(method), body);
            Assert.InRange(answer.Status, 200, 499);
            Assert.DoesNotContain("   at ", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", answer.Body, StringComparison.Ordinal);
        }
    }

    private static ContractMethod Find(string name) => ContractMethod.All.Single(method => method.ToString() == name);

    private static JsonObject Complete(ContractMethod method)
    {
        var body = new JsonObject();
        foreach (var field in method.Fields.Where(field => ContractMethod.RulesOf(field).Required))
        {
            body[field.JsonName] = Samples.Json(field);
        }

        return body;
    }

    private static string Query(ContractMethod method) =>
        method.TakesQuery
            ? "?"
                + string.Join(
                    '&',
                    method
                        .Fields.Where(field => ContractMethod.RulesOf(field).Required)
                        .Select(field => field.JsonName + "=sample")
                )
            : "";

    private static byte[] Request(
        ContractMethod method,
        FieldDescriptor? changed = null,
        object? value = null,
        FieldDescriptor? without = null
    )
    {
        var message = Samples.MessageOf(method.Method.InputType);
        without?.Accessor.Clear(message);
        if (changed is not null)
        {
            changed.Accessor.Clear(message);
            Samples.Set(message, changed, value!);
        }

        return GrpcClient.Frame(message.ToByteArray());
    }

    private static IEnumerable<object> OutOfRange(FieldDescriptor field)
    {
        var rules = ContractMethod.RulesOf(field);
        if (field.FieldType == FieldType.Enum)
        {
            yield return 999;
        }

        if (field is { FieldType: FieldType.String, IsRepeated: false } && rules.MaxSize > 0)
        {
            yield return new string('x', rules.MaxSize + 1);
        }

        if (rules.HasMax)
        {
            yield return Number(field, rules.Max + 1);
        }

        // Without presence a zero is an absent value.
        if (rules.HasMin && (field.HasPresence || rules.Min != 1))
        {
            yield return Number(field, rules.Min - 1);
        }
    }

    private static object Number(FieldDescriptor field, long value) =>
        field.FieldType switch
        {
            FieldType.Int64 => (object)value,
            FieldType.Double => (double)value,
            _ => (int)value,
        };

    private static void Refused(RestAnswer answer, string field)
    {
        Assert.Equal(400, answer.Status);
        Assert.Equal(field, answer.Field?.Split('.', '[')[0]);
        Assert.NotEmpty(answer.Reason!);
    }

    private static void Refused(Status status, string field)
    {
        Assert.Equal(InvalidArgument, status.Code);
        Assert.Equal(field, Info(status).Metadata["field"].Split('.', '[')[0]);
        Assert.NotEmpty(Info(status).Metadata["reason"]);
    }

    private static ErrorInfo Info(Status status) =>
        status.Details.Single(detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
}
