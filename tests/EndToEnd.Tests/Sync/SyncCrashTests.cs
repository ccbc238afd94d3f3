using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>
/// The host is killed at random moments of a sync of 20 000 changed records. Rounds are 20, or what <c>YYC3_SOAK_ROUNDS</c> says.
/// </summary>
public sealed class SyncCrashTests
{
    private const int Records = 20_000;
    private const int BatchSize = 500;

    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("YYC3_SOAK_ROUNDS") ?? "20",
        CultureInfo.InvariantCulture
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_moment_a_sync_goes_on_and_loses_and_doubles_nothing()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var host = new HostProcess();
        await host.StartAsync();
        string from,
            to;
        using (var rest = host.Client())
        {
            from = await rest.CreateAsync(
                "database",
                "sqlite",
                """{"path":"from.db","records":{"things":{"modifiedAt":"changed"}}}"""
            );
            to = await rest.CreateAsync("database", "sqlite", """{"path":"to.db"}""");
            await rest.ExecuteAsync(from, "create table things (id integer primary key, name text, changed integer)");
            await rest.ExecuteAsync(from, "create index things_changed on things (changed, id)");
            await rest.ExecuteAsync(
                from,
                "insert into things with recursive c(i) as (select 1 union all select i+1 from c where i<"
                    + $"{Records}) select i, 'thing', 0 from c"
            );
            await rest.ExecuteAsync(to, "create table things (id integer primary key, name text, changed integer)");
            await rest.ExecuteAsync(to, "create table writes (n integer)");
            await rest.ExecuteAsync(to, "insert into writes values (0)");
            foreach (var what in (string[])["insert", "update"])
            {
                await rest.ExecuteAsync(
                    to,
                    $"create trigger count_{what} after {what} on things begin update writes set n = n + 1; end"
                );
            }

            await EndAsync(rest, from, await StartAsync(rest, from, to));
        }

        var (mostRedone, slowest, killed) = (0L, TimeSpan.Zero, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            string sync;
            using (var rest = host.Client())
            {
                await rest.ExecuteAsync(to, "update writes set n = 0");
                await rest.ExecuteAsync(from, $"update things set name = 'round {round}', changed = {round}");
                sync = await StartAsync(rest, from, to);
                // By progress and not by time, so that slow and fast machines are hit alike.
                await ReachAsync(rest, from, sync, random.Next(Records));
            }

            await host.KillAsync();
            var begun = Stopwatch.GetTimestamp();
            await host.StartAsync();
            using (var rest = host.Client())
            {
                var before = await FindAsync(rest, from, sync);
                killed += HasEnded(before) ? 0 : 1;
                await ReachAsync(rest, from, sync, before["progress"]!["processed"]!.GetValue<long>() + 1);
                var resumed = Stopwatch.GetElapsedTime(begun);
                slowest = resumed > slowest ? resumed : slowest;
                var done = await EndAsync(rest, from, sync);
                Assert.True(done["status"]!.GetValue<string>() == "completed", done.ToJsonString());

                var (count, right, writes) = await CountAsync(rest, to, round);
                Assert.True(
                    (Records, Records) == (count, right),
                    $"seed {seed}, round {round}: {count} rows, {right} right"
                );
                Assert.True(writes >= Records, $"seed {seed}, round {round}: only {writes} writes");
                mostRedone = Math.Max(mostRedone, writes - Records);
            }
        }

        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {Rounds} rounds, {killed} killed under way, at most {mostRedone} records done again, gone on within {slowest.TotalSeconds:F1} s"
        );
        Assert.InRange(mostRedone, 0, 2 * BatchSize);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.True(killed > 0, "No run was under way when the host was killed.");
    }

    private static async Task<string> StartAsync(RestClient rest, string from, string to)
    {
        var answer = await rest.PostAsync(
            $"/v1/integrations/{from}/sync",
            $$$$"""{"direction":"pull","filters":{"resourceType":["things"]},"options":{"batchSize":{{{{BatchSize}}}},"target":{"integrationId":"{{{{to}}}}"}}}"""
        );
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Data["syncId"]!.GetValue<string>();
    }

    private static async Task<JsonNode> FindAsync(RestClient rest, string from, string sync) =>
        (await rest.GetAsync($"/v1/integrations/{from}/sync/{sync}")).Data;

    private static bool HasEnded(JsonNode sync) =>
        sync["status"]!.GetValue<string>() is not ("pending" or "in_progress");

    private static Task<JsonNode> EndAsync(RestClient rest, string from, string sync) =>
        ReachAsync(rest, from, sync, long.MaxValue);

    private static async Task<JsonNode> ReachAsync(RestClient rest, string from, string sync, long processed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            var now = await FindAsync(rest, from, sync);
            if (HasEnded(now) || now["progress"]!["processed"]!.GetValue<long>() >= processed)
            {
                return now;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private static async Task<(long Count, long Right, long Writes)> CountAsync(RestClient rest, string to, int round)
    {
        var answer = await rest.PostAsync(
            $"/v1/integrations/{to}/database/query",
            $$"""{"query":"select (select count(*) from things) as c, (select count(*) from things where changed = {{round}}) as r, (select n from writes) as w"}"""
        );
        var row = answer.Data["rows"]![0]!;
        return (row["c"]!.GetValue<long>(), row["r"]!.GetValue<long>(), row["w"]!.GetValue<long>());
    }
}
