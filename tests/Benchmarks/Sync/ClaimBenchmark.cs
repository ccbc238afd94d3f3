using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>Rows of work claimed fifty at a time, against one at a time, by one node from a queue that is much longer.</summary>
internal static class ClaimBenchmark
{
    private const int Batch = 50;
    private const int Waiting = 200_000;
    private const int Tenants = 8;
    private const int Lanes = 64;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        const string Name = "sync.claims";
        if (!board.Wants(Name))
        {
            return;
        }

        await using var server = await PostgreSqlServer.StartAsync(withTls: false);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Database = PostgreSqlServer.Database,
            Username = PostgreSqlServer.Username,
            Password = PostgreSqlServer.Password,
            SslMode = SslMode.Disable,
        };
        await using var dialect = new PostgreSqlDialect(settings.ConnectionString);
        using var store = new StateStore(dialect);
        await new MigrationRunner(store, TimeProvider.System, NullLogger<MigrationRunner>.Instance).RunAsync(
            cancellationToken
        );
        await server.RunAsync(
            $"insert into tenants select 'tenant' || t, '', 0 from generate_series(0, {Tenants - 1}) t"
        );
        var rules = new WorkRules
        {
            Queue = "q",
            LaneLimit = int.MaxValue,
            NodeLimit = int.MaxValue,
            MaxAttempts = int.MaxValue,
        };
        var clock = new StateClock(dialect, TimeProvider.System);

        async Task<double> ClaimAsync(int most, CancellationToken token)
        {
            await FillAsync(server);
            var claims = new WorkClaims(store, clock, rules, "node");
            var (begun, count) = (TimeProvider.System.GetTimestamp(), 0);
            while (TimeProvider.System.GetElapsedTime(begun) < RoundTime)
            {
                count += (await claims.ClaimAsync(most, token)).Count;
            }

            return count / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        }

        await board.CompareAsync(
            Name,
            Unit.PerSecond,
            token => ClaimAsync(Batch, token),
            token => ClaimAsync(1, token),
            cancellationToken
        );
    }

    private static Task<string> FillAsync(PostgreSqlServer server) =>
        server.RunAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                truncate work;
                insert into work (id, queue, tenant_id, lane, body, state, due_at, attempts, epoch, is_cancelled, created_at)
                  select 'work-' || lpad(i::text, 10, '0'), 'q', 'tenant' || i % {Tenants},
                  'tenant' || i % {Tenants} || '/lane' || i % {Lanes}, repeat('x', 1000), 0, i, 0, 0, false, i
                  from generate_series(1, {Waiting}) i;
                analyze work
                """
            )
        );
}
