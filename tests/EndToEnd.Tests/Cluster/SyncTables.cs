using System.Globalization;
using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>
/// Several tables to be synced into as many others, each by an integration of its own. The receiving database takes its time for
/// each page, and notes every row that is written into it.
/// </summary>
internal sealed class SyncTables
{
    public const int BatchSize = 100;

    private readonly PostgreSqlServer _server;
    private readonly string _source;
    private readonly string _sink;
    private string _target = "";

    private SyncTables(PostgreSqlServer server)
    {
        _server = server;
        var name = Guid.NewGuid().ToString("N")[..8];
        (_source, _sink) = ($"source_{name}", $"sink_{name}");
    }

    /// <summary>Integrations of the tables, in order.</summary>
    public List<string> Integrations { get; } = [];

    /// <summary>Rows of each table.</summary>
    public int Rows { get; private init; }

    public static async Task<SyncTables> CreateAsync(
        PostgreSqlServer server,
        RestClient rest,
        int tables,
        int rows,
        TimeSpan page
    )
    {
        var bench = new SyncTables(server) { Rows = rows };
        await server.RunAsync($"create database {bench._source}");
        await server.RunAsync($"create database {bench._sink}");
        await server.RunAsync(
            "create table writes (thing text, id integer);"
                + " create function wait() returns trigger language plpgsql as"
                + $" $$ begin perform pg_sleep({page.TotalSeconds.ToString(CultureInfo.InvariantCulture)}); return null; end $$;"
                + " create function note() returns trigger language plpgsql as"
                + " $$ begin insert into writes values (tg_table_name, new.id); return null; end $$;",
            bench._sink
        );
        bench._target = await bench.CreateIntegrationAsync(rest, bench._sink);
        for (var table = 0; table < tables; table++)
        {
            var create = $"create table things_{table} (id integer primary key, name text not null);";
            await server.RunAsync(
                $"{create} insert into things_{table} select i, 'thing ' || i from generate_series(1, {rows}) i",
                bench._source
            );
            await server.RunAsync(
                $"{create} create trigger slow before insert on things_{table} for each statement execute function wait();"
                    + $" create trigger noted after insert or update on things_{table} for each row execute function note()",
                bench._sink
            );
            bench.Integrations.Add(await bench.CreateIntegrationAsync(rest, bench._source));
        }

        return bench;
    }

    /// <summary>Starts a run of each table, and returns their ids in order.</summary>
    public async Task<IReadOnlyList<string>> StartAsync(RestClient rest)
    {
        var runs = new List<string>();
        for (var table = 0; table < Integrations.Count; table++)
        {
            var answer = await rest.PostAsync(
                $"/v1/integrations/{Integrations[table]}/sync",
                $$$$"""
                {"direction":"pull","filters":{"resourceType":["things_{{{{table}}}}"]},
                 "options":{"batchSize":{{{{BatchSize}}}},"target":{"integrationId":"{{{{_target}}}}"}}}
                """
            );
            Assert.True(answer.Status == 200, answer.Body);
            runs.Add(answer.Data["syncId"]!.GetValue<string>());
        }

        return runs;
    }

    public async Task<JsonNode> FindAsync(RestClient rest, int table, string run) =>
        (await rest.GetAsync($"/v1/integrations/{Integrations[table]}/sync/{run}")).Data;

    /// <summary>Rows that have arrived in all tables.</summary>
    public async Task<long> ArrivedAsync() =>
        long.Parse(
            await _server.RunAsync("select count(*) from (select distinct thing, id from writes) w", _sink),
            CultureInfo.InvariantCulture
        );

    /// <summary>Waits for the ends of runs and looks at each: it counts every row once.</summary>
    public async Task AssertEndedAsync(RestClient rest, IReadOnlyList<string> runs, CancellationToken cancellationToken)
    {
        for (var table = 0; table < runs.Count; table++)
        {
            var run = await FindAsync(rest, table, runs[table]);
            while (run["status"]!.GetValue<string>() is "pending" or "in_progress")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
                run = await FindAsync(rest, table, runs[table]);
            }

            var (progress, results) = (run["progress"]!, run["results"]!);
            Assert.Equal(
                ("completed", Rows, Rows, 0, Rows),
                (
                    run["status"]!.GetValue<string>(),
                    progress["total"]!.GetValue<int>(),
                    progress["processed"]!.GetValue<int>(),
                    progress["failed"]!.GetValue<int>(),
                    results["pulled"]!.GetValue<int>()
                )
            );
        }
    }

    /// <summary>Every row is there once and right.</summary>
    /// <returns>Rows that were written more often than once.</returns>
    public async Task<int> AssertArrivedAsync()
    {
        for (var table = 0; table < Integrations.Count; table++)
        {
            var counts = await _server.RunAsync(
                $"select count(*), count(distinct id), count(*) filter (where name = 'thing ' || id) from things_{table}",
                _sink
            );
            Assert.Equal($"{Rows}|{Rows}|{Rows}", counts);
        }

        var writes = await _server.RunAsync("select count(*) from writes", _sink);
        return int.Parse(writes, CultureInfo.InvariantCulture) - (Rows * Integrations.Count);
    }

    private async Task<string> CreateIntegrationAsync(RestClient rest, string database)
    {
        var answer = await rest.PostAsync(
            "/v1/integrations",
            $$$$"""
            {"name":"{{{{database}}}}","type":"database","provider":"postgresql",
             "config":{"host":"127.0.0.1","port":{{{{_server.Port}}}},"database":"{{{{database}}}}"},
             "auth":{"type":"basic","credentials":
               {"username":"{{{{PostgreSqlServer.Username}}}}","password":"{{{{PostgreSqlServer.Password}}}}"}}}
            """
        );
        Assert.True(answer.Status == 201, answer.Body);
        return answer.Data["id"]!.GetValue<string>();
    }
}
