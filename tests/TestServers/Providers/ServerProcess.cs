using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Yyc3.Connectors.TestServers;

/// <summary>A server in the foreground of a process of its own, killed when disposed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
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

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written so far, at most 100 000 characters.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="isReady">Asked again and again until it says true.</param>
    /// <param name="environment">Variables added to this process's own.</param>
    /// <param name="patience">Longest start; a minute if not given.</param>
    /// <exception cref="InvalidOperationException">It ended or took too long; the message holds its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        string program,
        IEnumerable<string> arguments,
        Func<Task<bool>> isReady,
        IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? patience = null
    )
    {
        var server = new ServerProcess(program, arguments, environment);
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isReady())
        {
            var isLate = TimeProvider.System.GetElapsedTime(begun) > (patience ?? Patience);
            if (server._process.HasExited || isLate)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"{program} does not start: {server.Output}");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System);
        }

        return server;
    }

    /// <summary>Whether something listens on a port of this machine.</summary>
    public static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Asks it to end with a signal and waits until it has.</summary>
    /// <param name="signal">The signal's name.</param>
    /// <exception cref="TimeoutException">It is still there after a minute; the message holds its output.</exception>
    public async Task StopAsync(string signal = "TERM")
    {
        if (_process.HasExited)
        {
            return;
        }

        await Shell.RunAsync("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException fault)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} does not end: {Output}", fault);
        }
    }

    /// <summary>Kills it with SIGKILL, its children too, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            if (_output.Length < 100_000)
            {
                _output.AppendLine(line.Data);
            }
        }
    }
}
