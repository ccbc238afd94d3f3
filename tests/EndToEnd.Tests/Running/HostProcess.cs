using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Running;

/// <summary>A host started as a user starts it: its own process, a fresh data directory, free ports.</summary>
public sealed class HostProcess : IAsyncLifetime
{
    public const string AdminKey = "yyc3_end_to_end_admin_key";

    public static readonly string HostPath = typeof(HostProcess)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Host")
        .Value!;

    private readonly StringBuilder _errors = new();
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["YYC3_HTTPPORT"] = "0",
        ["YYC3_GRPCPORT"] = "0",
        ["YYC3_APIKEY"] = AdminKey,
    };

    private Process? _process;

    /// <summary>The test has ended the process, or waits for its end.</summary>
    private bool _isToEnd;

    public string Root { get; } = Directory.CreateTempSubdirectory("yyc3-host-").FullName;

    public string DataDirectory => Path.Combine(Root, "data");

    /// <summary>What the host printed before it listened.</summary>
    public string Banner { get; private set; } = "";

    public Uri Http { get; private set; } = null!;

    public Uri Grpc { get; private set; } = null!;

    public Uri? Tls { get; private set; }

    public int ProcessId => _process!.Id;

    /// <summary>The host's log so far.</summary>
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

    /// <summary>Changes a setting before the start; null removes it.</summary>
    public HostProcess With(string name, string? value)
    {
        if (value is null)
        {
            _settings.Remove(name);
        }
        else
        {
            _settings[name] = value;
        }

        return this;
    }

    /// <summary>Another host with the same settings, the same key file and a data directory of its own.</summary>
    public HostProcess Beside()
    {
        var other = new HostProcess();
        foreach (var (name, value) in _settings)
        {
            other.With(name, value);
        }

        return other.With("YYC3_KEYFILE", Path.Combine(DataDirectory, ".runtime", "master.key"));
    }

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the host, again after it was killed; the data stays.</summary>
    public async Task StartAsync()
    {
        if (StateServer.IsDefault && !_settings.ContainsKey("YYC3_STORE"))
        {
            _settings["YYC3_STORE"] = await StateServer.NewSchemaAsync();
        }

        _isToEnd = false;
        _process = Launch();
        var banner = new StringBuilder();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            banner.AppendLine(line);
            if (line.Contains("Try it", StringComparison.Ordinal))
            {
                Banner = banner.ToString();
                Http = Address("REST and gRPC-Web");
                Grpc = Address("gRPC  ");
                Tls = Banner.Contains("TLS  ", StringComparison.Ordinal) ? Address("TLS  ") : null;
                return;
            }
        }

        await _process.WaitForExitAsync(limit.Token);
        throw new InvalidOperationException(
            $"The host ended with {_process.ExitCode} before it listened.\n{banner}{Log}"
        );
    }

    /// <summary>Starts a host that is expected to give up, and returns its exit code and what it said.</summary>
    public async Task<(int ExitCode, string Errors)> FailAsync()
    {
        _isToEnd = true;
        _process = Launch();
        await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, Log);
    }

    /// <summary>Runs the host for something other than serving, and returns what it said.</summary>
    public async Task<string> AskAsync(params string[] arguments)
    {
        _isToEnd = true;
        _process = Launch(arguments);
        var answer = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        Assert.Equal(0, _process.ExitCode);
        return answer;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _isToEnd = true;
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an orchestrator stops it.</summary>
    public void Terminate()
    {
        _isToEnd = true;
        Signal("TERM");
    }

    /// <summary>SIGSTOP: the host stands still, as in a long pause of its machine.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public void Thaw() => Signal("CONT");

    public async Task<int> WaitForExitAsync()
    {
        _isToEnd = true;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process!.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Resident memory in bytes.</summary>
    public long Memory()
    {
        _process!.Refresh();
        return _process.WorkingSet64;
    }

    public RestClient Client(string key = AdminKey) => new(Http, key);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }
        else if (_process is not null && !_isToEnd)
        {
            TestContext.Current.SendDiagnosticMessage(
                $"The host at {Http} ended by itself with {_process.ExitCode}: {Log}"
            );
        }

        _process?.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private Process Launch(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [HostPath, .. arguments])
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    private Uri Address(string label)
    {
        var line = Banner.Split('\n').First(line => line.Contains(label, StringComparison.Ordinal));
        return new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].Trim());
    }
}
