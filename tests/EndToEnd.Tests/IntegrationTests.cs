using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class IntegrationTests(HostProcess host) : IClassFixture<HostProcess>, IDisposable
{
    private readonly RestClient _rest = host.Client();

    public void Dispose() => _rest.Dispose();

    [Fact]
    public async Task Create_answers_201_with_exactly_the_documented_members()
    {
        var answer = await _rest.PostAsync(
            "/v1/integrations",
            """
            {"name":"文件 📁","description":"说明","type":"storage","provider":"local-fs","config":{"root":"a"},
             "auth":{"type":"none"},"options":{"autoSync":false,"syncInterval":3600},
             "metadata":{"team":"后端","nested":{"n":[1,true,null]}}}
            """
        );
        Assert.Equal(201, answer.Status);
        var data = answer.Data.AsObject();
        Assert.Equal(
            [
                "id",
                "name",
                "description",
                "type",
                "provider",
                "status",
                "config",
                "options",
                "metadata",
                "createdAt",
                "updatedAt",
            ],
            data.Select(member => member.Key)
        );
        Assert.StartsWith("int-", data["id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("文件 📁", data["name"]!.GetValue<string>());
        Assert.Equal("active", data["status"]!.GetValue<string>());
        Assert.Equal(data["createdAt"]!.GetValue<string>(), data["updatedAt"]!.GetValue<string>());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", data["createdAt"]!.GetValue<string>());
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""{"team":"后端","nested":{"n":[1,true,null]}}"""), data["metadata"])
        );
        Assert.Equal("\"1\"", answer.Headers["ETag"]);
    }

    [Fact]
    public async Task Get_adds_the_counters()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var before = (await _rest.GetAsync($"/v1/integrations/{id}")).Data["stats"]!;
        Assert.Equal(0, before["totalRequests"]!.GetValue<int>());
        Assert.Equal(1, before["successRate"]!.GetValue<int>());
        Assert.True(before.AsObject().ContainsKey("lastSyncAt"));
        Assert.Null(before["lastSyncAt"]);

        for (var call = 0; call < 3; call++)
        {
            await _rest.GetAsync($"/v1/integrations/{id}/storage/files");
        }

        Assert.Equal(404, (await _rest.GetAsync($"/v1/integrations/{id}/storage/stat?path=/none")).Status);
        var after = (await _rest.GetAsync($"/v1/integrations/{id}")).Data["stats"]!;
        Assert.Equal(4, after["totalRequests"]!.GetValue<int>());
        Assert.Equal(3, after["successfulRequests"]!.GetValue<int>());
        Assert.Equal(1, after["failedRequests"]!.GetValue<int>());
        Assert.Equal(0.75, after["successRate"]!.GetValue<double>());
    }

    [Fact]
    public async Task Patch_merges_config_options_and_metadata_member_by_member()
    {
        var created = await _rest.PostAsync(
            "/v1/integrations",
            """
            {"name":"m","type":"storage","provider":"local-fs","config":{"root":"m"},"auth":{"type":"none"},
             "options":{"autoSync":true,"syncInterval":60},"metadata":{"a":{"x":1,"y":2},"b":3}}
            """
        );
        var id = created.Data["id"]!.GetValue<string>();
        var patched = await _rest.PatchAsync(
            $"/v1/integrations/{id}",
            """{"options":{"autoSync":false},"metadata":{"a":{"x":9},"b":null}}"""
        );
        Assert.Equal(200, patched.Status);
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""{"autoSync":false,"syncInterval":60}"""), patched.Data["options"])
        );
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"a":{"x":9,"y":2}}"""), patched.Data["metadata"]));
        Assert.Equal("m", patched.Data["config"]!["root"]!.GetValue<string>());
        Assert.True(
            string.CompareOrdinal(
                patched.Data["updatedAt"]!.GetValue<string>(),
                created.Data["updatedAt"]!.GetValue<string>()
            ) > 0
        );
    }

    [Fact]
    public async Task A_changed_setting_works_from_the_next_call()
    {
        var id = await _rest.CreateAsync("storage", "local-fs", """{"root":"before"}""");
        await _rest.UploadAsync(id, ("path", new StringContent("/"), null), ("file", new StringContent("x"), "f.txt"));
        await _rest.PatchAsync($"/v1/integrations/{id}", """{"config":{"root":"after"}}""");
        Assert.Empty((await _rest.GetAsync($"/v1/integrations/{id}/storage/files")).Data["files"]!.AsArray());
        await _rest.PatchAsync($"/v1/integrations/{id}", """{"config":{"root":"before"}}""");
        Assert.Single((await _rest.GetAsync($"/v1/integrations/{id}/storage/files")).Data["files"]!.AsArray());
    }

    [Fact]
    public async Task A_refused_patch_changes_nothing()
    {
        var id = await _rest.CreateAsync("storage", "local-fs", """{"root":"kept"}""");
        var refused = await _rest.PatchAsync($"/v1/integrations/{id}", """{"name":"new","config":{"root":"/etc"}}""");
        // The connector itself confines its root when it is opened, so the first call tells.
        var test = refused.Status == 400 ? refused : await _rest.PostAsync($"/v1/integrations/{id}/test", "{}");
        Assert.Equal(400, test.Status);
        var unknown = await _rest.PatchAsync($"/v1/integrations/{id}", """{"name":"newer","config":{"foo":1}}""");
        Assert.Equal("config.foo", unknown.Field);
        Assert.NotEqual("newer", (await _rest.GetAsync($"/v1/integrations/{id}")).Data["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_old_etag_is_refused_with_412()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var etag = (await _rest.GetAsync($"/v1/integrations/{id}")).Headers["ETag"];
        var first = await _rest.SendAsync(
            HttpMethod.Patch,
            $"/v1/integrations/{id}",
            """{"name":"b"}""",
            ("If-Match", etag)
        );
        Assert.Equal(200, first.Status);
        var second = await _rest.SendAsync(
            HttpMethod.Patch,
            $"/v1/integrations/{id}",
            """{"name":"c"}""",
            ("If-Match", etag)
        );
        Assert.Equal((412, "ETAG_MISMATCH"), (second.Status, second.Code));
        Assert.Equal("b", (await _rest.GetAsync($"/v1/integrations/{id}")).Data["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Delete_answers_204_without_a_body_and_leaves_nothing()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var deleted = await _rest.DeleteAsync($"/v1/integrations/{id}");
        Assert.Equal((204, ""), (deleted.Status, deleted.Body));
        Assert.Equal("INTEGRATION_NOT_FOUND", (await _rest.GetAsync($"/v1/integrations/{id}")).Code);
        Assert.Equal(404, (await _rest.DeleteAsync($"/v1/integrations/{id}")).Status);
        Assert.Equal(404, (await _rest.GetAsync($"/v1/integrations/{id}/storage/files")).Status);
        Assert.DoesNotContain(
            id,
            (await _rest.GetAsync("/v1/integrations?pageSize=1000")).Body,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_inactive_integration_refuses_operations_and_is_found_by_its_status()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        await _rest.PatchAsync($"/v1/integrations/{id}", """{"status":"inactive"}""");
        var refused = await _rest.GetAsync($"/v1/integrations/{id}/storage/files");
        Assert.Equal((409, "INTEGRATION_INACTIVE"), (refused.Status, refused.Code));
        Assert.Contains(id, (await _rest.GetAsync("/v1/integrations?status=inactive")).Body, StringComparison.Ordinal);
        await _rest.PatchAsync($"/v1/integrations/{id}", """{"status":"active"}""");
        Assert.Equal(200, (await _rest.GetAsync($"/v1/integrations/{id}/storage/files")).Status);
    }

    [Fact]
    public async Task A_repeated_create_with_its_key_returns_the_first_result()
    {
        const string Body =
            """{"name":"once","type":"storage","provider":"local-fs","config":{},"auth":{"type":"none"}}""";
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var first = await _rest.SendAsync(HttpMethod.Post, "/v1/integrations", Body, key);
        var second = await _rest.SendAsync(HttpMethod.Post, "/v1/integrations", Body, key);
        Assert.Equal((201, first.Body), (second.Status, second.Body));
        var other = await _rest.SendAsync(
            HttpMethod.Post,
            "/v1/integrations",
            Body.Replace("once", "twice", StringComparison.Ordinal),
            key
        );
        Assert.Equal((409, "IDEMPOTENCY_KEY_REUSED"), (other.Status, other.Code));
    }

    [Fact]
    public async Task Test_connection_answers_as_documented_in_both_languages()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var body = """{"operation":"connect","params":{"timeout":30000}}""";
        var english = (await _rest.PostAsync($"/v1/integrations/{id}/test", body)).Data;
        Assert.Equal(
            ["testId", "status", "message", "latency", "testedAt"],
            english.AsObject().Select(member => member.Key)
        );
        Assert.Equal("success", english["status"]!.GetValue<string>());
        var chinese = await _rest.SendAsync(
            HttpMethod.Post,
            $"/v1/integrations/{id}/test",
            body,
            ("Accept-Language", "zh-CN")
        );
        Assert.Equal("连接成功", chinese.Data["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_failing_connection_is_400_with_reason_and_retryable()
    {
        var id = await _rest.CreateAsync("storage", "local-fs", """{"root":"/etc"}""");
        var answer = await _rest.SendAsync(
            HttpMethod.Post,
            $"/v1/integrations/{id}/test",
            "{}",
            ("Accept-Language", "zh")
        );
        Assert.Equal((400, "CONNECTION_FAILED"), (answer.Status, answer.Code));
        Assert.Equal("连接失败", answer.Error["message"]!.GetValue<string>());
        Assert.NotEmpty(answer.Reason!);
        Assert.False(answer.Error["details"]!["retryable"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Status_has_every_documented_member()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var status = (await _rest.GetAsync($"/v1/integrations/{id}/status")).Data;
        Assert.Equal(
            ["integrationId", "status", "healthChecks", "metrics", "checkedAt"],
            status.AsObject().Select(member => member.Key)
        );
        Assert.Equal("healthy", status["status"]!.GetValue<string>());
        Assert.Equal(
            ["connection", "authentication", "performance"],
            status["healthChecks"]!.AsObject().Select(member => member.Key)
        );
        Assert.Equal(
            ["uptime", "avgResponseTime", "errorRate", "lastErrorAt"],
            status["metrics"]!.AsObject().Select(member => member.Key)
        );
        Assert.Null(status["metrics"]!["lastErrorAt"]);
    }
}
