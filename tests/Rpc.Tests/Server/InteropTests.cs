using System.Diagnostics;
using Yyc3.Connectors.TestServers.Interop;

namespace Yyc3.Connectors.Rpc.Tests.Server;

/// <summary>Runs the official interoperability client that comes with the Ruby gRPC library.</summary>
public sealed class InteropTests
{
    private const string Missing =
        "The Ruby gRPC interoperability client is not installed: apt-get install ruby-grpc ruby-googleauth";

    // Debian keeps gems per architecture and Ruby version.
    private static readonly string[] Libraries = ["/usr/lib", "/usr/share"];

    [Theory]
    [InlineData("empty_unary")]
    [InlineData("large_unary")]
    [InlineData("client_compressed_unary")]
    [InlineData("client_streaming")]
    [InlineData("client_compressed_streaming")]
    [InlineData("server_streaming")]
    [InlineData("ping_pong")]
    [InlineData("timeout_on_sleeping_server")]
    [InlineData("empty_stream")]
    [InlineData("cancel_after_begin")]
    [InlineData("cancel_after_first_response")]
    [InlineData("unimplemented_method")]
    [InlineData("unimplemented_service")]
    [InlineData("status_code_and_message")]
    [InlineData("custom_metadata")]
    public async Task Official_client_passes(string testCase)
    {
        await using var server = InteropHost.Build(["--port=0", "--http-port=0"]);
        await server.StartAsync();
        var port = new Uri(server.Urls.First()).Port;

        var output = await RunAsync(FindClient(), port, testCase);

        Assert.Contains($"OK: {testCase}", output, StringComparison.Ordinal);
    }

    private static string FindClient()
    {
        var client = Libraries
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetDirectories(folder, "*linux-gnu*").Append(folder))
            .Select(folder => Path.Combine(folder, "rubygems-integration"))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetDirectories(folder))
            .Select(version => Path.Combine(version, "gems"))
            .Where(Directory.Exists)
            .SelectMany(gems => Directory.GetDirectories(gems, "grpc-*"))
            .Select(gem => Path.Combine(gem, "src/ruby/pb/test/client.rb"))
            .FirstOrDefault(File.Exists);
        Assert.True(client is not null, Missing);
        return client;
    }

    private static async Task<string> RunAsync(string client, int port, string testCase)
    {
        var start = new ProcessStartInfo("ruby")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(client);
        start.ArgumentList.Add("--server_host=127.0.0.1");
        start.ArgumentList.Add($"--server_port={port}");
        start.ArgumentList.Add($"--test_case={testCase}");
        using var process = Process.Start(start);
        Assert.True(process is not null, Missing);
        var token = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return await output + await errors;
    }
}
