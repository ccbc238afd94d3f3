using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>A PostgreSQL whose commits wait for the disk, with a queue of work from ten thousand integrations.</summary>
internal sealed class ContendedStore : IAsyncDisposable
{
    public const string Queue = "q";

    private readonly PostgreSqlServer _server;
    private readonly PostgreSqlDialect _dialect;

    private ContendedStore(PostgreSqlServer server)
    {
        _server = server;
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Database = PostgreSqlServer.Database,
            Username = PostgreSqlServer.Username,
            Password = PostgreSqlServer.Password,
            SslMode = SslMode.Disable,
        };
        _dialect = new PostgreSqlDialect(settings.ConnectionString);
        Store = new StateStore(_dialect);
        Clock = new StateClock(_dialect, TimeProvider.System);
        Work = new WorkQueue(Store, Clock);
    }

    public StateStore Store { get; }

    public StateClock Clock { get; }

    public WorkQueue Work { get; }

    /// <summary>As for syncs: one piece of an integration at a time. How much a node holds is up to the round.</summary>
    public WorkRules Rules { get; } = SyncRunner.Rules with { Queue = Queue, NodeLimit = int.MaxValue };

    public static async Task<ContendedStore> StartAsync(CancellationToken cancellationToken)
    {
        var server = await PostgreSqlServer.StartAsync(withTls: false, ["fsync=on", "full_page_writes=on"]);
        var box = new ContendedStore(server);
        await new MigrationRunner(box.Store, TimeProvider.System, NullLogger<MigrationRunner>.Instance).RunAsync(
            cancellationToken
        );
        await server.RunAsync("insert into tenants select 'tenant' || t, '', 0 from generate_series(0, 9) t");
        return box;
    }

    /// <summary>Forgets all work and adds so much that is due, of ten tenants with a thousand integrations each, in turn.</summary>
    public Task FillAsync(int count) =>
        RunAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                truncate work;
                insert into work (id, queue, tenant_id, lane, body, state, due_at, attempts, epoch, is_cancelled, created_at)
                  select 'work-' || lpad(i::text, 10, '0'), '{Queue}', 'tenant' || i % 10,
                  'tenant' || i % 10 || '/lane' || i % 10000, repeat('x', 200), 0, i, 0, 0, false, i
                  from generate_series(1, {count}) i;
                analyze work;
                checkpoint
                """
            )
        );

    public Task RunAsync(string sql) => _server.RunAsync(sql);

    /// <summary>
    /// Seconds of a processor that the database's sessions have taken: unlike times by the clock, what else runs on the machine
    /// does not add to them. What the database does behind their backs, such as vacuum, is left out.
    /// </summary>
    public double CoreSeconds()
    {
        var ticks = 0L;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsDigit(path[6])))
        {
            try
            {
                var text = File.ReadAllText(Path.Combine(process, "stat"));
                // Behind the program's name: state, parent, …, and as 12th and 13th the time in user space and in the kernel.
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                var isOurs = int.Parse(fields[1], CultureInfo.InvariantCulture) == _server.ProcessId;
                if (
                    isOurs
                    && File.ReadAllText(Path.Combine(process, "cmdline"))
                        .Contains("127.0.0.1(", StringComparison.Ordinal)
                )
                {
                    ticks += fields[11..13].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It has just ended, so it is no session that lasts.
            }
        }

        return ticks / 100.0;
    }

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await _dialect.DisposeAsync();
        await _server.DisposeAsync();
    }
}
