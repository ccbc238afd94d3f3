using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Yyc3.Connectors.Clients.Tests;

/// <summary>One host process with a data folder of its own, on free ports, and a tree of files for the clients.</summary>
public sealed partial class RunningHost : IAsyncLifetime
{
    public const string PageOrigin = "http://tour.localhost";
    public const string ApiKey = "clients-test-key-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("yyc3-clients-").FullName;
    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <summary>REST and gRPC-Web.</summary>
    public string HttpUrl { get; private set; } = "";

    /// <summary>gRPC.</summary>
    public string GrpcUrl { get; private set; } = "";

    public string Tree => Path.Combine(_folder, "tree");

    /// <summary>What the host has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
        FileTree.Write(Tree);
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Checkout.HostAssembly);
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["YYC3_HTTPPORT"] = "0";
        start.Environment["YYC3_GRPCPORT"] = "0";
        start.Environment["YYC3_DATADIR"] = Path.Combine(_folder, "data");
        start.Environment["YYC3_APIKEY"] = ApiKey;
        start.Environment["YYC3_CORSORIGINS"] = PageOrigin;
        start.Environment["YYC3_LOGFORMAT"] = "text";
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        await ReadBannerAsync(_process.StandardOutput);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Settings of the shell that runs the tests are not theirs.</summary>
    private static bool IsSetting(string name) => name.StartsWith("YYC3_", StringComparison.OrdinalIgnoreCase);

    private async Task ReadBannerAsync(StreamReader output)
    {
        var banner = new StringBuilder();
        while (await output.ReadLineAsync() is { } line)
        {
            banner.AppendLine(line);
            if (AddressLine().Match(line) is { Success: true } address)
            {
                (HttpUrl, GrpcUrl) =
                    HttpUrl.Length == 0 ? (address.Groups["url"].Value, "") : (HttpUrl, address.Groups["url"].Value);
            }

            if (line.Contains("Try it", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The host did not start.\n{banner}{Log}");
    }

    [GeneratedRegex(
        "^  (REST and gRPC-Web|gRPC) +(?<url>http://[^ ]+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex AddressLine();
}
