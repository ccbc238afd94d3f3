using System.Text;
using System.Text.Json;
using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>An integration whose resource <c>t</c> tells changes from the server's log.</summary>
internal sealed class LogFixture : IAsyncDisposable
{
    public const string Resource = "t";

    private readonly PostgreSqlFixture _fixture;
    private readonly IReadOnlyDictionary<string, object> _settings;

    private LogFixture(
        PostgreSqlServer server,
        string role,
        PostgreSqlFixture fixture,
        IReadOnlyDictionary<string, object> settings
    )
    {
        (Server, Role, _fixture, _settings) = (server, role, fixture, settings);
        Reopen();
    }

    public PostgreSqlServer Server { get; }

    /// <summary>The role and its schema.</summary>
    public string Role { get; }

    public PostgreSqlConnector Connector { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens an integration of its own and makes the table.</summary>
    /// <param name="table">Its columns.</param>
    /// <param name="server">Where; the shared server otherwise.</param>
    /// <param name="resource">What the setting says of the resource, beside where its changes come from.</param>
    /// <param name="poolSize">Most connections.</param>
    /// <param name="time">The clock.</param>
    public static async Task<LogFixture> OpenAsync(
        string table = "id integer primary key, v text",
        PostgreSqlServer? server = null,
        Dictionary<string, object>? resource = null,
        int poolSize = 10,
        TimeProvider? time = null
    )
    {
        server ??= await PostgreSqlServers.LogicalAsync();
        var role = await PostgreSqlServers.NewRoleAsync(server);
        // Two grants at once would get into each other's way.
        await server.RunAsync(
            "select pg_advisory_xact_lock(1);"
                + $"alter role {role} replication; grant create on database postgres to {role}"
        );
        resource ??= [];
        resource.TryAdd("changes", "logicalReplication");
        var fixture = new LogFixture(
            server,
            role,
            new PostgreSqlFixture { IntegrationId = "int-" + role, Time = time },
            PostgreSqlFixture.Settings(
                ("records", new Dictionary<string, object>(StringComparer.Ordinal) { [Resource] = resource }),
                ("poolSize", poolSize)
            )
        );
        if (table.Length > 0)
        {
            await fixture.RunAsync($"create table t ({table})");
        }

        return fixture;
    }

    /// <summary>Throws the reader away, as a crash does, and makes another.</summary>
    public PostgreSqlConnector Reopen() => Connector = _fixture.Open(Server, Role, _settings);

    /// <summary>Runs a command by the integration's role, in a transaction of its own.</summary>
    public Task RunAsync(string sql) => ExecuteAsync(Connector, sql);

    public async Task<string> PositionAsync() => (await Connector.GetPositionAsync(Resource, Token))!;

    public async Task<RecordPage> ReadAsync(string cursor, int limit = 1000) =>
        await Connector.ReadAsync(
            new RecordQuery(Resource)
            {
                Reading = RecordReading.Changes,
                Cursor = cursor,
                Limit = limit,
            },
            Token
        );

    /// <summary>Reads changes until there are none.</summary>
    public async Task<(List<SyncRecord> Records, string Cursor)> ReadToEndAsync(string cursor, int limit = 1000)
    {
        var records = new List<SyncRecord>();
        while (true)
        {
            var page = await ReadAsync(cursor, limit);
            Assert.InRange(page.Records.Count, 0, limit);
            Assert.Distinct(page.Records.Select(record => record.Id));
            records.AddRange(page.Records);
            cursor = page.Cursor!;
            if (!page.HasMore)
            {
                return (records, cursor);
            }
        }
    }

    /// <summary>Everything that is in the table now, by id.</summary>
    public async Task<SortedDictionary<string, string>> ReadAllAsync()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await Connector.ReadAsync(new RecordQuery(Resource) { Cursor = cursor, Limit = 10_000 }, Token);
            Apply(all, page.Records);
            cursor = page.HasMore ? page.Cursor : null;
        } while (cursor is not null);

        return all;
    }

    /// <summary>Does to a copy what records tell.</summary>
    public static void Apply(IDictionary<string, string> copy, IEnumerable<SyncRecord> records)
    {
        foreach (var record in records)
        {
            if (record.IsDeleted)
            {
                copy.Remove(record.Id);
            }
            else
            {
                copy[record.Id] = Encoding.UTF8.GetString(record.Data.Span);
            }
        }
    }

    /// <summary>Checks that a cursor does not lead on any more, and that reading anew does.</summary>
    public async Task AssertLostAsync(string cursor)
    {
        for (var round = 0; round < 2; round++)
        {
            var fault = await Assert.ThrowsAsync<ConnectorException>(() => ReadAsync(cursor));
            Assert.Equal((ErrorKind.OutOfRange, "CURSOR_LOST"), (fault.Kind, fault.Code));
        }

        var position = await PositionAsync();
        var copy = await ReadAllAsync();
        await RunAsync("insert into t (id) values (987654)");
        Apply(copy, (await ReadToEndAsync(position)).Records);
        Assert.Equal(await ReadAllAsync(), copy);
    }

    /// <summary>The slots and publications that the integration has.</summary>
    public async Task<string> SlotsAsync() =>
        await Server.RunAsync(
            $"select slot_name from pg_replication_slots where slot_name like '{await PrefixAsync()}%'"
        );

    /// <summary>The one slot that the integration has.</summary>
    public async Task<string> SlotAsync()
    {
        var publication = await Server.RunAsync(
            $"select p.pubname from pg_publication p join pg_publication_tables t using (pubname) where t.schemaname = '{Role}'"
        );
        Assert.StartsWith("yyc3_", publication, StringComparison.Ordinal);
        return publication;
    }

    public Task<JsonElement> DropAsync(object? input = null) =>
        Connector.InvokeAsync("dropReplication", JsonSerializer.SerializeToElement(input ?? new { }), Token).AsTask();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Connector.InvokeAsync("dropReplication", JsonSerializer.SerializeToElement(new { }), default);
        }
        finally
        {
            await _fixture.DisposeAsync();
        }
    }

    private async Task<string> PrefixAsync() => (await SlotAsync())[..22];
}
