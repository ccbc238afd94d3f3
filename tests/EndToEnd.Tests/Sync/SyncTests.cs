using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>Syncs as a user asks for them.</summary>
public sealed class SyncTests(HostProcess host) : IClassFixture<HostProcess>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_is_pulled_into_the_runtimes_own_records_and_its_changes_after_it()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync(
            "database",
            "sqlite",
            """{"path":"pull.db","records":{"users":{"modifiedAt":"changed"}}}"""
        );
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text, changed integer)");
        await rest.ExecuteAsync(
            id,
            "insert into users with recursive c(i) as (select 1 union all select i+1 from c where i<250)"
                + " select i, 'name ' || i, i from c"
        );
        var started = await rest.PostAsync($"/v1/integrations/{id}/sync", """{"direction":"pull"}""");
        Assert.Equal(200, started.Status);
        Assert.Equal("in_progress", started.Data["status"]!.GetValue<string>());
        Assert.Equal("pull", started.Data["direction"]!.GetValue<string>());
        Assert.Null(started.Data["estimatedCompletion"]);

        var done = await rest.EndAsync(id, started);
        Assert.Equal("completed", done["status"]!.GetValue<string>());
        Assert.Equal("""{"total":250,"processed":250,"failed":0,"percentage":100}""", done["progress"]!.ToJsonString());
        Assert.Equal("""{"pulled":250,"pushed":0,"conflicts":0}""", done["results"]!.ToJsonString());
        Assert.Equal(
            done["duration"]!.GetValue<long>(),
            (long)
                (
                    done["completedAt"]!.GetValue<DateTimeOffset>() - done["startedAt"]!.GetValue<DateTimeOffset>()
                ).TotalMilliseconds
        );

        await rest.ExecuteAsync(id, "update users set name = 'changed', changed = 1000 where id = 7");
        var next = await rest.SyncAsync(id, """{"direction":"pull"}""");
        Assert.Equal(1, next["results"]!["pulled"]!.GetValue<int>());
        var record = await rest.GetAsync($"/v1/integrations/{id}/records?resource=users&recordId=7");
        Assert.Equal("changed", record.Data["records"]![0]!["data"]!["name"]!.GetValue<string>());
        Assert.Equal(0, (await rest.SyncAsync(id, """{"direction":"pull"}"""))["progress"]!["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Both_ways_a_record_written_here_arrives_there_and_nothing_comes_back()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"both.db"}""");
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(id, "insert into users values (1, 'remote')");
        const string Both = """{"direction":"bidirectional","filters":{"resourceType":["users"]}}""";
        Assert.Equal(1, (await rest.SyncAsync(id, Both))["results"]!["pulled"]!.GetValue<int>());

        var put = await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/records",
            """{"resource":"users","recordId":"2","data":{"id":2,"name":"local"}}"""
        );
        Assert.Equal((200, "2"), (put.Status, put.Data["recordId"]!.GetValue<string>()));
        Assert.Equal(1, (await rest.SyncAsync(id, Both))["results"]!["pushed"]!.GetValue<int>());
        var rows = await rest.PostAsync(
            $"/v1/integrations/{id}/database/query",
            """{"query":"select name from users order by id"}"""
        );
        Assert.Equal(["remote", "local"], rows.Data["rows"]!.AsArray().Select(row => row!["name"]!.GetValue<string>()));
        Assert.Equal(0, (await rest.SyncAsync(id, Both))["progress"]!["total"]!.GetValue<int>());

        Assert.Equal(204, (await rest.DeleteAsync($"/v1/integrations/{id}/records?resource=users&recordId=1")).Status);
        Assert.Equal(1, (await rest.SyncAsync(id, Both))["results"]!["pushed"]!.GetValue<int>());
        Assert.Equal(404, (await rest.DeleteAsync($"/v1/integrations/{id}/records?resource=users&recordId=1")).Status);
    }

    [Fact]
    public async Task Files_move_with_their_content_into_another_integration()
    {
        using var rest = host.Client();
        var from = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-from"}""");
        var to = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-to"}""");
        for (var number = 0; number < 12; number++)
        {
            await rest.UploadAsync(
                from,
                ("path", new StringContent("/folder"), null),
                ("file", new StringContent($"content {number}"), $"{number}.txt")
            );
        }

        var body = $$$$"""{"direction":"pull","options":{"batchSize":5,"target":{"integrationId":"{{{{to}}}}"}}}""";
        Assert.Equal(12, (await rest.SyncAsync(from, body))["results"]!["pulled"]!.GetValue<int>());
        Assert.Equal(
            "content 7",
            await rest.Http.GetStringAsync(
                new Uri($"/v1/integrations/{to}/storage/download?path=/folder/7.txt", UriKind.Relative),
                Token
            )
        );
        Assert.Equal(0, (await rest.SyncAsync(from, body))["progress"]!["total"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{}""", "direction")]
    [InlineData("""{"direction":"sideways"}""", "direction")]
    [InlineData("""{"direction":"pull","options":{"batchSize":0}}""", "options.batchSize")]
    [InlineData(
        """{"direction":"pull","options":{"target":{"integrationId":"int-none"}}}""",
        "options.target.integrationId"
    )]
    [InlineData("""{"direction":"pull","options":{"conflictResolution":"mine"}}""", "options.conflictResolution")]
    [InlineData("""{"direction":"pull","filters":{"modifiedSince":"yesterday"}}""", "filters.modifiedSince")]
    public async Task Wrong_input_is_named(string body, string field)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-wrong"}""");
        var answer = await rest.PostAsync($"/v1/integrations/{id}/sync", body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task A_sync_of_another_integration_is_not_there()
    {
        using var rest = host.Client();
        var one = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-one"}""");
        var two = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-two"}""");
        var sync = await rest.SyncAsync(one, """{"direction":"pull"}""");
        var answer = await rest.GetAsync($"/v1/integrations/{two}/sync/{sync["syncId"]!.GetValue<string>()}");
        Assert.Equal((404, "SYNC_NOT_FOUND"), (answer.Status, answer.Code));
        Assert.Single((await rest.GetAsync($"/v1/integrations/{one}/sync")).Data["syncs"]!.AsArray());
    }

    [Fact]
    public async Task A_watched_sync_tells_its_progress_line_by_line_and_ends_with_its_end()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"watched.db"}""");
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(
            id,
            "insert into users with recursive c(i) as (select 1 union all select i+1 from c where i<5000) select i, 'name' from c"
        );
        var started = await rest.PostAsync(
            $"/v1/integrations/{id}/sync",
            """{"direction":"pull","options":{"batchSize":50}}"""
        );
        var path = $"/v1/integrations/{id}/sync/{started.Data["syncId"]!.GetValue<string>()}/watch";
        await using var stream = await rest.Http.GetStreamAsync(new Uri(path, UriKind.Relative), Token);
        using var reader = new StreamReader(stream);
        var (percentage, status, estimates) = (-1, "", 0);
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            var sync = JsonNode.Parse(line)!["sync"]!;
            Assert.True(sync["progress"]!["percentage"]!.GetValue<int>() >= percentage, line);
            percentage = sync["progress"]!["percentage"]!.GetValue<int>();
            status = sync["status"]!.GetValue<string>();
            estimates += sync["estimatedCompletion"] is null ? 0 : 1;
        }

        Assert.Equal(("completed", 100), (status, percentage));
        Assert.True(estimates > 0, "no line told when the sync would end");
    }

    [Fact]
    public async Task A_queue_takes_records_and_gives_none()
    {
        using var rest = host.Client();
        var queue = await rest.CreateAsync("messaging", "local-queue", "{}");
        var table = await rest.CreateAsync("database", "sqlite", """{"path":"to-queue.db"}""");
        await rest.ExecuteAsync(table, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(table, "insert into users values (1, 'one')");
        var target = $$$"""{"target":{"integrationId":"{{{queue}}}"}}""";
        var run = await rest.SyncAsync(table, $$"""{"direction":"pull","options":{{target}}}""");
        Assert.Equal(("completed", 1), (run["status"]!.GetValue<string>(), run["results"]!["pulled"]!.GetValue<int>()));

        var both = await rest.PostAsync(
            $"/v1/integrations/{table}/sync",
            $$"""{"direction":"bidirectional","options":{{target}}}"""
        );
        Assert.Equal((400, "options.target.integrationId"), (both.Status, both.Field));
        var pull = await rest.PostAsync($"/v1/integrations/{queue}/sync", """{"direction":"pull"}""");
        Assert.Equal((400, "direction"), (pull.Status, pull.Field));
    }

    [Fact]
    public async Task A_record_whose_fields_hold_another_key_than_its_id_overwrites_nothing()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"other-key.db"}""");
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(id, "insert into users values (8, 'eight')");
        await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/records",
            """{"resource":"users","recordId":"7","data":{"id":8,"name":"seven"}}"""
        );
        var run = await rest.SyncAsync(id, """{"direction":"push"}""");
        Assert.Equal(1, run["progress"]!["failed"]!.GetValue<int>());
        Assert.Equal("eight", (await rest.QueryAsync(id, "select name from users"))[0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_id_that_no_index_can_hold_is_named()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"bad-id.db"}""");
        var put = await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/records",
            """{"resource":"users","recordId":"a\u0000b","data":{}}"""
        );
        Assert.Equal((400, "recordId"), (put.Status, put.Field));
    }

    [Fact]
    public async Task Records_that_a_webhook_has_named_are_moved_by_themselves()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"named.db"}""");
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(id, "insert into users values (1, 'one'), (2, 'two')");
        var run = await rest.SyncAsync(
            id,
            """{"direction":"pull","filters":{"resourceType":["users"],"recordId":["2"]}}"""
        );
        Assert.Equal(1, run["results"]!["pulled"]!.GetValue<int>());
        var records = await rest.GetAsync($"/v1/integrations/{id}/records?resource=users");
        Assert.Equal("2", records.Data["records"]!.AsArray().Single()!["recordId"]!.GetValue<string>());
        var wrong = await rest.PostAsync(
            $"/v1/integrations/{id}/sync",
            """{"direction":"pull","filters":{"recordId":["2"]}}"""
        );
        Assert.Equal((400, "filters.resourceType"), (wrong.Status, wrong.Field));
    }
}
