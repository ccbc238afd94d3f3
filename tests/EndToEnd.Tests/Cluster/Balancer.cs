using System.Text.RegularExpressions;
using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>
/// HAProxy or nginx before two nodes, with the configuration of docs/operations.md but for addresses and, where it runs in a
/// folder of its own, files.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly string _kind;
    private readonly string _folder;
    private ServerProcess? _process;

    private Balancer(string kind, Uri http, Uri grpc)
    {
        _kind = kind;
        _folder = ServerFolder.New(kind);
        Http = http;
        Grpc = grpc;
    }

    private string Configuration => Path.Combine(_folder, "balancer.conf");

    /// <summary>The user of nginx's workers may not read the folder of whoever runs the tests.</summary>
    private string Globals =>
        $"daemon off; pid {_folder}/pid; error_log stderr;" + (Environment.IsPrivilegedProcess ? " user root;" : "");

    public Uri Http { get; }

    public Uri Grpc { get; }

    /// <summary>What it has logged.</summary>
    public string Output => _process!.Output;

    /// <summary>Starts one.</summary>
    /// <param name="kind"><c>haproxy</c> or <c>nginx</c>.</param>
    /// <param name="nodes">The two nodes.</param>
    public static async Task<Balancer> StartAsync(string kind, IReadOnlyList<HostProcess> nodes)
    {
        var (http, grpc) = (FreePort.Next(), FreePort.Next());
        var balancer = new Balancer(kind, new Uri($"http://127.0.0.1:{http}"), new Uri($"http://127.0.0.1:{grpc}"));
        var text = Documented(kind)
            .Replace("0.0.0.0:80", $"127.0.0.1:{http}", StringComparison.Ordinal)
            .Replace("0.0.0.0:81", $"127.0.0.1:{grpc}", StringComparison.Ordinal);
        for (var number = 1; number <= nodes.Count; number++)
        {
            var node = nodes[number - 1];
            // A check goes to the other port of the node whose line it is in.
            text = Regex.Replace(
                text,
                $@"(10\.0\.0\.{number}:5081.*) port 5080",
                $"$1 port {node.Http.Port}",
                RegexOptions.None,
                TimeSpan.FromSeconds(1)
            );
            text = text.Replace($"10.0.0.{number}:5080", node.Http.Authority, StringComparison.Ordinal)
                .Replace($"10.0.0.{number}:5081", node.Grpc.Authority, StringComparison.Ordinal);
        }

        var file = balancer.Configuration;
        await File.WriteAllTextAsync(file, text);
        (string Program, string[] Arguments) start =
            kind == "nginx"
                ? ("nginx", ["-p", balancer._folder, "-c", file, "-g", balancer.Globals])
                : ("haproxy", ["-db", "-f", file]);
        balancer._process = await ServerProcess.StartAsync(
            start.Program,
            start.Arguments,
            () => ServerProcess.ListensAsync(grpc)
        );
        return balancer;
    }

    /// <summary>
    /// Has a node get no calls any more, or again. nginx does not look after nodes by itself and is told; HAProxy sees it.
    /// </summary>
    public async Task MarkAsync(HostProcess node, bool isDown)
    {
        if (_kind != "nginx")
        {
            return;
        }

        var text = await File.ReadAllTextAsync(Configuration);
        foreach (var address in (string[])[node.Http.Authority, node.Grpc.Authority])
        {
            text = isDown
                ? text.Replace($"server {address} ", $"server {address} down ", StringComparison.Ordinal)
                : text.Replace($"server {address} down ", $"server {address} ", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Configuration, text);
        var workers = await WorkersAsync();
        await Shell.RunAsync("nginx", ["-p", _folder, "-c", Configuration, "-g", Globals, "-s", "reload"]);
        // What the old workers have begun they bring to its end.
        while ((await WorkersAsync()).Overlaps(workers))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        ServerFolder.Delete(_folder);
    }

    private async Task<HashSet<string>> WorkersAsync() =>
        (await File.ReadAllTextAsync($"/proc/{_process!.Id}/task/{_process.Id}/children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal);

    private static string Documented(string kind)
    {
        var page = File.ReadAllText(Path.Combine(ServerFolder.Repository, "docs", "operations.md"));
        var begin = page.IndexOf($"```{kind}\n", StringComparison.Ordinal) + kind.Length + 4;
        return page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }
}
