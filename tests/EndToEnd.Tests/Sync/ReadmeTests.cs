using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Yyc3.Connectors.EndToEnd.Tests.Cluster;
using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>The README's commands that need servers, as they stand there; only addresses and secrets are those of the test.</summary>
public sealed class ReadmeTests(DataServer data) : IClassFixture<DataServer>
{
    private static readonly string[] ShownPorts = ["5080", "5081", "5090", "5091"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_directory_moves_to_a_bucket_and_a_table_of_postgresql_to_sqlite()
    {
        var postgres = await data.GetAsync();
        await using var store = await CephServer.StartAsync();
        await using var host = new HostProcess();
        await host.StartAsync();
        using var rest = host.Client();
        var bucket = "photos" + Guid.NewGuid().ToString("N")[..8];
        await MakeBucketAsync(store, bucket);
        await SqlAsync(
            postgres,
            "create table customers (id int primary key, first text, last text, state text, updated_at timestamptz default now())",
            "insert into customers values (1, 'Ada', 'Lovelace', 'A'), (2, 'Bo', 'Ek', 'X')"
        );
        var folder = Directory.CreateDirectory(Path.Combine(host.DataDirectory, "photos", "2026"));
        for (var number = 0; number < 20; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{number}.txt"), $"photo {number}", Token);
        }

        var db = await rest.CreateAsync("database", "sqlite", """{"path":"readme.db"}""");
        var output = await RunAsync(
            Preamble(host.Http.ToString())
                + $"DB={db}\n"
                + Block("DIR=$(new", store, bucket, postgres)
                + "echo DIR=$DIR BUCKET=$BUCKET\n"
        );

        Assert.Contains("\"pulled\":20", output, StringComparison.Ordinal);
        Assert.Contains("{\"id\":1,\"name\":\"Ada Lovelace\",\"status\":\"active\"}", output, StringComparison.Ordinal);
        Assert.Contains("{\"id\":2,\"name\":\"Bo Ek\",\"status\":\"unknown\"}", output, StringComparison.Ordinal);
        Assert.Contains("\"cron\":\"*/15 * * * *\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"success\":false", output, StringComparison.Ordinal);
        var id = output[(output.IndexOf("BUCKET=", StringComparison.Ordinal) + "BUCKET=".Length)..].Trim();
        Assert.Equal(
            "photo 7",
            await rest.Http.GetStringAsync(
                new Uri($"/v1/integrations/{id}/storage/download?path=/2026/7.txt", UriKind.Relative),
                Token
            )
        );
    }

    [Fact]
    public async Task Two_nodes_start_on_one_database_and_each_sees_what_the_other_was_told()
    {
        var postgres = await data.GetAsync();
        var folder = Directory.CreateTempSubdirectory("yyc3-readme-").FullName;
        try
        {
            var ports = Enumerable.Range(0, 4).Select(_ => FreePort.Next()).ToArray();
            var block = Block("export YYC3_STORE", null, "", postgres)
                .Replace(
                    "dotnet run --no-build --project runtime/Host",
                    $"dotnet {HostProcess.HostPath}",
                    StringComparison.Ordinal
                )
                .Replace("$PWD", folder, StringComparison.Ordinal)
                .Replace("DATADIR=data", $"DATADIR={folder}", StringComparison.Ordinal);
            foreach (var (shown, port) in ShownPorts.Zip(ports))
            {
                block = block.Replace(shown, port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            }

            var output = await RunAsync(Preamble($"http://127.0.0.1:{ports[0]}/") + block + "kill $(jobs -p); wait\n");
            Assert.Contains("\"name\":\"shared\"", output, StringComparison.Ordinal);
            Assert.DoesNotContain("\"success\":false", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MakeBucketAsync(CephServer store, string bucket)
    {
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(CephServer.AccessKeyId, CephServer.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = $"http://127.0.0.1:{store.Port}",
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
            }
        );
        await client.PutBucketAsync(bucket, Token);
    }

    /// <summary>The variables and functions that the README's first blocks have set.</summary>
    private static string Preamble(string http)
    {
        var lines = File.ReadAllLines(Readme());
        var making = Array.FindIndex(lines, line => line.StartsWith("new() {", StringComparison.Ordinal));
        var running = Array.FindIndex(lines, line => line.StartsWith("run() {", StringComparison.Ordinal));
        return $"""
            KEY={HostProcess.AdminKey}; H="Authorization: Bearer $KEY"; J='content-type: application/json'; V={http}v1
            {lines[making]}
            {lines[running]}
            {lines[running + 1]}

            """;
    }

    /// <summary>The block of the README that holds a text.</summary>
    private static string Block(string text, CephServer? store, string bucket, PostgreSqlServer postgres)
    {
        var port = postgres.Port.ToString(CultureInfo.InvariantCulture);
        var block = File.ReadAllText(Readme())
            .Split("```sh\n")
            .Skip(1)
            .Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])
            .Single(part => part.Contains(text, StringComparison.Ordinal))
            .Replace("5432", port, StringComparison.Ordinal)
            .Replace(
                "\"username\":\"postgres\",\"password\":\"secret\"",
                $"\"username\":\"{PostgreSqlServer.Username}\",\"password\":\"{PostgreSqlServer.Password}\"",
                StringComparison.Ordinal
            )
            .Replace(
                "Username=postgres;Password=secret",
                $"Username={PostgreSqlServer.Username};Password={PostgreSqlServer.Password}",
                StringComparison.Ordinal
            )
            .Replace(
                "user=postgres password=secret",
                $"user={PostgreSqlServer.Username} password={PostgreSqlServer.Password}",
                StringComparison.Ordinal
            );
        return store is null
            ? block
            : block
                .Replace("127.0.0.1:9000", $"127.0.0.1:{store.Port}", StringComparison.Ordinal)
                .Replace("\"bucket\":\"photos\"", $"\"bucket\":\"{bucket}\"", StringComparison.Ordinal)
                .Replace(
                    "\"accessKeyId\":\"…\"",
                    $"\"accessKeyId\":\"{CephServer.AccessKeyId}\"",
                    StringComparison.Ordinal
                )
                .Replace(
                    "\"secretAccessKey\":\"…\"",
                    $"\"secretAccessKey\":\"{CephServer.SecretAccessKey}\"",
                    StringComparison.Ordinal
                );
    }

    private static string Readme()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Yyc3.Connectors.sln")))
            {
                return Path.Combine(folder.FullName, "README.md");
            }
        }

        throw new InvalidOperationException("The tests do not lie in the repository.");
    }

    private static async Task SqlAsync(PostgreSqlServer postgres, params string[] statements)
    {
        foreach (var statement in statements)
        {
            await RunAsync(
                $"psql -v ON_ERROR_STOP=1 'host=127.0.0.1 port={postgres.Port} user={PostgreSqlServer.Username}"
                    + $" password={PostgreSqlServer.Password} dbname={PostgreSqlServer.Database}' -c \"{statement}\"\n"
            );
        }
    }

    private static async Task<string> RunAsync(string script)
    {
        using var bash = Process.Start(
            new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", "exec 2>&1\n" + script])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        try
        {
            var output = await bash.StandardOutput.ReadToEndAsync(limit.Token);
            await bash.WaitForExitAsync(limit.Token);
            Assert.True(bash.ExitCode == 0, $"{bash.ExitCode}: {output}");
            return output;
        }
        finally
        {
            if (!bash.HasExited)
            {
                bash.Kill(entireProcessTree: true);
            }
        }
    }
}
