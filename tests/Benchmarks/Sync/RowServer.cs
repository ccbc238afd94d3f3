using System.Globalization;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>A PostgreSQL server with a database full of rows of a kibibyte and one with the same table, empty.</summary>
internal sealed class RowServer(PostgreSqlServer server) : IAsyncDisposable
{
    public const string Origin = "origin";
    public const string Copy = "copied";
    public const string Table = "items";
    public const int Rows = 100_000;

    private const string Make =
        "create table items (id bigint primary key, name text not null, changed timestamptz not null, body text not null)";

    /// <summary>Bytes of all values, for rates: 8 and 8, 9 to 11, and 992 characters.</summary>
    public const double Megabytes = Rows * 1024 / 1e6;

    private string Address =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{PostgreSqlServer.Md5User}:{PostgreSqlServer.Password}@127.0.0.1:{server.Port}"
        );

    public static async Task<RowServer> StartAsync()
    {
        var server = await PostgreSqlServer.StartAsync(withTls: false);
        await server.CreateRoleAsync(PostgreSqlServer.Md5User);
        await server.RunAsync($"alter role {PostgreSqlServer.Md5User} superuser");
        foreach (var database in new[] { Origin, Copy })
        {
            await server.RunAsync($"create database {database}");
            await server.RunAsync(Make, database);
        }

        await server.RunAsync(
            $"""
            insert into items select i, 'item ' || i, timestamptz '2026-01-01' + i * interval '1 second',
              (select string_agg(md5((i * 31 + j)::text), '') from generate_series(1, 31) j) from generate_series(1, {Rows}) i;
            analyze items
            """,
            Origin
        );
        await server.RunAsync("checkpoint");
        return new RowServer(server);
    }

    /// <summary>The integration of one of the databases.</summary>
    public Task<string> CreateAsync(RuntimeHost host, string database, CancellationToken cancellationToken) =>
        host.CreateAsync(
            "database",
            "postgresql",
            new
            {
                host = "127.0.0.1",
                port = server.Port,
                database,
                sslMode = "disable",
                poolSize = 4,
            },
            new
            {
                type = "basic",
                credentials = new { username = PostgreSqlServer.Username, password = PostgreSqlServer.Password },
            },
            cancellationToken
        );

    /// <summary>Empties the table that is written.</summary>
    public Task EmptyAsync() => server.RunAsync($"truncate {Table}", Copy);

    /// <summary>Checks that everything has arrived.</summary>
    public async Task CheckAsync()
    {
        const string Sum = "select count(*), sum(hashtextextended(items::text, 0)) from items";
        var (origin, copy) = (await server.RunAsync(Sum, Origin), await server.RunAsync(Sum, Copy));
        if (origin != copy)
        {
            throw new InvalidOperationException($"{origin} was to be copied, and {copy} came.");
        }
    }

    /// <summary>Seconds of <c>COPY</c> through a pipe from one database into the other.</summary>
    public Task<double> PipeAsync(CancellationToken cancellationToken) =>
        ShellAsync(
            $"psql -X -q -c 'copy {Table} to stdout (format binary)' {Origin}"
                + $" | psql -X -q -c 'copy {Table} from stdin (format binary)' {Copy}",
            cancellationToken
        );

    /// <summary>Seconds of <c>COPY</c> through a pipe into SQLite's own import.</summary>
    public Task<double> ImportAsync(string file, CancellationToken cancellationToken) =>
        ShellAsync(
            $"psql -X -q -c 'copy {Table} to stdout (format csv)' {Origin}"
                + $" | sqlite3 '{file}' '.import --csv /dev/stdin {Table}'",
            cancellationToken
        );

    /// <summary>Seconds of pgloader, its start included: so it is used.</summary>
    public Task<double> LoadAsync(Workplace place, CancellationToken cancellationToken)
    {
        var commands = place.Write(
            "rows.load",
            System.Text.Encoding.UTF8.GetBytes(
                $"""
                LOAD DATABASE FROM pgsql://{Address}/{Origin} INTO pgsql://{Address}/{Copy}
                WITH data only, truncate INCLUDING ONLY TABLE NAMES MATCHING '{Table}' IN SCHEMA 'public';
                """
            )
        );
        return ShellAsync($"pgloader --quiet '{commands}'", cancellationToken);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task<double> ShellAsync(string command, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = "127.0.0.1",
            ["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = PostgreSqlServer.Username,
            ["PGPASSWORD"] = PostgreSqlServer.Password,
            ["PGSSLMODE"] = "disable",
        };
        var begun = TimeProvider.System.GetTimestamp();
        await Shell.RunAsync("bash", ["-c", "set -o pipefail; " + command], environment, cancellationToken);
        return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }
}
