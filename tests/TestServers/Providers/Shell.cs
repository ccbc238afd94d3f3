using System.Diagnostics;

namespace Yyc3.Connectors.TestServers;

/// <summary>Programs that are run to their end.</summary>
public static class Shell
{
    /// <summary>A program that takes longer hangs; building a library takes minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    /// <exception cref="TimeoutException">It did not end in ten minutes, and was killed.</exception>
    public static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellationToken = default
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

        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(end.Token);
            var output = await process.StandardOutput.ReadToEndAsync(end.Token);
            await process.WaitForExitAsync(end.Token);
            return process.ExitCode == 0
                ? output
                : throw new InvalidOperationException(
                    $"{program} ended with {process.ExitCode}: {await errors}{output}"
                );
        }
        catch (OperationCanceledException fault)
        {
            process.Kill(entireProcessTree: true);
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new TimeoutException($"{program} {string.Join(' ', arguments)} does not end.", fault);
        }
    }
}
