using Google.Rpc;
using Yyc3.Connectors.Contracts.Database.V1;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Contracts.Messaging.V1;
using Yyc3.Connectors.Contracts.Storage.V1;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class BadInputTests(HostProcess host) : IClassFixture<HostProcess>
{
    private const string Good =
        """{"name":"n","type":"storage","provider":"local-fs","config":{},"auth":{"type":"none"}}""";

    [Theory]
    [InlineData("name")]
    [InlineData("type")]
    [InlineData("provider")]
    [InlineData("config")]
    [InlineData("auth")]
    public async Task A_missing_member_is_named(string member)
    {
        using var rest = host.Client();
        var body = System.Text.Json.Nodes.JsonNode.Parse(Good)!.AsObject();
        body.Remove(member);
        var answer = await rest.PostAsync("/v1/integrations", body.ToJsonString());
        Assert.Equal((400, member), (answer.Status, answer.Field));
    }

    [Theory]
    [InlineData("""{"name":1""", "MALFORMED_JSON", "name")]
    [InlineData("""{"name":1}""", "INVALID_REQUEST", "name")]
    [InlineData("""{"nme":"x"}""", "INVALID_REQUEST", "nme")]
    [InlineData("""{"name":"a","name":"b"}""", "INVALID_REQUEST", "name")]
    [InlineData("""{"auth":{"type":"foo"}}""", "INVALID_REQUEST", "auth.type")]
    [InlineData("""{"options":{"syncInterval":"often"}}""", "INVALID_REQUEST", "options.syncInterval")]
    [InlineData("""{"options":{"nope":1}}""", "INVALID_REQUEST", "options.nope")]
    [InlineData("""{"config":[]}""", "INVALID_REQUEST", "config")]
    [InlineData("[]", "INVALID_REQUEST", null)]
    [InlineData("null", "INVALID_REQUEST", null)]
    [InlineData("", "INVALID_REQUEST", null)]
    [InlineData("nonsense", "MALFORMED_JSON", null)]
    public async Task A_wrong_create_body_is_400_and_named(string body, string code, string? field)
    {
        using var rest = host.Client();
        var answer = await rest.PostAsync("/v1/integrations", body);
        Assert.Equal((400, code, field), (answer.Status, answer.Code, answer.Field));
    }

    [Theory]
    [InlineData("provider", "\"none\"", "provider")]
    [InlineData("type", "\"database\"", "type")]
    [InlineData("auth", """{"type":"basic"}""", "auth.type")]
    [InlineData("config", """{"root":5}""", "config.root")]
    [InlineData("config", """{"region":"x"}""", "config.region")]
    [InlineData("auth", """{"type":"none","token":"t"}""", "auth.credentials.token")]
    [InlineData("options", """{"encryptionAlgorithm":"ROT13"}""", "options.encryptionAlgorithm")]
    [InlineData("options", """{"connectorVersion":"x.y"}""", "options.connectorVersion")]
    [InlineData("options", """{"connectorVersion":"99.0.0"}""", "options.connectorVersion")]
    public async Task A_wrong_configuration_is_named(string member, string value, string field)
    {
        using var rest = host.Client();
        var body = System.Text.Json.Nodes.JsonNode.Parse(Good)!.AsObject();
        body[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        var answer = await rest.PostAsync("/v1/integrations", body.ToJsonString());
        Assert.Equal((400, "INVALID_INTEGRATION_CONFIG", field), (answer.Status, answer.Code, answer.Field));
        Assert.NotEmpty(answer.Reason!);
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=x", "page")]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=100000", "pageSize")]
    [InlineData("status=foo", "status")]
    [InlineData("foo=1", "foo")]
    [InlineData("page=1&page=2", "page")]
    public async Task A_wrong_query_parameter_is_named(string query, string field)
    {
        using var rest = host.Client();
        var answer = await rest.GetAsync("/v1/integrations?" + query);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Theory]
    [InlineData("GET", "/v1/none", 404, "ROUTE_NOT_FOUND")]
    [InlineData("PUT", "/v1/integrations", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "/v1/integrations/oauth/refresh/x/y", 404, "ROUTE_NOT_FOUND")]
    public async Task Outside_of_any_method_the_envelope_is_the_same(
        string method,
        string path,
        int status,
        string code
    )
    {
        using var rest = host.Client();
        var answer = await rest.SendAsync(new HttpMethod(method), path, null);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(answer.Headers["x-request-id"], answer.Error["details"]!["requestId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_413()
    {
        using var rest = host.Client();
        // The server answers without reading; a client that does not ask first may see its connection closed instead.
        rest.Http.DefaultRequestHeaders.ExpectContinue = true;
        var answer = await rest.PostAsync("/v1/integrations", $$"""{"name":"{{new string('x', 17 * 1024 * 1024)}}"}""");
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Invalid_utf8_is_400()
    {
        using var rest = host.Client();
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using var response = await rest.Http.PostAsync("/v1/integrations", content);
        Assert.Equal(400, (await RestAnswer.OfAsync(response)).Status);
    }

    [Fact]
    public async Task The_wrong_capability_is_named()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs");
        var answer = await rest.PostAsync($"/v1/integrations/{id}/database/query", """{"query":"select 1"}""");
        Assert.Equal((400, "CAPABILITY_NOT_SUPPORTED"), (answer.Status, answer.Code));
        Assert.Contains("storage", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_names_the_same_fields_and_reasons_as_rest()
    {
        using var rest = host.Client();
        using var grpc = new GrpcClient(host.Grpc, HostProcess.AdminKey);
        var fs = await rest.CreateAsync("storage", "local-fs");
        var db = await rest.CreateAsync("database", "sqlite", """{"path":"parity.db"}""");
        var mq = await rest.CreateAsync("messaging", "local-queue");

        await SameAsync<ListIntegrationsResponse>(
            grpc,
            "/yyc3.connectors.integration.v1.IntegrationService/ListIntegrations",
            new ListIntegrationsRequest { PageSize = 100_000 },
            await rest.GetAsync("/v1/integrations?pageSize=100000")
        );
        await SameAsync<GetIntegrationResponse>(
            grpc,
            "/yyc3.connectors.integration.v1.IntegrationService/GetIntegration",
            new GetIntegrationRequest { IntegrationId = "int-none" },
            await rest.GetAsync("/v1/integrations/int-none")
        );
        await SameAsync<StatFileResponse>(
            grpc,
            "/yyc3.connectors.storage.v1.StorageService/StatFile",
            new StatFileRequest { IntegrationId = fs, Path = "/a/../b" },
            await rest.GetAsync($"/v1/integrations/{fs}/storage/stat?path=/a/../b")
        );
        await SameAsync<QueryResponse>(
            grpc,
            "/yyc3.connectors.database.v1.DatabaseService/Query",
            new QueryRequest { IntegrationId = db, Query = "delete from t" },
            await rest.PostAsync($"/v1/integrations/{db}/database/query", """{"query":"delete from t"}""")
        );
        await SameAsync<SendResponse>(
            grpc,
            "/yyc3.connectors.messaging.v1.MessagingService/Send",
            new SendRequest { IntegrationId = mq, Topic = "t" },
            await rest.PostAsync($"/v1/integrations/{mq}/messaging/send", """{"topic":"t"}""")
        );
    }

    private static async Task SameAsync<TResponse>(
        GrpcClient grpc,
        string method,
        Google.Protobuf.IMessage request,
        RestAnswer rest
    )
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        var (_, status) = await grpc.CallAsync<TResponse>(method, request);
        var info = status.Details.Single(detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal(rest.Code, info.Type);
        Assert.Equal(rest.Field, info.Metadata.GetValueOrDefault("field"));
        Assert.Equal(rest.Reason, info.Metadata.GetValueOrDefault("reason"));
        Assert.Equal(rest.Error["message"]!.GetValue<string>(), status.Message);
    }
}
