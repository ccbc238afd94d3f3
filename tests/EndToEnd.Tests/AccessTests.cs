using Yyc3.Connectors.Contracts.Access.V1;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class AccessTests(HostProcess host) : IClassFixture<HostProcess>
{
    /// <summary>Every endpoint of a permission, with a body that gets past its field rules.</summary>
    private static readonly (string Permission, HttpMethod Method, string Path, string? Body)[] Endpoints =
    [
        ("integration:create", HttpMethod.Post, "/v1/integrations", "{}"),
        ("integration:read", HttpMethod.Get, "/v1/integrations", null),
        ("integration:read", HttpMethod.Get, "/v1/integrations/{id}", null),
        ("integration:read", HttpMethod.Get, "/v1/integrations/{id}/status", null),
        ("integration:read", HttpMethod.Get, "/v1/connectors", null),
        ("integration:read", HttpMethod.Get, "/v1/connectors/sqlite", null),
        ("integration:update", HttpMethod.Patch, "/v1/integrations/{id}", "{}"),
        ("integration:delete", HttpMethod.Delete, "/v1/integrations/int-none", null),
        ("integration:test", HttpMethod.Post, "/v1/integrations/{id}/test", "{}"),
        ("integration:storage:upload", HttpMethod.Post, "/v1/integrations/{id}/storage/upload", "{}"),
        ("integration:storage:upload", HttpMethod.Delete, "/v1/integrations/{id}/storage/files?path=/none", null),
        ("integration:storage:upload", HttpMethod.Post, "/v1/integrations/{id}/storage/copy", "{}"),
        ("integration:storage:download", HttpMethod.Get, "/v1/integrations/{id}/storage/download?path=/none", null),
        ("integration:storage:read", HttpMethod.Get, "/v1/integrations/{id}/storage/files", null),
        ("integration:storage:read", HttpMethod.Get, "/v1/integrations/{id}/storage/stat?path=/none", null),
        ("integration:storage:read", HttpMethod.Get, "/v1/integrations/{id}/storage/versions?path=/none", null),
        ("integration:database:query", HttpMethod.Post, "/v1/integrations/{id}/database/query", "{}"),
        ("integration:database:query", HttpMethod.Post, "/v1/integrations/{id}/database/stream", "{}"),
        ("integration:database:execute", HttpMethod.Post, "/v1/integrations/{id}/database/execute", "{}"),
        ("integration:database:execute", HttpMethod.Post, "/v1/integrations/{id}/database/batch", "{}"),
        ("integration:messaging:send", HttpMethod.Post, "/v1/integrations/{id}/messaging/send", "{}"),
        ("integration:messaging:send", HttpMethod.Post, "/v1/integrations/{id}/messaging/batch", "{}"),
        ("integration:messaging:receive", HttpMethod.Get, "/v1/integrations/{id}/messaging/receive", null),
        ("integration:messaging:receive", HttpMethod.Post, "/v1/integrations/{id}/messaging/ack", "{}"),
        ("integration:messaging:receive", HttpMethod.Post, "/v1/integrations/{id}/messaging/nack", "{}"),
        ("integration:messaging:receive", HttpMethod.Post, "/v1/integrations/{id}/messaging/extend", "{}"),
        ("admin", HttpMethod.Get, "/v1/access/keys", null),
        ("admin", HttpMethod.Post, "/v1/access/tenants", "{}"),
    ];

    private static readonly string[] Permissions =
    [
        "integration:create",
        "integration:read",
        "integration:update",
        "integration:delete",
        "integration:test",
        "integration:sync",
        "integration:storage:upload",
        "integration:storage:download",
        "integration:storage:read",
        "integration:database:query",
        "integration:database:execute",
        "integration:messaging:send",
        "integration:messaging:receive",
        "integration:alert:manage",
    ];

    [Fact]
    public async Task A_key_with_one_permission_passes_its_endpoints_and_no_other()
    {
        using var admin = host.Client();
        var id = await admin.CreateAsync("storage", "local-fs");
        foreach (var permission in Permissions)
        {
            using var rest = host.Client(await admin.CreateKeyAsync(null, permission));
            foreach (var (needed, method, path, body) in Endpoints)
            {
                var answer = await rest.SendAsync(method, path.Replace("{id}", id, StringComparison.Ordinal), body);
                var isAllowed = string.Equals(needed, permission, StringComparison.Ordinal);
                Assert.True(
                    isAllowed == (answer.Status != 403),
                    $"{permission} on {method} {path}: {answer.Status} {answer.Body}"
                );
            }
        }
    }

    [Fact]
    public async Task Grpc_asks_for_the_same_permissions_and_keys()
    {
        using var admin = host.Client();
        using var creator = new GrpcClient(host.Grpc, await admin.CreateKeyAsync(null, "integration:create"));
        using var reader = new GrpcClient(host.Grpc, await admin.CreateKeyAsync(null, "integration:read"));
        using var nobody = new GrpcClient(host.Grpc, null);
        const string List = "/yyc3.connectors.integration.v1.IntegrationService/ListIntegrations";
        const string Keys = "/yyc3.connectors.access.v1.AccessService/ListApiKeys";
        Assert.Equal(
            0,
            (await reader.CallAsync<ListIntegrationsResponse>(List, new ListIntegrationsRequest())).Status.Code
        );
        Assert.Equal(
            7,
            (await creator.CallAsync<ListIntegrationsResponse>(List, new ListIntegrationsRequest())).Status.Code
        );
        Assert.Equal(
            16,
            (await nobody.CallAsync<ListIntegrationsResponse>(List, new ListIntegrationsRequest())).Status.Code
        );
        Assert.Equal(7, (await reader.CallAsync<ListApiKeysResponse>(Keys, new ListApiKeysRequest())).Status.Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer unknown")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData(HostProcess.AdminKey)]
    public async Task Without_a_known_bearer_key_the_answer_is_401(string? authorization)
    {
        using var rest = new RestClient(host.Http, null);
        (string, string)[] headers = authorization is null ? [] : [("Authorization", authorization)];
        var answer = await rest.SendAsync(HttpMethod.Get, "/v1/integrations", null, headers);
        Assert.Equal((401, "UNAUTHENTICATED"), (answer.Status, answer.Code));
        Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_revoked_key_stops_working()
    {
        using var admin = host.Client();
        var key = await admin.CreateKeyAsync(null, "integration:read");
        using var rest = host.Client(key);
        Assert.Equal(200, (await rest.GetAsync("/v1/integrations")).Status);
        var keys = (await admin.GetAsync("/v1/access/keys")).Data["apiKeys"]!.AsArray();
        var id = keys.Last()!["id"]!.GetValue<string>();
        Assert.DoesNotContain(key, (await admin.GetAsync("/v1/access/keys")).Body, StringComparison.Ordinal);
        Assert.Equal(204, (await admin.DeleteAsync($"/v1/access/keys/{id}")).Status);
        Assert.Equal(401, (await rest.GetAsync("/v1/integrations")).Status);
    }

    [Fact]
    public async Task A_tenant_never_sees_another_tenants_integrations()
    {
        using var admin = host.Client();
        Assert.Equal(201, (await admin.PostAsync("/v1/access/tenants", """{"id":"other"}""")).Status);
        using var other = host.Client(await admin.CreateKeyAsync("other", Permissions));
        var mine = await admin.CreateAsync("storage", "local-fs");
        foreach (
            var (_, method, path, body) in Endpoints.Where(endpoint =>
                endpoint.Path.Contains("{id}", StringComparison.Ordinal)
            )
        )
        {
            var answer = await other.SendAsync(method, path.Replace("{id}", mine, StringComparison.Ordinal), body);
            Assert.True(answer.Status is 404 or 400 or 415, $"{method} {path}: {answer.Status} {answer.Body}");
            Assert.DoesNotContain("\"success\":true", answer.Body, StringComparison.Ordinal);
        }

        Assert.Empty((await other.GetAsync("/v1/integrations")).Data["integrations"]!.AsArray());
        var theirs = await other.CreateAsync("storage", "local-fs", """{"root":"files"}""");
        await other.UploadAsync(
            theirs,
            ("path", new StringContent("/"), null),
            ("file", new StringContent("x"), "secret.txt")
        );
        Assert.True(Directory.Exists(Path.Combine(host.DataDirectory, "tenants", "other", "files")));
        var same = await admin.CreateAsync("storage", "local-fs", """{"root":"files"}""");
        Assert.Empty((await admin.GetAsync($"/v1/integrations/{same}/storage/files")).Data["files"]!.AsArray());
        var peek = await admin.CreateAsync("storage", "local-fs", """{"root":"tenants/other/files"}""");
        Assert.Equal(400, (await admin.GetAsync($"/v1/integrations/{peek}/storage/files")).Status);
    }

    [Theory]
    [InlineData(".runtime")]
    [InlineData(".")]
    [InlineData("plugins")]
    [InlineData("x/../.runtime")]
    [InlineData("/etc")]
    [InlineData("../outside")]
    public async Task No_integration_reaches_the_runtimes_own_files(string root)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs", $$"""{"root":"{{root}}"}""");
        var answer = await rest.GetAsync($"/v1/integrations/{id}/storage/files");
        Assert.Equal((400, "config.root"), (answer.Status, answer.Field));
    }
}
