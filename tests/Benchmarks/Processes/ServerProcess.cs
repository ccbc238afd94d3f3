using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>A .NET program that serves, killed when disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly long _begun = TimeProvider.System.GetTimestamp();

    private ServerProcess(string assembly, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Most memory it has held since <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakMemory => Status("VmHWM");

    /// <summary>Memory it holds, in bytes.</summary>
    public long Memory => Status("VmRSS");

    /// <summary>From its start to its first answer.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts a program and waits until a page answers 200.</summary>
    public static async Task<ServerProcess> StartAsync(
        string assembly,
        string[] arguments,
        IReadOnlyDictionary<string, string>? environment,
        int httpPort,
        string page,
        CancellationToken cancellationToken
    )
    {
        var server = new ServerProcess(assembly, arguments, environment);
        try
        {
            while (!await AnswersAsync(httpPort, page, cancellationToken))
            {
                if (server._process.HasExited || TimeProvider.System.GetElapsedTime(server._begun) > LongestStart)
                {
                    throw new InvalidOperationException($"{assembly} does not start: {server._output}");
                }

                await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.StartTime = TimeProvider.System.GetElapsedTime(server._begun);
        return server;
    }

    /// <summary>Begins a new peak of memory.</summary>
    public void ForgetPeak() =>
        File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/clear_refs"), "5");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port, string page, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var request = $"GET {page} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
            var answer = new byte[64];
            var length = await socket.ReceiveAsync(answer, cancellationToken);
            return answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private long Status(string name)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status");
        var line = File.ReadLines(path).First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024
            * long.Parse(line.AsSpan(name.Length + 1).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            if (_output.Length < 10_000)
            {
                _output.AppendLine(line.Data);
            }
        }
    }
}
