using System.Globalization;
using System.Text;
using Npgsql;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Contracts.Database.V1;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Database;

/// <summary>PostgreSQL through the whole runtime by gRPC, against Npgsql in this process and against PostGraphile.</summary>
internal static class PostgreSqlBenchmarks
{
    private const string Service = "/yyc3.connectors.database.v1.DatabaseService/";
    private const string Point = "select id, name, value from kv where id = ";
    private const string Rows = "select id, name, value from kv where id <= 10000";
    private const int RowCount = 10_000;
    private const int Id = 4711;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("database.postgresql"))
        {
            return;
        }

        using var place = new Workplace();
        await using var server = await PostgreSqlServer.StartAsync(withTls: false);
        await server.RunAsync(
            """
            create table kv (id bigint primary key, name text not null, value double precision not null);
            insert into kv select i, 'name ' || i, i * 0.5 from generate_series(1, 100000) i;
            analyze kv
            """
        );
        await using var host = await RuntimeHost.StartAsync(place.NewFolder(), null, cancellationToken);
        var integration = await host.CreateAsync(
            "database",
            "postgresql",
            new
            {
                host = "127.0.0.1",
                port = server.Port,
                database = PostgreSqlServer.Database,
                sslMode = "disable",
                poolSize = 16,
            },
            new
            {
                type = "basic",
                credentials = new { username = PostgreSqlServer.Username, password = PostgreSqlServer.Password },
            },
            cancellationToken
        );
        await using var raw = NpgsqlDataSource.Create(ConnectionString(server));
        using var client = new GrpcClient(host.Grpc, RuntimeHost.Key);
        var request = new QueryRequest { IntegrationId = integration, Query = Point + ":id" };
        request.Params["id"] = new Value { Int64Value = Id };
        await client.CallAsync(Service + "Query", request, QueryResponse.Parser, cancellationToken);
        var body = place.Write("point", GrpcClient.Frame(request));
        foreach (var callers in new[] { 1, 16 })
        {
            var load = Load(host, "Query", body, callers);
            await board.CompareAsync(
                string.Create(CultureInfo.InvariantCulture, $"database.postgresql.point.c{callers}"),
                Unit.PerSecond,
                load.RunAsync,
                token => Rate.OfAsync(callers, () => SelectAsync(raw, token)),
                cancellationToken
            );
        }

        await ComparePeerAsync(board, place, server, host, body, cancellationToken);
        await CompareStreamAsync(board, place, host, integration, raw, cancellationToken);
    }

    private static string ConnectionString(PostgreSqlServer server) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Database = PostgreSqlServer.Database,
            Username = PostgreSqlServer.Username,
            Password = PostgreSqlServer.Password,
            SslMode = SslMode.Disable,
            MaxPoolSize = 16,
            MaxAutoPrepare = 20,
        }.ConnectionString;

    private static async Task ComparePeerAsync(
        ScoreBoard board,
        Workplace place,
        PostgreSqlServer server,
        RuntimeHost host,
        string body,
        CancellationToken cancellationToken
    )
    {
        if (!board.Wants("database.postgresql.postgraphile"))
        {
            return;
        }

        await using var peer = await PostGraphile.StartAsync(server);
        var query = Encoding.UTF8.GetBytes("""{"query":"{kvById(id:\"4711\"){id name value}}"}""");
        var graphql = place.Write("graphql", query);
        foreach (var callers in new[] { 1, 16 })
        {
            var load = Load(host, "Query", body, callers);
            var theirs = new H2Load(peer.Address, graphql, callers, 1)
            {
                Headers = ["content-type: application/json"],
                IsHttp1 = true,
            };
            await board.CompareAsync(
                string.Create(CultureInfo.InvariantCulture, $"database.postgresql.postgraphile.c{callers}"),
                Unit.PerSecond,
                load.RunAsync,
                theirs.RunAsync,
                cancellationToken
            );
        }
    }

    private static async Task CompareStreamAsync(
        ScoreBoard board,
        Workplace place,
        RuntimeHost host,
        string integration,
        NpgsqlDataSource raw,
        CancellationToken cancellationToken
    )
    {
        if (!board.Wants("database.postgresql.stream"))
        {
            return;
        }

        var request = new StreamQueryRequest { IntegrationId = integration, Query = Rows };
        using (var client = new GrpcClient(host.Grpc, RuntimeHost.Key))
        {
            await StreamAsync(client, request, cancellationToken);
        }

        var load = Load(host, "StreamQuery", place.Write("stream", GrpcClient.Frame(request)), callers: 1);
        await board.CompareAsync(
            "database.postgresql.stream.10k",
            Unit.PerSecond,
            load.RunAsync,
            token => Rate.OfAsync(1, () => ReadAsync(raw, token)),
            cancellationToken
        );
    }

    private static H2Load Load(RuntimeHost host, string method, string body, int callers) =>
        new(new Uri(host.Grpc, Service + method), body, callers, 1)
        {
            Headers = ["content-type: application/grpc", "te: trailers", $"authorization: Bearer {RuntimeHost.Key}"],
        };

    private static async Task<int> SelectAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Point + "$1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0) == Id && reader.GetString(1).Length > 0 && reader.GetDouble(2) > 0 ? 1 : 0;
    }

    private static async Task<int> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Rows, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var count = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            count += reader.GetInt64(0) > 0 && reader.GetString(1).Length > 0 && reader.GetDouble(2) > 0 ? 1 : 0;
        }

        return count == RowCount ? 1 : throw new InvalidOperationException($"{count} rows came.");
    }

    private static async Task StreamAsync(
        GrpcClient client,
        StreamQueryRequest request,
        CancellationToken cancellationToken
    )
    {
        using var response = await client.SendAsync(
            Service + "StreamQuery",
            new ByteArrayContent(GrpcClient.Frame(request)),
            cancellationToken
        );
        var count = 0;
        await GrpcFrames.ReadAsync(
            response,
            StreamQueryResponse.Parser,
            page =>
            {
                count += page.Rows.Count;
                return ValueTask.CompletedTask;
            },
            cancellationToken
        );
        if (count != RowCount)
        {
            throw new InvalidOperationException($"{count} rows came.");
        }
    }
}
